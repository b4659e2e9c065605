package dev.proa.eventlog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.HandTurnedClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** One cap holds for what every source says of an event. */
class MetadataCapTest {
    private static final String LONG = "x".repeat(2_400);
    private static final long NANOS = 1_700_000_000_000_000_000L;

    @TempDir Path folder;
    private @Nullable TestLog log;

    private TestLog open(int cap) {
        var privacy = Privacy.of(Settings.open(folder, List.of()), cap);
        var opened = new TestLog(folder, new HandTurnedClock(), privacy, Writer.Limits.USUAL);
        log = opened;
        return opened;
    }

    @AfterEach
    void close() {
        if (log != null) {
            log.close();
        }
    }

    /** Seven long texts, which are more than the usual cap together. */
    private static String texts(String json) {
        var all = new StringBuilder();
        for (var i = 0; i < 7; i++) {
            all.append(json.formatted("k" + i, LONG));
        }
        return all.toString();
    }

    private static String[] attributes(String session) {
        var all = new String[16];
        all[0] = "session.id";
        all[1] = session;
        for (var i = 1; i < 8; i++) {
            all[2 * i] = "k" + i;
            all[2 * i + 1] = LONG;
        }
        return all;
    }

    /** The newest event of every source, by the source. */
    private Map<String, JsonNode> stored(int cap) throws Exception {
        var opened = open(cap);
        var fields = texts(",\"%s\":\"%s\"");
        var event =
                "{\"session_id\":\"%s\",\"agent_type\":\"a\",\"event_type\":\"response\",\"metadata\":{\"k\":1%s}}";
        opened.post(event.formatted("api", fields));
        opened.hook("{\"session_id\":\"hook\",\"hook_event_name\":\"Stop\"" + fields + "}");
        opened.otlp.take(
                Otlp.json(
                        OtlpSignal.LOGS,
                        Otlp.logs(
                                Otlp.attributes("service.name", "claude-code"),
                                Otlp.log(
                                        NANOS,
                                        Otlp.text("claude_code.api_error"),
                                        attributes("logs")))));
        take(opened, HistorySource.CLAUDE, "claude", claude());
        take(opened, HistorySource.CODEX, "codex", codex());
        var lines = TestImport.file(folder, "lines.jsonl", event.formatted("lines", fields));
        HistoryImport.Opening reading =
                (_, _) -> new EventLines("other", (_, _) -> false, new TestImport());
        new HistoryImport(opened.log, "lines", reading, ImportWish.ALL)
                .take(lines, new TestImport());
        var found = new HashMap<String, JsonNode>();
        for (var session : List.of("api", "hook", "logs", "claude", "codex", "lines")) {
            var events = opened.events("session_id", session, "limit", "100").path("events");
            found.put(session, longest(events));
        }
        return found;
    }

    private static JsonNode longest(JsonNode events) {
        var longest = events.path(0);
        for (var event : events) {
            if (size(event) > size(longest) || event.path("payload_truncated").asInt() > 0) {
                longest = event;
            }
        }
        return longest;
    }

    private static int size(JsonNode event) {
        return event.path("metadata").toString().getBytes(UTF_8).length;
    }

    private void take(TestLog opened, HistorySource source, String name, String... lines)
            throws Exception {
        var under = Files.createDirectories(folder.resolve(name));
        TestImport.of(opened, source, TestImport.file(under, name + ".jsonl", lines));
    }

    /** A call and its answer, with all that is kept of its input. */
    private static String[] claude() {
        var inputs = new StringBuilder();
        for (var name : List.of("command", "pattern", "query", "url", "description", "path")) {
            inputs.append(",\"").append(name).append("\":\"").append(LONG).append('"');
        }
        return new String[] {
            "{\"type\":\"assistant\",\"uuid\":\"a\",\"sessionId\":\"claude\",\"message\":{\"id\":\"m\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"Bash\",\"input\":{\"x\":1%s}}]}}"
                    .formatted(inputs),
            "{\"type\":\"user\",\"uuid\":\"b\",\"sessionId\":\"claude\",\"message\":{\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"ok\"}]}}"
        };
    }

    private static String[] codex() {
        return new String[] {
            "{\"timestamp\":\"2026-02-18T20:10:57.000Z\",\"type\":\"session_meta\",\"payload\":{\"id\":\"codex\",\"cwd\":\"/w\"}}",
            "{\"timestamp\":\"2026-02-18T20:10:58.000Z\",\"type\":\"event_msg\",\"payload\":{\"type\":\"user_message\",\"message\":\"%s\"}}"
                    .formatted(LONG)
        };
    }

    @Test
    void aSmallerOneCutsWhatEverySourceSends() throws Exception {
        stored(1_024)
                .forEach((source, event) -> {
                    assertThat(size(event)).as(source).isLessThanOrEqualTo(1_024);
                    assertThat(event.path("payload_truncated").asInt()).as(source).isEqualTo(1);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "hook", "logs", "claude", "lines"})
    void aLargerOneKeepsWhatIsMoreThanTheUsualOne(String source) throws Exception {
        var event = Objects.requireNonNull(stored(100 * 1_024).get(source));

        assertThat(size(event)).isGreaterThan(Metadata.CAP);
        assertThat(event.path("payload_truncated").asInt()).isZero();
    }

    @Test
    void spansKeepToItToo() throws Exception {
        var opened = open(1_024);
        opened.otlp.take(
                Otlp.json(
                        OtlpSignal.TRACES,
                        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"%s\",\"spanId\":\"%s\",\"name\":\"n\",\"startTimeUnixNano\":\"%d\",\"endTimeUnixNano\":\"%d\",\"attributes\":[%s]}]}]}]}"
                                .formatted(
                                        "5b8efff798038103d269b633813fc60c",
                                        "0000000000000001",
                                        NANOS,
                                        NANOS,
                                        Otlp.attributes("session.id", "spans", "k", LONG))));

        var kept = TestLog.json(opened.otlp.spans("spans", Parameters.none())).at("/spans/0");

        assertThat(kept.path("attributes").toString()).contains("_truncated");
        assertThat(kept.path("attributes").toString().getBytes(UTF_8).length).isLessThan(1_025);
    }
}
