package dev.proa.agentmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What hooks wrote while nobody listened, taken in by a real monitor. */
class HookSpoolTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;
    private Path data;
    private Path spool;

    @BeforeEach
    void makeFolders() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        spool = Files.createDirectories(folder.resolve("state/spool"));
    }

    private TestMonitor monitor() {
        return new TestMonitor(data, Optional.of(folder.resolve("state")));
    }

    private static String id(int number) {
        return "%032x".formatted(number);
    }

    private void spooled(int number, String payload) throws IOException {
        Files.writeString(
                spool.resolve("%d-%s.json".formatted(1_763_600_000_000L + number, id(number))),
                payload);
    }

    private static String payload(String hook) {
        return "{\"session_id\":\"s\",\"hook_event_name\":\"%s\",\"prompt\":\"x\"}".formatted(hook);
    }

    private List<String> left() throws IOException {
        try (var files = Files.list(spool)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static List<JsonNode> events(TestMonitor monitor) throws Exception {
        var events = new ArrayList<JsonNode>();
        TestMonitor.json(monitor.read("/api/events?limit=100")).path("events").forEach(events::add);
        return events.reversed();
    }

    @Test
    void allThatWaitsIsTakenInInItsOrderWithItsTimeAndNothingTwice() throws Exception {
        spooled(2, payload("UserPromptSubmit"));
        spooled(1, payload("SessionStart"));
        spooled(3, payload("Stop"));
        try (var monitor = monitor()) {
            Await.until("the spool is empty", PATIENCE, () -> left().isEmpty());

            var events = events(monitor);
            assertThat(events)
                    .extracting(each -> each.path("event_type").stringValue())
                    .containsExactly("session_start", "user_prompt", "session_end");
            assertThat(events.getFirst().path("client_timestamp").stringValue())
                    .isEqualTo("2025-11-20T00:53:20.001Z");
            // A hook that had sent the same payload and did not hear the answer.
            assertThat(
                            TestMonitor.json(monitor.read("/api/sessions/s"))
                                    .path("session")
                                    .path("event_count")
                                    .intValue())
                    .isEqualTo(3);
            monitor.post("/api/hooks/claude-code", payload("Stop"), "idempotency-key", id(3));
            assertThat(events(monitor)).hasSize(3);
        }
    }

    /** In whatever order the file system lists them. */
    @Test
    void manyAreTakenInInTheOrderOfTheirTimes() throws Exception {
        for (int i = 0; i < 50; i++) {
            spooled(1 + i * 37 % 50, payload("Stop"));
        }
        try (var monitor = monitor()) {
            Await.until("the spool is empty", PATIENCE, () -> left().isEmpty());

            assertThat(events(monitor))
                    .extracting(each -> each.path("client_timestamp").stringValue())
                    .hasSize(50)
                    .isSorted();
        }
    }

    @Test
    void whatComesWhileTheMonitorRunsIsTakenInToo() throws Exception {
        try (var monitor = monitor()) {
            spooled(1, payload("Stop"));

            Await.until("the spool is empty", PATIENCE, () -> left().isEmpty());

            assertThat(events(monitor)).hasSize(1);
        }
    }

    @Test
    void whatIsNoPayloadGoesAndWhatIsNotOursStays() throws Exception {
        spooled(1, "no json");
        spooled(2, "");
        spooled(3, payload("Stop"));
        Files.writeString(spool.resolve(".tmp-1763600000004-" + id(4) + ".json"), payload("Stop"));
        Files.writeString(spool.resolve("notes.json"), payload("Stop"));
        Files.writeString(folder.resolve("elsewhere"), payload("Stop"));
        Files.createSymbolicLink(
                spool.resolve("1763600000005-" + id(5) + ".json"), folder.resolve("elsewhere"));
        try (var monitor = monitor()) {
            Await.until("the payloads are gone", PATIENCE, () -> left().size() == 3);

            assertThat(events(monitor)).hasSize(1);
            assertThat(left())
                    .containsExactly(
                            ".tmp-1763600000004-" + id(4) + ".json",
                            "1763600000005-" + id(5) + ".json",
                            "notes.json");
        }
    }

    @Test
    void anInstanceThatHooksDoNotFindLeavesTheSpoolAlone() throws Exception {
        spooled(1, payload("Stop"));
        try (var monitor = new TestMonitor(data)) {
            assertThat(events(monitor)).isEmpty();
        }
        assertThat(left()).hasSize(1);
    }

    @Test
    void itSaysOfEachAgentWhatHasComeAndWhatWaits() throws Exception {
        try (var monitor = monitor()) {
            monitor.post(
                    "/api/hooks/claude-code",
                    payload("Stop"),
                    "proa-hook-time",
                    "2026-11-20T10:00:00.123Z");
            // Nothing takes a link in, so it waits for ever.
            Files.createSymbolicLink(
                    spool.resolve("1763600000005-" + id(5) + ".json"),
                    Files.writeString(folder.resolve("elsewhere"), "123"));

            var agents = TestMonitor.json(monitor.read("/api/hooks")).path("agents");

            assertThat(agents.path(0).path("agent").stringValue()).isEqualTo("claude");
            assertThat(agents.path(0).path("events_24h").intValue()).isEqualTo(1);
            assertThat(agents.path(0).path("last_event_at").isString()).isTrue();
            assertThat(agents.path(0).path("spool")).hasToString("{\"files\":1,\"bytes\":3}");
            assertThat(agents.path(1).toString())
                    .isEqualTo(
                            "{\"agent\":\"codex\",\"last_event_at\":null,\"events_24h\":0,\"spool\":{\"files\":0,\"bytes\":0}}");
            assertThat(events(monitor).getFirst().path("client_timestamp").stringValue())
                    .isEqualTo("2026-11-20T10:00:00.123Z");
        }
    }
}
