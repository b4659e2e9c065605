package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ClaudeHooksTest {
    private static final String SESSION = "5f2c1b0e-6a57-4d2c-9d0b-0e8a3a1f7c11";

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

    static Stream<String> payloads() {
        return Json.read(resource("expected")).properties().stream().map(e -> e.getKey());
    }

    private static String resource(String name) {
        try (var in =
                ClaudeHooksTest.class.getResourceAsStream("/claude-hooks/" + name + ".json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("payloads")
    void storesEachKindAsItsEvent(String name) throws Exception {
        var expected = Json.read(resource("expected")).path(name);

        var reply = log.hook(resource(name));

        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.json()).isEmpty();
        var event = log.newest();
        assertThat(event.path("session_id").stringValue()).isEqualTo(SESSION);
        assertThat(event.path("agent_type").stringValue()).isEqualTo("claude_code");
        assertThat(event.path("source").stringValue()).isEqualTo("hook");
        assertColumns(event, expected);
        assertMetadata(event.path("metadata"), expected, Json.read(resource(name)));
        assertSession(log.session(SESSION), expected);
    }

    private static void assertColumns(JsonNode event, JsonNode expected) {
        assertThat(event.path("event_type")).isEqualTo(expected.path("event_type"));
        assertThat(event.path("status").stringValue())
                .isEqualTo(expected.path("status").stringValue("success"));
        assertThat(event.path("project").stringValue())
                .isEqualTo(expected.path("project").stringValue("shop"));
        for (var column : new String[] {"tool_name", "duration_ms", "model"}) {
            assertThat(event.path(column).toString())
                    .as(column)
                    .isEqualTo(expected.has(column) ? expected.path(column).toString() : "null");
        }
    }

    private static void assertMetadata(JsonNode metadata, JsonNode expected, JsonNode payload) {
        assertThat(metadata.path("hook_event_name")).isEqualTo(payload.path("hook_event_name"));
        assertThat(metadata.path("cwd")).isEqualTo(payload.path("cwd"));
        for (var entry : expected.path("metadata").properties()) {
            assertThat(metadata.path(entry.getKey()).toString())
                    .as(entry.getKey())
                    .isEqualTo(entry.getValue().toString());
        }
        for (var absent : expected.path("absent")) {
            assertThat(metadata.has(absent.stringValue())).as(absent.stringValue()).isFalse();
        }
    }

    private static void assertSession(JsonNode session, JsonNode expected) {
        assertThat(session.path("status").stringValue())
                .isEqualTo(expected.path("session_status").stringValue("active"));
        assertThat(session.path("waiting").toString())
                .isEqualTo(expected.has("waiting") ? expected.path("waiting").toString() : "null");
        assertThat(session.path("files_edited").intValue())
                .isEqualTo(expected.path("files_edited").intValue(0));
        assertThat(session.path("lines_added").intValue())
                .isEqualTo(expected.path("metadata").path("lines_added").intValue(0));
        assertThat(session.path("lines_removed").intValue())
                .isEqualTo(expected.path("metadata").path("lines_removed").intValue(0));
    }

    @Test
    void countsARepeatUnderTheSameIdOnce() throws Exception {
        var payload = resource("PostToolUse-Bash").getBytes(StandardCharsets.UTF_8);

        var first = log.hooks.take(payload, Optional.of("spooled-1"));
        var second = log.hooks.take(payload, Optional.of(" spooled-1 "));
        var other = log.hooks.take(payload, Optional.of("spooled-2"));

        assertThat(first.status()).isEqualTo(204);
        assertThat(second.status()).isEqualTo(204);
        assertThat(other.status()).isEqualTo(204);
        assertThat(log.events().path("total").intValue()).isEqualTo(2);
        assertThat(log.newest().path("event_id").stringValue()).isEqualTo("spooled-2");
    }

    @Test
    void storesEveryPayloadWithoutAnIdAnew() throws Exception {
        log.hook(resource("InstructionsLoaded"));
        log.hook(resource("InstructionsLoaded"));

        assertThat(log.events().path("total").intValue()).isEqualTo(2);
        assertThat(log.newest().path("event_id").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"hook_event_name\":\"Stop\"}",
                "{\"session_id\":\"  \",\"hook_event_name\":\"Stop\"}",
                "{\"session_id\":7}",
                "[]",
                "3"
            })
    void refusesAPayloadWithoutASession(String payload) throws Exception {
        var reply = log.hook(payload);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(TestLog.json(reply).path("error").stringValue())
                .isEqualTo("Invalid hook payload");
        assertThat(log.events().path("total").intValue()).isZero();
    }

    @Test
    void refusesWhatIsNotJson() throws Exception {
        var reply = log.hook("{\"session_id\":");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(TestLog.text(reply)).isEqualTo("{\"error\":\"Invalid JSON payload\"}");
    }

    @Test
    void takesTheBranchFromTheWorkingTree() throws Exception {
        var tree = folder.resolve("tree");
        Files.createDirectories(tree.resolve(".git"));
        Files.writeString(tree.resolve(".git/HEAD"), "ref: refs/heads/feature/rounding\n");

        log.hook("{\"session_id\":\"s\",\"hook_event_name\":\"Stop\",\"cwd\":\"" + tree + "\"}");

        assertThat(log.newest().path("branch").stringValue()).isEqualTo("feature/rounding");
        assertThat(log.newest().path("project").stringValue()).isEqualTo("tree");
        assertThat(log.session("s").path("branch").stringValue()).isEqualTo("feature/rounding");
    }

    @Test
    void callsTheProjectAsItsFolderOnWindowsToo() throws Exception {
        log.hook(
                "{\"session_id\":\"s\",\"hook_event_name\":\"Stop\",\"cwd\":\"C:\\\\work\\\\shop\\\\\"}");

        assertThat(log.newest().path("project").stringValue()).isEqualTo("shop");
    }

    @Test
    void keepsTheKindOfAHookWithAHugePrompt() throws Exception {
        var prompt = "ä\\n".repeat(20_000);

        log.hook(
                "{\"session_id\":\"s\",\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":\""
                        + prompt
                        + "\"}");

        var event = log.newest();
        var metadata = event.path("metadata");
        assertThat(event.path("payload_truncated").intValue()).isEqualTo(1);
        assertThat(metadata.path("hook_event_name").stringValue()).isEqualTo("UserPromptSubmit");
        assertThat(metadata.path("prompt").stringValue()).startsWith("ä\nä\nä").doesNotContain("?");
        assertThat(metadata.toString().getBytes(StandardCharsets.UTF_8).length)
                .isLessThanOrEqualTo(Metadata.CAP);
    }

    @Test
    void keepsTheKindEvenIfAllTextsTogetherAreTooLong() throws Exception {
        var many = new StringBuilder("{\"session_id\":\"s\",\"hook_event_name\":\"X\"");
        for (var i = 0; i < 10; i++) {
            many.append(",\"f").append(i).append("\":\"").append("y".repeat(2_400)).append('"');
        }

        log.hook(many + "}");

        assertThat(log.newest().path("metadata").path("hook_event_name").stringValue())
                .isEqualTo("X");
        assertThat(log.newest().path("payload_truncated").intValue()).isEqualTo(1);
    }

    @Test
    void waitsUntilTheSessionGoesOn() throws Exception {
        log.hook(resource("Notification-permission"));
        log.hook(resource("Stop"));
        var afterStop = log.session(SESSION).path("waiting");
        log.hook(resource("PostToolUse-Bash"));
        var afterTool = log.session(SESSION).path("waiting");

        assertThat(afterStop.stringValue()).isEqualTo("Claude needs your permission to use Bash");
        assertThat(afterTool.isNull()).isTrue();
    }

    private String waitingAfter(String type) throws InterruptedException {
        log.hook(
                "{\"session_id\":\"s\",\"hook_event_name\":\"Notification\",\"notification_type\":\"%s\",\"message\":\"%<s\"}"
                        .formatted(type));
        return log.session("s").path("waiting").asString("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permission_prompt",
                "worker_permission_prompt",
                "idle_prompt",
                "elicitation_dialog",
                "elicitation_url_dialog",
                "agent_needs_input",
                "quota_auto_resume_stale"
            })
    void waitsForWhatTheseNotificationsSay(String type) throws Exception {
        assertThat(waitingAfter(type)).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 15})
    void nobodyWaitsForAQuestionThatWasSpooledForLong(int minutes) throws Exception {
        var asked = log.clock.instant().minus(Duration.ofMinutes(minutes));
        var question =
                "{\"session_id\":\"s\",\"hook_event_name\":\"Notification\",\"notification_type\":\"idle_prompt\",\"message\":\"m\"}";

        log.hooks.take(
                question.getBytes(StandardCharsets.UTF_8), Optional.empty(), Optional.of(asked));

        assertThat(log.session("s").path("waiting").asString(""))
                .isEqualTo(minutes < 10 ? "m" : "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+1000000000-12-31T23:59:59Z",
                "-1000000000-01-01T00:00:00Z",
                "+275760-09-13T00:00:01Z"
            })
    void aTimeThatNoDateCanBeIsNone(String time) throws Exception {
        var reply =
                log.hooks.take(
                        "{\"session_id\":\"s\",\"hook_event_name\":\"Stop\"}"
                                .getBytes(StandardCharsets.UTF_8),
                        Optional.empty(),
                        Optional.of(Instant.parse(time)));

        assertThat(reply.status()).isEqualTo(204);
        assertThat(log.newest().path("client_timestamp").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"elicitation_complete", "elicitation_response", "quota_auto_resume_fired"})
    void waitsNoMoreAfterTheseNotifications(String type) throws Exception {
        waitingAfter("elicitation_dialog");

        assertThat(waitingAfter(type)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "auth_success",
                "agent_completed",
                "quota_auto_resume_disabled",
                "push_notification",
                "of_a_later_version"
            })
    void otherNotificationsAskNothingAndAnswerNothing(String type) throws Exception {
        assertThat(waitingAfter(type)).isEmpty();
        waitingAfter("permission_prompt");
        assertThat(waitingAfter(type)).isEqualTo("permission_prompt");
    }

    @Test
    void stillWaitsWhenTheAnnouncementOfTheAskedCallArrivesLate() throws Exception {
        log.hook(resource("PermissionRequest"));
        log.hook(resource("PreToolUse").replace("npm test", "rm -rf node_modules"));
        var afterItsOwn = log.session(SESSION).path("waiting");
        log.hook(resource("PreToolUse"));
        var afterAnother = log.session(SESSION).path("waiting");

        assertThat(afterItsOwn.stringValue()).isEqualTo("Allow Bash: rm -rf node_modules");
        assertThat(afterAnother.isNull()).isTrue();
    }

    @Test
    void countsACallOnceThoughItWasAnnounced() throws Exception {
        log.hook(resource("PreToolUse"));
        log.hook(resource("PostToolUse-Bash"));

        assertThat(log.stats().path("tool_breakdown").toString()).isEqualTo("{\"Bash\":1}");
    }

    @Test
    void endsASessionAtItsEndAndNotAtTheEndOfATurn() throws Exception {
        log.hook(resource("Stop"));
        var turn = log.session(SESSION);
        log.hook(resource("SessionEnd"));
        var end = log.session(SESSION);

        assertThat(turn.path("status").stringValue()).isEqualTo("idle");
        assertThat(turn.path("ended_at").isNull()).isTrue();
        assertThat(end.path("status").stringValue()).isEqualTo("ended");
        assertThat(end.path("ended_at").stringValue()).isEqualTo("2026-01-01T00:00:00.000Z");
    }
}
