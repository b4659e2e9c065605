package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What was paid for once stays paid for once, also when its events are deleted and come again. */
class CountedGoneTest {
    @TempDir Path folder;
    private TestLog log;

    @BeforeEach
    void open() throws Exception {
        log = new TestLog(Files.createDirectories(folder.resolve("log")));
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void anExportThatIsTakenInAgainCostsNothing() throws Exception {
        log.postAll(
                """
                {"events":[
                 {"session_id":"s","agent_type":"codex","event_type":"llm_response","event_id":"e","tokens_in":5,"cost_usd":0.5},
                 {"session_id":"s","agent_type":"codex","event_type":"llm_response","tokens_in":7,"cost_usd":0.25}]}\
                """);
        var out = new ByteArrayOutputStream();
        new StoredEventLog(folder.resolve("log")).export(Parameters.none(), out);
        var file = Files.write(folder.resolve("events.ndjson"), out.toByteArray());
        var before = costs();
        prune();

        var done = TestJobs.run(log, "{\"file\":\"" + file + "\"}");

        assertThat(done.path("events").intValue()).isEqualTo(2); // to be looked at
        assertThat(before.path("cost_usd").decimalValue()).isEqualByComparingTo("0.75");
        assertThat(costs().path("cost_usd")).isEqualTo(before.path("cost_usd"));
        assertThat(costs().path("tokens_in")).isEqualTo(before.path("tokens_in"));
        prune();
        assertThat(costs().path("cost_usd")).isEqualTo(before.path("cost_usd"));
    }

    @Test
    void aTranscriptThatWasMovedCostsNothing() throws Exception {
        var file = TestImport.file(folder, "s1.jsonl", answer("u1"));
        TestImport.of(log, HistorySource.CLAUDE, file);
        var before = costs();
        prune();
        var moved =
                Files.copy(file, Files.createDirectory(folder.resolve("new")).resolve("s1.jsonl"));

        TestImport.of(log, HistorySource.CLAUDE, moved);

        assertThat(before.path("tokens_out").intValue()).isEqualTo(12);
        assertThat(costs().path("tokens_out").intValue()).isEqualTo(12);
    }

    @Test
    void anAnswerThatALaterTranscriptRepeatsCostsNothing() throws Exception {
        TestImport.of(log, HistorySource.CLAUDE, TestImport.file(folder, "s1.jsonl", answer("u1")));
        prune();

        TestImport.of(log, HistorySource.CLAUDE, TestImport.file(folder, "s2.jsonl", answer("u2")));

        assertThat(costs().path("tokens_out").intValue()).isEqualTo(12);
        assertThat(costs().path("duplicates").intValue()).isEqualTo(1);
    }

    private static String answer(String uuid) {
        return """
        {"type":"assistant","uuid":"%s","sessionId":"s1","timestamp":"2025-12-30T10:00:00Z","requestId":"r","message":{"id":"msg_1","model":"claude-sonnet-4-5",\
        "usage":{"input_tokens":3,"output_tokens":12},"content":[{"type":"text","text":"done"}]}}\
        """
                .formatted(uuid);
    }

    private JsonNode costs() throws InterruptedException {
        return TestLog.json(new CostQueries(log.log).costs(Parameters.none())).path("total");
    }

    /** Deletes everything. */
    private void prune() throws Exception {
        log.clock.turn(Duration.ofDays(5));
        var day =
                new SettingValues.Retention(
                        OptionalInt.of(1), OptionalLong.empty(), new TreeMap<>());
        try (var keeping = new Housekeeping(log.log, () -> day)) {
            keeping.prune("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        assertThat(log.events().path("total").intValue()).isZero();
    }
}
