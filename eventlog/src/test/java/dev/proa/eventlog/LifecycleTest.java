package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecycleTest {
    @TempDir Path folder;
    private TestLog log;

    @BeforeEach
    void open() {
        log = new TestLog(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void post(String agent, String type, String more) throws InterruptedException {
        var reply =
                log.post(
                        "{\"session_id\":\"s\",\"agent_type\":\"%s\",\"event_type\":\"%s\"%s}"
                                .formatted(agent, type, more));
        assertThat(reply.status()).isEqualTo(201);
    }

    private String status() throws InterruptedException {
        return log.session("s").path("status").stringValue();
    }

    @ParameterizedTest
    @CsvSource({
        "active,       0, active",
        "active,  300000, active",
        "active,  300001, idle",
        "active,  600000, idle",
        "active,  600001, ended",
        "idle,         0, idle",
        "idle,    600000, idle",
        "idle,    600001, ended",
        "ended,        0, ended"
    })
    void agesBySilence(String stored, long silence, String now) {
        assertThat(Lifecycle.USUAL.status(stored, 1_000, 1_000 + silence)).isEqualTo(now);
    }

    @Test
    void showsReadersAnIdleAndAnEndedSessionWithoutATick() throws Exception {
        post("codex", "tool_use", "");
        log.clock.turn(Duration.ofMinutes(5).plusMillis(1));
        var idle = log.session("s");
        var statsWhenIdle = log.stats();
        log.clock.turn(Duration.ofMinutes(5));
        var ended = log.session("s");

        assertThat(idle.path("status").stringValue()).isEqualTo("idle");
        assertThat(idle.path("ended_at").isNull()).isTrue();
        assertThat(statsWhenIdle.path("active_sessions").intValue()).isZero();
        assertThat(statsWhenIdle.path("live_sessions").intValue()).isEqualTo(1);
        assertThat(statsWhenIdle.path("active_agents").intValue()).isEqualTo(1);
        assertThat(ended.path("status").stringValue()).isEqualTo("ended");
        assertThat(ended.path("ended_at").stringValue()).isEqualTo("2026-01-01T00:10:00.000Z");
        assertThat(log.stats().path("live_sessions").intValue()).isZero();
    }

    @Test
    void storesAndTellsWhatSilenceChanged() throws Exception {
        post("codex", "tool_use", "");
        log.clock.turn(Duration.ofMinutes(6));

        log.log.ageSessions();
        log.log.ageSessions();

        assertThat(log.commits()).extracting(Commit::aged).containsExactly(false, true);
        var told = log.commits().getLast();
        assertThat(told.events()).isEmpty();
        assertThat(told.sessions()).hasSize(1);
        assertThat(new String(told.sessions().getFirst().json(), StandardCharsets.UTF_8))
                .isEqualTo(log.session("s").toString())
                .contains("\"status\":\"idle\"");
    }

    @Test
    void wakesAnEndedSessionWithAnyEvent() throws Exception {
        post("codex", "session_end", "");
        post("codex", "tool_use", "");

        assertThat(status()).isEqualTo("active");
        assertThat(log.session("s").path("ended_at").isNull()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"claude_code, idle", "codex, ended", "somebody, ended"})
    void ends(String agent, String status) throws Exception {
        post(agent, "tool_use", "");

        post(agent, "session_end", "");

        assertThat(status()).isEqualTo(status);
        assertThat(log.session("s").path("ended_at").isNull()).isEqualTo(status.equals("idle"));
    }

    @Test
    void letsNoRecentImportEndALiveSession() throws Exception {
        post("codex", "tool_use", "");
        post(
                "codex",
                "session_end",
                ",\"source\":\"import\",\"client_timestamp\":\"2025-12-31T23:31:00Z\"");

        assertThat(status()).isEqualTo("active");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ",\"client_timestamp\":\"2025-12-31T23:29:59Z\" | ended",
                ",\"client_timestamp\":\"2025-12-31T23:30:00Z\" | active",
                ",\"model\":\"without a time\" | ended"
            })
    void keepsHistoryEnded(String time, String status) throws Exception {
        post("claude_code", "tool_use", ",\"source\":\"import\"" + time);

        assertThat(status()).isEqualTo(status);
    }

    @Test
    void endsWaitingWithTheSession() throws Exception {
        log.hook(
                "{\"session_id\":\"s\",\"hook_event_name\":\"PermissionRequest\",\"tool_name\":\"Bash\"}");
        var before = log.session("s").path("waiting");
        log.clock.turn(Duration.ofMinutes(11));

        assertThat(before.stringValue()).isEqualTo("Allow Bash");
        assertThat(log.session("s").path("waiting").isNull()).isTrue();
    }

    @Test
    void endsWaitingWithTheNextEventOfTheContract() throws Exception {
        log.hook(
                "{\"session_id\":\"s\",\"hook_event_name\":\"PermissionRequest\",\"tool_name\":\"Bash\"}");
        post("claude_code", "session_end", "");
        var afterTurn = log.session("s").path("waiting");
        post("claude_code", "user_prompt", "");

        assertThat(afterTurn.isNull()).isFalse();
        assertThat(log.session("s").path("waiting").isNull()).isTrue();
    }

    @Test
    void listsThePartsOfEachStateInTheOrderOfWhatIsSoNow() throws Exception {
        // The stored states stay "active": nobody but the clock makes them idle or ended.
        for (var i = 0; i < 9; i++) {
            post("s" + i, "codex");
            log.clock.turn(Duration.ofSeconds(80));
        }

        assertThat(listed("limit", "100"))
                .containsExactly(
                        "s8 active",
                        "s7 active",
                        "s6 active",
                        "s5 idle",
                        "s4 idle",
                        "s3 idle",
                        "s2 idle",
                        "s1 ended",
                        "s0 ended");
        assertThat(listed("limit", "3", "offset", "2"))
                .containsExactly("s6 active", "s5 idle", "s4 idle");
        assertThat(listed("limit", "3", "offset", "6"))
                .containsExactly("s2 idle", "s1 ended", "s0 ended");
        assertThat(listed("status", "idle", "limit", "2")).containsExactly("s5 idle", "s4 idle");
        assertThat(listed("exclude_status", "idle", "limit", "2", "offset", "2"))
                .containsExactly("s6 active", "s1 ended");
        assertThat(log.sessions("limit", "2").path("matching").asInt()).isEqualTo(9);
        assertThat(log.sessions("status", "ended").path("matching").asInt()).isEqualTo(2);
    }

    private void post(String session, String agent) throws InterruptedException {
        var reply =
                log.post(
                        "{\"session_id\":\"%s\",\"agent_type\":\"%s\",\"event_type\":\"tool_use\"}"
                                .formatted(session, agent));
        assertThat(reply.status()).isEqualTo(201);
    }

    private List<String> listed(String... parameters) throws InterruptedException {
        var found = new ArrayList<String>();
        for (var session : log.sessions(parameters).path("sessions")) {
            found.add(session.path("id").asString() + " " + session.path("status").asString());
        }
        return found;
    }
}
