package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.proa.core.ProaException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is exported comes back as it was. */
class EventLinesTest {
    private static final Set<String> OF_THE_ROW = Set.of("id");

    @TempDir Path parent;
    private Path first;
    private Path second;

    @BeforeEach
    void makeFolders() throws Exception {
        first = Files.createDirectory(parent.resolve("first"));
        second = Files.createDirectory(parent.resolve("second"));
    }

    private static void fill(TestLog log) throws Exception {
        log.postAll(
                """
                {"events": [
                 {"session_id":"s1","agent_type":"codex","event_type":"tool_use","event_id":"e1","tool_name":"Edit",
                  "duration_ms":12,"metadata":{"file_path":"/a","lines_added":3,"lines_removed":1,"text":"ü \\" \\n"}},
                 {"session_id":"s1","agent_type":"codex","event_type":"llm_response","model":"m","tokens_in":5,
                  "cache_write_tokens":7,"cost_usd":0.000000001,"client_timestamp":"2025-12-24T18:00:00.5Z"},
                 {"session_id":"s2","agent_type":"claude_code","event_type":"error","project":"p","branch":"b"}]}\
                """);
        log.clock.turn(Duration.ofHours(3));
        log.hook(
                "{\"session_id\":\"s2\",\"hook_event_name\":\"Stop\",\"agent_id\":\"sub\",\"cwd\":\"/x/y\"}");
        log.postAll(
                "{\"events\":[{\"session_id\":\"s3\",\"agent_type\":\"a\",\"event_type\":\"response\",\"metadata\":{\"t\":\""
                        + "long ".repeat(5_000)
                        + "\"}}]}");
    }

    @Test
    void bringsEveryEventBackWithItsTimesAndSums() throws Exception {
        byte[] lines;
        List<JsonNode> events;
        JsonNode stats;
        try (var log = new TestLog(first)) {
            fill(log);
            events = events(log);
            stats = log.stats();
            lines = exported(first); // beside its owner
        }
        assertThat(exported(first)).isEqualTo(lines); // and at rest
        var file = Files.write(parent.resolve("events.ndjson"), lines);

        try (var log = new TestLog(second)) {
            log.clock.turn(Duration.ofDays(40));
            var done = run(log, file);
            var again = run(log, file);

            assertThat(done.path("events").intValue()).isEqualTo(5);
            assertThat(done.path("skipped").isEmpty()).isTrue();
            assertThat(again.path("events").intValue()).isZero();
            assertThat(again.path("duplicates").intValue()).isEqualTo(5);
            assertThat(events(log)).isEqualTo(events);
            assertThat(log.stats().path("total_events")).isEqualTo(stats.path("total_events"));
            assertThat(log.stats().path("total_cost_usd")).isEqualTo(stats.path("total_cost_usd"));
            assertThat(log.session("s1").path("status").stringValue()).isEqualTo("ended");
            assertThat(log.session("s1").path("lines_added").intValue()).isEqualTo(3);
            assertThat(log.session("s2").path("last_event_at").stringValue())
                    .isEqualTo("2026-01-01T03:00:00.000Z");
        }
    }

    /** An event without an id stays one, and names the row that it came from first. */
    @Test
    void aCopyOfACopyIsKnownWhereItCameFrom() throws Exception {
        try (var log = new TestLog(first)) {
            fill(log);
        }
        var lines = nameless(exported(first));
        var file = Files.write(parent.resolve("events.ndjson"), exported(first));
        try (var log = new TestLog(second)) {
            log.clock.turn(Duration.ofDays(1));
            run(log, file);
        }

        assertThat(lines).hasSize(4);
        assertThat(nameless(exported(second))).isEqualTo(lines);

        Files.write(file, exported(second));
        try (var log = new TestLog(first)) {
            assertThat(run(log, file).path("duplicates").intValue()).isEqualTo(5);
        }
    }

    private static List<String> nameless(byte[] lines) {
        return new String(lines, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("{\"event_id\":null"))
                .toList();
    }

    @Test
    void knowsItsOwnEventsAgain() throws Exception {
        try (var log = new TestLog(first)) {
            fill(log);
            var file = Files.write(parent.resolve("events.ndjson"), exported(first));

            var done = run(log, file);

            assertThat(done.path("events").intValue()).isZero();
            assertThat(done.path("duplicates").intValue()).isEqualTo(5);
        }
    }

    @Test
    void takesLinesOfOtherProgramsAndNamesThoseThatItCannotTake() throws Exception {
        var file =
                TestImport.file(
                        parent,
                        "e.ndjson",
                        "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"response\"}",
                        "{\"session_id\":\"s\",\"agent_type\":\"a\"}",
                        "nothing",
                        "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\",\"status\":\"odd\",\"duration_ms\":-4}");
        try (var log = new TestLog(first)) {
            var done = run(log, file);

            assertThat(done.path("events").intValue()).isEqualTo(2);
            assertThat(done.path("skipped").findValuesAsString("what"))
                    .containsExactly("has no event_type", "is no JSON object");
            assertThat(done.path("skipped").findValuesAsString("line")).containsExactly("2", "3");
            assertThat(log.newest().path("status").stringValue()).isEqualTo("error");
        }
    }

    @Test
    void exportsAChoice() throws Exception {
        try (var log = new TestLog(first)) {
            fill(log);
        }

        assertThat(exported("session_id", "s2")).hasSize(2);
        assertThat(exported("agent_type", "codex", "event_type", "tool_use")).hasSize(1);
        assertThat(exported("to", "2025-12-31")).hasSize(1);
        assertThat(exported("from", "2026-01-01T00:00:01Z")).hasSize(2);
        assertThatExceptionOfType(ProaException.class)
                .isThrownBy(() -> exported("from", "yesterday"))
                .withMessageContaining("yesterday");
        assertThat(
                        new StoredEventLog(second)
                                .export(Parameters.none(), new ByteArrayOutputStream()))
                .isZero();
    }

    private List<String> exported(String... parameters) throws Exception {
        var out = new ByteArrayOutputStream();
        var count = new StoredEventLog(first).export(TestLog.parameters(parameters), out);
        var lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(count).isEqualTo(lines.size());
        return lines;
    }

    private static byte[] exported(Path folder) throws Exception {
        var out = new ByteArrayOutputStream();
        new StoredEventLog(folder).export(Parameters.none(), out);
        return out.toByteArray();
    }

    private static JsonNode run(TestLog log, Path file) throws Exception {
        return TestJobs.run(log, "{\"file\":\"" + file + "\"}");
    }

    /** All events, the oldest first, without what belongs to a row of one log. */
    private static List<JsonNode> events(TestLog log) throws Exception {
        return log.events("limit", "100")
                .path("events")
                .valueStream()
                .map(event -> (JsonNode) ((ObjectNode) event).remove(OF_THE_ROW))
                .toList()
                .reversed();
    }

    /** Two events that say the same happened twice; the same file again is no news. */
    @Test
    void equalLinesOfOneFileAreEventsOfTheirOwn() throws Exception {
        var a = "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"response\"}";
        var b = "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"tool_use\"}";
        var file = TestImport.file(parent, "e.ndjson", a, b, a, a, b);
        try (var log = new TestLog(first)) {
            assertThat(run(log, file).path("events").intValue()).isEqualTo(5);
            assertThat(run(log, file).path("duplicates").intValue()).isEqualTo(5);

            Files.writeString(file, a + "\n", StandardOpenOption.APPEND);
            assertThat(run(log, file).path("events").intValue()).isEqualTo(1);
        }
    }
}
