package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.HandTurnedClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What is stored of what sources send, through the real ingest into a real database. */
class PrivacyTest {
    private static final String TOKEN = "gh" + "p_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";
    private static final String LONG = "word ".repeat(200);

    @TempDir Path folder;
    private Settings settings;
    private TestLog log;

    @BeforeEach
    void open() {
        settings = Settings.open(folder, List.of());
        log = new TestLog(folder, new HandTurnedClock(), Privacy.of(settings), Writer.Limits.USUAL);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void choose(String json) {
        assertThat(settings.put(json.getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(200);
    }

    private JsonNode stored(String type, String metadata) throws InterruptedException {
        var reply =
                log.post(
                        "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"%s\",\"metadata\":%s}"
                                .formatted(type, metadata));
        assertThat(reply.status()).isEqualTo(201);
        return log.newest().path("metadata");
    }

    private JsonNode hooked(Map<String, String> members) throws InterruptedException {
        var payload = Json.tree(members).toString();
        assertThat(
                        log.hook(
                                        payload.replace(
                                                "\"INPUT\"",
                                                "{\"command\":\"curl -H 'X-Api-Key: abcdefg'\"}"))
                                .status())
                .isEqualTo(204);
        return log.newest().path("metadata");
    }

    @Test
    void noByteOfASecretReachesTheDiskWhateverCarriesIt() throws Exception {
        stored(
                "tool_use",
                "{\"command\":\"git push https://x:%s@h/r\",\"api_key\":\"topsecret1\"}"
                        .formatted(TOKEN));
        stored("user_prompt", "\"use %s please\"".formatted(TOKEN));
        stored(
                "response",
                "{\"deep\":[{\"text\":\"{\\\"token\\\":\\\"%s\\\"}\"}]}".formatted(TOKEN));
        hooked(
                Map.of(
                        "session_id",
                        "h",
                        "hook_event_name",
                        "PermissionRequest",
                        "tool_name",
                        "Bash",
                        "tool_input",
                        "INPUT"));
        log.postAll(
                "{\"events\":[{\"session_id\":\"b\",\"agent_type\":\"a\",\"event_type\":\"error\",\"source\":\"otel\",\"metadata\":{\"error\":\"401 for "
                        + TOKEN
                        + "\"}}]}");

        assertThat(log.session("h").path("waiting").stringValue())
                .isEqualTo("Allow Bash: curl -H 'X-Api-Key: ***'");
        assertThat(log.commits().toString()).doesNotContain(TOKEN, "topsecret1", "abcdefg");
        log.close();
        for (var secret : List.of(TOKEN, "topsecret1", "abcdefg")) {
            assertThat(filesWith(secret)).isEmpty();
        }
        assertThat(filesWith("git push")).isNotEmpty();
    }

    private List<Path> filesWith(String text) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).filter(file -> holds(file, text)).toList();
        }
    }

    private static boolean holds(Path file, String text) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void promptsAreLeftOutAndSaidToBe() throws InterruptedException {
        choose("{\"privacy\":{\"prompts\":\"drop\"}}");

        var event = stored("user_prompt", "{\"message\":\"do it\",\"cwd\":\"/p\"}");

        assertThat(event.toString()).isEqualTo("{\"cwd\":\"/p\",\"_left_out\":[\"message\"]}");
        assertThat(log.newest().path("payload_truncated").intValue()).isEqualTo(1);
        assertThat(stored("response", "{\"message\":\"done\"}").path("message").stringValue())
                .isEqualTo("done");
        assertThat(stored("tool_use", "{\"prompt\":\"do it\"}").has("prompt")).isFalse();
        assertThat(stored("user_prompt", "\"do it\"").stringValue()).isEmpty();
    }

    @Test
    void outputsAreCutAndToolsInputsAreNot() throws InterruptedException {
        choose("{\"privacy\":{\"outputs\":\"cut\",\"cut_at\":20}}");

        var event =
                stored("tool_use", "{\"command\":\"%s\",\"stderr\":\"%s\"}".formatted(LONG, LONG));

        assertThat(event.path("stderr").stringValue()).isEqualTo(LONG.substring(0, 20));
        assertThat(event.path("command").stringValue()).isEqualTo(LONG);
        assertThat(event.path("_cut").toString()).isEqualTo("[\"stderr\"]");
    }

    @Test
    void aSecretAtTheCutIsTakenOutBeforeItIsCut() throws InterruptedException {
        choose("{\"privacy\":{\"prompts\":\"cut\",\"cut_at\":20}}");

        var event = stored("user_prompt", "{\"message\":\"0123456789 %s\"}".formatted(TOKEN));

        assertThat(event.path("message").stringValue()).isEqualTo("0123456789 ***");
    }

    @Test
    void aSourceHasARuleOfItsOwn() throws InterruptedException {
        choose(
                "{\"privacy\":{\"per_source\":{\"hook\":{\"prompts\":\"drop\"},\"api\":{\"redact\":false}}}}");

        assertThat(
                        hooked(
                                        Map.of(
                                                "session_id", "h",
                                                "hook_event_name", "UserPromptSubmit",
                                                "prompt", "do it"))
                                .has("prompt"))
                .isFalse();
        assertThat(
                        stored("user_prompt", "{\"prompt\":\"%s\"}".formatted(TOKEN))
                                .path("prompt")
                                .stringValue())
                .isEqualTo(TOKEN);
    }

    @Test
    void aQuestionOfAModelIsAnOutputAndTheCallThatItAsksForIsNot() throws InterruptedException {
        choose("{\"privacy\":{\"outputs\":\"drop\"}}");

        hooked(
                Map.of(
                        "session_id",
                        "h",
                        "hook_event_name",
                        "Elicitation",
                        "message",
                        "your name?"));

        assertThat(log.session("h").path("waiting").stringValue()).isEqualTo("Waits for you");
        hooked(
                Map.of(
                        "session_id",
                        "h",
                        "hook_event_name",
                        "PermissionRequest",
                        "tool_name",
                        "Bash",
                        "tool_input",
                        "INPUT"));
        assertThat(log.session("h").path("waiting").stringValue()).startsWith("Allow Bash: curl");
    }

    @Test
    void whatIsNoSecretIsStoredByteForByte() throws InterruptedException {
        var metadata =
                "{\"commit\":\"6cd1906a4f0d3c1b2e5f60718293a4b5c6d7e8f9\",\"id\":\"550e8400-e29b-41d4-a716-446655440000\","
                        + "\"max_tokens\":4096,\"note\":\"the token of the key\",\"n\":1.50,\"x\":null,\"list\":[1,\"é\"]}";

        assertThat(stored("tool_use", metadata).toString()).isEqualTo(metadata);
    }

    @Test
    void aSecretIsTakenOutOfNamesToo() throws Exception {
        log.post(
                "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"tool_use\",\"tool_name\":\"t T\",\"model\":\"m T\",\"project\":\"p T\",\"branch\":\"b T\",\"metadata\":{\"T\":1,\"in\":[{\"x T\":\"y\"}],\"api_key\":{\"T\":\"z\"}}}"
                        .replace("T", TOKEN));

        var event = log.newest();
        assertThat(event.path("metadata").toString())
                .isEqualTo("{\"***\":1,\"in\":[{\"x ***\":\"y\"}],\"api_key\":{\"***\":\"***\"}}");
        assertThat(event.path("tool_name").stringValue()).isEqualTo("t ***");
        assertThat(event.path("model").stringValue()).isEqualTo("m ***");
        assertThat(event.path("project").stringValue()).isEqualTo("p ***");
        assertThat(event.path("branch").stringValue()).isEqualTo("b ***");
        log.close();
        assertThat(filesWith(TOKEN)).isEmpty();
    }

    @Test
    void twoMembersOfASecretNameStayTwo() throws InterruptedException {
        var other = TOKEN.replace('a', 'b');

        var event = stored("response", "{\"%s\":1,\"%s\":2}".formatted(TOKEN, other));

        assertThat(event.toString()).isEqualTo("{\"***\":1,\"*** (2)\":2}");
    }

    @Test
    void aSecretIsTakenOutOfTheNameOfASpan() throws Exception {
        var span =
                "{\"traceId\":\"%s\",\"spanId\":\"%s\",\"name\":\"GET /?access_token=%s\",\"attributes\":[%s]}"
                        .formatted(
                                "5b".repeat(16),
                                "01".repeat(8),
                                TOKEN,
                                Otlp.attributes("session.id", "s", "k " + TOKEN, "v"));
        log.otlp.take(
                Otlp.json(
                        OtlpSignal.TRACES,
                        "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[" + span + "]}]}]}"));

        assertThat(TestLog.json(log.otlp.spans("s", Parameters.none())).toString())
                .contains("\"name\":\"GET /?access_token=***\"", "\"k ***\":\"v\"");
        log.close();
        assertThat(filesWith(TOKEN)).isEmpty();
    }
}
