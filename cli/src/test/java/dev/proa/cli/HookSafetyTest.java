package dev.proa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the hook program with {@code --safety} says to shell commands before they run. */
final class HookSafetyTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final JsonNode TABLE = table();

    @TempDir Path home;
    private HookProcess hook;

    @BeforeEach
    void makeHome() throws IOException, InterruptedException {
        hook = new HookProcess(home);
        hook.set("HOME", "/home/ada");
        hook.set("XDG_STATE_HOME", home.resolve("state").toString());
        // Nobody listens on port 1 of a test machine.
        hook.set("AGENTMONITOR_URL", "http://127.0.0.1:1");
    }

    @AfterEach
    void endsByItself() throws InterruptedException {
        hook.settle();
    }

    private static JsonNode table() {
        try (var in =
                Objects.requireNonNull(
                        HookSafetyTest.class.getResourceAsStream("safety-table.json"))) {
            return MAPPER.readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> commands(String key) {
        return TABLE.path(key).valueStream().map(JsonNode::stringValue).toList();
    }

    private static byte[] payload(String tool, String command) {
        var payload = MAPPER.createObjectNode();
        payload.put("session_id", "s").put("hook_event_name", "PreToolUse");
        payload.put("tool_name", tool).putObject("tool_input").put("command", command);
        return payload.toString().getBytes(UTF_8);
    }

    private HookProcess.Seen ask(byte[] payload) throws IOException, InterruptedException {
        return HookProcess.finish(hook.shell("exec \"$HOOK\" claude --safety"), payload);
    }

    @Test
    void whatDeletesEverythingIsBlockedAndWhatOnlyLooksLikeItPasses() throws Exception {
        var wrong = new ArrayList<String>();
        for (var command : commands("blocked")) {
            var seen = ask(payload("Bash", command));
            if (seen.code() != 2 || !seen.printed().startsWith("Blocked: ")) {
                wrong.add("passed: " + command);
            }
        }
        for (var command : commands("passes")) {
            var seen = ask(payload("Bash", command));
            if (seen.code() != 0 || !seen.printed().isEmpty()) {
                wrong.add("blocked: " + command);
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(commands("blocked")).hasSizeGreaterThan(60);
        assertThat(commands("passes")).hasSizeGreaterThan(45);
    }

    @Test
    void filesOfSecretsAreOnlyWarnedOf() throws Exception {
        for (var file : List.of(".env", "a/server.pem", "id.key", "x.credentials", "'y.secret'")) {
            var seen = ask(payload("Bash", "cat " + file));

            assertThat(seen.code()).isZero();
            assertThat(seen.printed())
                    .isEqualTo("Careful: " + file.replace("'", "") + " may hold secrets.\n");
        }
        assertThat(ask(payload("Bash", "cat a.environment key.txt")).printed()).isEmpty();
    }

    @Test
    void onlyAShellCommandThatIsAboutToRunIsLookedAt() throws Exception {
        var fatal = new String(payload("Bash", "rm -rf /"), UTF_8);

        assertThat(ask(payload("Write", "rm -rf /")).code()).isZero();
        assertThat(ask(fatal.replace("PreToolUse", "PostToolUse").getBytes(UTF_8)).code()).isZero();
        assertThat(ask("no json".getBytes(UTF_8)).code()).isZero();
        assertThat(ask(fatal.replace("rm -rf /", "\\u0072m -r\\u0066 \\/").getBytes(UTF_8)).code())
                .isEqualTo(2);
        assertThat(hook.run(fatal.getBytes(UTF_8)).code()).isZero();
        hook.set("AGENTMONITOR_SAFETY", "0");
        assertThat(ask(fatal.getBytes(UTF_8)).code()).isZero();
    }

    @Test
    void theMonitorHearsOfWhatWasBlocked() throws Exception {
        try (var ingest = new RawIngest(RawIngest.status(204))) {
            hook.set("AGENTMONITOR_URL", ingest.url());

            assertThat(ask(payload("Bash", "rm -rf \"$HOME\"")).code()).isEqualTo(2);

            var body = MAPPER.readTree(ingest.next().body());
            assertThat(body.path("proa_blocked").stringValue())
                    .isEqualTo("recursive delete of $HOME");
            assertThat(body.path("tool_input").path("command").stringValue())
                    .isEqualTo("rm -rf \"$HOME\"");
        }
    }

    @Test
    void installPutsItBeforeShellCommandsAndUninstallTakesItAway() throws Exception {
        try (var place = new HooksHome(home)) {
            Files.writeString(place.settings(), "{\"model\": \"x\"}\n");

            assertThat(place.run("install", "claude", "--safety").code()).isZero();

            var group =
                    MAPPER.readTree(Files.readString(place.settings())).at("/hooks/PreToolUse/0");
            assertThat(group.path("matcher").stringValue()).isEqualTo("Bash");
            assertThat(group.at("/hooks/0/command").stringValue())
                    .endsWith("proa-hook claude --safety");
            assertThat(place.run("install", "claude", "--safety").out()).contains("nothing was");
            assertThat(place.run("install", "claude").out()).contains("nothing was");
            assertThat(place.run("uninstall", "claude").code()).isZero();
            assertThat(place.settings()).hasContent("{\"model\": \"x\"}\n");
        }
    }
}
