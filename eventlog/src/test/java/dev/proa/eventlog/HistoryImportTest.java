package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryImportTest {
    private static final HistorySource CLAUDE = HistorySource.CLAUDE;

    @TempDir Path folder;
    private TestLog log;
    private Path file;

    @BeforeEach
    void open() throws Exception {
        log = new TestLog(Files.createDirectory(folder.resolve("log")));
        file = folder.resolve("s1.jsonl");
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void importsWhatIsNewAndNothingTwice() throws Exception {
        write(prompt(1), prompt(2));

        var first = TestImport.of(log, CLAUDE, file);
        var again = TestImport.of(log, CLAUDE, file);
        append(prompt(3) + "\n");
        var grown = TestImport.of(log, CLAUDE, file);

        assertThat(first.events).isEqualTo(2);
        assertThat(again.events + again.duplicates).isZero();
        assertThat(grown.events).isEqualTo(1);
        assertThat(grown.duplicates).isZero();
        assertThat(prompts()).containsExactly("p3", "p2", "p1");
        assertThat(grown.bytes).isEqualTo(Files.size(file));
    }

    @Test
    void leavesOutWhatHooksToldMeanwhile() throws Exception {
        for (var n : List.of(10, 20)) {
            log.post(
                    "{\"session_id\":\"s1\",\"agent_type\":\"claude_code\",\"event_type\":\"user_prompt\",\"source\":\"hook\",\"client_timestamp\":\"%s\",\"metadata\":{\"prompt\":\"h%d\"}}"
                            .formatted(time(n), n));
        }
        write(prompt(1), prompt(9), prompt(15), prompt(22), prompt(30));

        var imported = TestImport.of(log, CLAUDE, file);

        assertThat(imported.events).isEqualTo(2);
        assertThat(imported.duplicates).isEqualTo(3);
        assertThat(prompts()).containsExactlyInAnyOrder("h10", "h20", "p1", "p30");
    }

    @Test
    void waitsForTheEndOfALineThatIsStillWritten() throws Exception {
        write(prompt(1));
        append(prompt(2).substring(0, 20));
        TestImport.of(log, CLAUDE, file);
        append(prompt(2).substring(20) + "\n" + prompt(3)); // the last line without an end

        var rest = TestImport.of(log, CLAUDE, file);
        append("\n" + prompt(4) + "\n");
        var last = TestImport.of(log, CLAUDE, file);

        assertThat(rest.events).isEqualTo(2);
        assertThat(last.events).isEqualTo(1);
        assertThat(rest.skipped).isEmpty();
        assertThat(last.skipped).isEmpty();
        assertThat(prompts()).containsExactly("p4", "p3", "p2", "p1");
    }

    @Test
    void skipsACorruptLineAndNamesItsPlace() throws Exception {
        write(prompt(1), "{\"type\": oops", "", "[1]", prompt(2));

        var done = TestImport.of(log, CLAUDE, file);

        assertThat(done.skipped)
                .containsExactly("s1.jsonl:2 is no JSON object", "s1.jsonl:4 is no JSON object");
        assertThat(prompts()).containsExactly("p2", "p1");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstLine() throws Exception {
        write("\uFEFF" + prompt(1), prompt(2));

        assertThat(TestImport.of(log, CLAUDE, file).skipped).isEmpty();
        assertThat(prompts()).containsExactly("p2", "p1");
    }

    @Test
    void noticesAFileThatWasReplacedOrCutAndTakesWhatItDidNotKnow() throws Exception {
        write(prompt(1), prompt(2), prompt(3));
        TestImport.of(log, CLAUDE, file);

        write(prompt(1), prompt(7), prompt(3), prompt(4));
        var replaced = TestImport.of(log, CLAUDE, file);
        write(prompt(1));
        var cut = TestImport.of(log, CLAUDE, file);

        assertThat(replaced.skipped).hasSize(1).first().asString().contains("cut or replaced");
        assertThat(replaced.events).isEqualTo(2);
        assertThat(replaced.duplicates).isEqualTo(2);
        assertThat(cut.skipped).hasSize(1);
        assertThat(cut.events).isZero();
        assertThat(prompts()).containsExactly("p4", "p7", "p3", "p2", "p1");
    }

    @Test
    void takesPartOfAHistoryOrOnlyCountsItWithoutRecordingThat() throws Exception {
        write(prompt(1), prompt(2), prompt(3));
        var from =
                new ImportWish(
                        OptionalLong.of(millis(2)), OptionalLong.of(millis(2)), false, false);
        var dry = new ImportWish(OptionalLong.empty(), OptionalLong.empty(), true, false);

        var scoped = TestImport.of(log, CLAUDE, from, file);
        var counted = TestImport.of(log, CLAUDE, dry, file);
        var storedAfterDryRun = prompts();
        var all = TestImport.of(log, CLAUDE, file);

        assertThat(scoped.events).isEqualTo(1);
        assertThat(counted.events).isEqualTo(2);
        assertThat(counted.duplicates).isEqualTo(1);
        assertThat(storedAfterDryRun).containsExactly("p2");
        assertThat(all.events).isEqualTo(2);
        assertThat(all.duplicates).isEqualTo(1);
    }

    /** Most files of a history have not changed since, and reading them would take minutes. */
    @Test
    void doesNotReadWhatLooksUnchanged() throws Exception {
        write(prompt(1));
        TestImport.of(log, CLAUDE, file);
        var modified = Files.getLastModifiedTime(file);

        write(prompt(2));
        Files.setLastModifiedTime(file, modified);
        var unseen = TestImport.of(log, CLAUDE, file);

        assertThat(unseen.events + unseen.duplicates).isZero();
        assertThat(unseen.skipped).isEmpty();
        assertThat(unseen.bytes).isEqualTo(Files.size(file));
    }

    @Test
    void readsAgainFromTheStartIfItIsForced() throws Exception {
        write(prompt(1), prompt(2));
        TestImport.of(log, CLAUDE, file);
        var force = new ImportWish(OptionalLong.empty(), OptionalLong.empty(), false, true);

        var forced = TestImport.of(log, CLAUDE, force, file);

        assertThat(forced.events).isZero();
        assertThat(forced.duplicates).isEqualTo(2);
    }

    @Test
    void goesOnAfterACancelWhereItStopped() throws Exception {
        write(
                IntStream.rangeClosed(1, 2_000)
                        .mapToObj(HistoryImportTest::prompt)
                        .toArray(String[]::new));
        var cancelled = new TestImport();
        cancelled.cancelAfter = 1;
        cancelled.take(log, CLAUDE, ImportWish.ALL, file);

        var rest = TestImport.of(log, CLAUDE, file);

        assertThat(cancelled.events).isBetween(1L, 1_999L);
        assertThat(rest.events).isEqualTo(2_000 - cancelled.events);
        assertThat(rest.duplicates).isZero();
    }

    @Test
    void tellsACallWithoutAResultOnceItsFileIsSilent() throws Exception {
        write(
                """
                {"type":"assistant","uuid":"a","sessionId":"s1","timestamp":"2026-01-01T00:00:00Z","message":{"id":"m","content":[{"type":"tool_use","id":"t","name":"Bash","input":{"command":"sleep 1"}}]}}\
                """);
        Files.setLastModifiedTime(file, FileTime.fromMillis(log.clock.millis()));

        TestImport.of(log, CLAUDE, file);
        var before = log.events("event_type", "tool_use").path("total").intValue();
        log.clock.turn(Duration.ofMinutes(31));
        TestImport.of(log, CLAUDE, file);
        var after = log.events("event_type", "tool_use");
        var last = TestImport.of(log, CLAUDE, file);

        assertThat(before).isZero();
        assertThat(after.path("total").intValue()).isEqualTo(1);
        assertThat(after.at("/events/0/metadata/unanswered").booleanValue()).isTrue();
        assertThat(last.events + last.duplicates).isZero();
    }

    @Test
    void givesASessionOfThePastItsOwnTimes() throws Exception {
        write(prompt(90), prompt(100), prompt(80));

        TestImport.of(log, CLAUDE, file);

        var session = log.session("s1");
        assertThat(session.path("started_at").stringValue()).isEqualTo(time(80));
        assertThat(session.path("last_event_at").stringValue()).isEqualTo(time(100));
        assertThat(session.path("ended_at").stringValue()).isEqualTo(time(100));
        assertThat(session.path("status").stringValue()).isEqualTo("ended");
    }

    @Test
    void doesNotEndASessionThatGoesOnByTellingItsPast() throws Exception {
        log.hook("{\"session_id\":\"s1\",\"hook_event_name\":\"UserPromptSubmit\"}");
        var at = log.session("s1").path("last_event_at");
        write(prompt(1), prompt(2));

        TestImport.of(log, CLAUDE, file);

        assertThat(log.session("s1").path("status").stringValue()).isEqualTo("active");
        assertThat(log.session("s1").path("last_event_at")).isEqualTo(at);
        assertThat(log.session("s1").path("started_at").stringValue()).isEqualTo(time(1));
    }

    private void write(String... lines) throws Exception {
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    private void append(String text) throws Exception {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    private List<String> prompts() throws Exception {
        return log.events()
                .path("events")
                .valueStream()
                .map(event -> event.at("/metadata/prompt").asString())
                .toList();
    }

    private static long millis(int n) {
        return JsDate.parse(time(n), ZoneOffset.UTC).orElseThrow();
    }

    private static String time(int n) {
        return "2025-12-01T00:%02d:%02d.000Z".formatted(n / 60, n % 60);
    }

    private static String prompt(int n) {
        return "{\"type\":\"user\",\"uuid\":\"u%d\",\"sessionId\":\"s1\",\"timestamp\":\"%s\",\"message\":{\"content\":\"p%d\"}}"
                .formatted(n, time(n), n);
    }
}
