package dev.proa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where a probe gets lost: the installed command runs, and real listeners answer it. */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class HookProbeTest {
    private static final String INSTALL = "Run: proa hooks install claude";

    @TempDir Path folder;
    private HooksHome home;

    @BeforeEach
    void install() throws IOException, InterruptedException {
        home = new HooksHome(folder);
        home.set("PATH", "/usr/bin:/bin");
        ship(HookProcess.built());
    }

    @AfterEach
    void close() {
        home.close();
    }

    private void ship(Path program) {
        home.ship(program);
        assertThat(home.run("install", "claude").code()).isZero();
    }

    private void shipScript(String script) throws IOException {
        var program = Files.writeString(folder.resolve("script"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        ship(program);
    }

    private HookProbe.Fate probe() throws InterruptedException {
        var places = home.places();
        return new HookProbe(places, Duration.ofSeconds(2)).claude(places.program() + " claude");
    }

    private List<Path> spooled() throws IOException {
        var spool = home.places().state().resolve("spool");
        if (!Files.isDirectory(spool)) {
            return List.of();
        }
        try (var files = Files.list(spool)) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        }
    }

    @Test
    void theProgramCannotBeRun() throws Exception {
        Files.delete(home.program());

        var fate = probe();

        assertThat(fate.found())
                .contains(home.program() + " claude could not be run and wrote \"")
                .contains("not found");
        assertThat(fate.lost()).isEqualTo(INSTALL);
    }

    @Test
    void theProgramMayNotBeRun() throws Exception {
        Files.setPosixFilePermissions(home.program(), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(probe().found()).contains("could not be run and wrote \"").contains("ermission");
    }

    @Test
    void itEndsWithWhatAnAgentWouldTakeForAnAnswer() throws Exception {
        shipScript("cat > /dev/null; echo 'out of order' >&2; exit 3");

        var fate = probe();

        assertThat(fate.found()).contains("claude ended with 3 and wrote \"out of order\"");
        assertThat(fate.lost()).isEqualTo(INSTALL);
    }

    @Test
    void itGetsThePayloadAndTheEnvironmentOfAHook() throws Exception {
        var seen = folder.resolve("seen");
        home.set("OWN", "mine");
        shipScript("{ env; cat; } > " + seen);

        probe();

        assertThat(seen)
                .content()
                .contains("OWN=mine\n", "PATH=/usr/bin:/bin\n", "CLAUDE_PROJECT_DIR=/")
                .contains(
                        "{\"session_id\":\"proa-hooks-doctor\",\"hook_event_name\":\"ProaProbe\"");
    }

    @Test
    void nobodyListensSoItIsTakenOutOfTheSpoolAgain() throws Exception {
        var port = RawIngest.deadPort();
        home.set("AGENTMONITOR_URL", "http://127.0.0.1:" + port);

        var fate = probe();

        assertThat(fate.found())
                .startsWith("the hook ran and put the probe into the spool (")
                .endsWith(
                        "http://127.0.0.1:"
                                + port
                                + "/api/hooks/claude-code: nobody listens there");
        assertThat(fate.lost())
                .isEqualTo("Correct or unset AGENTMONITOR_URL, or start what it names");
        assertThat(spooled()).isEmpty();
    }

    @Test
    void withoutAnAddressTheMonitorIsToBeStarted() throws Exception {
        home.set("AGENTMONITOR_URL", "");
        var places = home.places();
        Files.createDirectories(places.state());
        Files.writeString(
                places.state().resolve("ingest-url"),
                "http://127.0.0.1:" + RawIngest.deadPort() + "\n");

        assertThat(probe().lost())
                .isEqualTo(
                        "Start the agent monitor; until then the hooks keep what they have to say");
    }

    @Test
    void somethingElseListens() throws Exception {
        try (var ingest = new RawIngest(RawIngest.status(404))) {
            home.set("AGENTMONITOR_URL", ingest.url());

            var fate = probe();

            assertThat(ingest.next().headers()).containsEntry("user-agent", "proa-hook/1");
            assertThat(fate.found())
                    .contains("put the probe into the spool")
                    .endsWith("/api/hooks/claude-code answered 404");
            assertThat(fate.lost()).contains("Something else listens there");
            assertThat(spooled()).isEmpty();
        }
    }

    @Test
    void somethingElseTakesIt() throws Exception {
        try (var ingest = new RawIngest(RawIngest.status(204))) {
            home.set("AGENTMONITOR_URL", ingest.url());

            var fate = probe();

            assertThat(fate.found())
                    .isEqualTo(
                            ingest.url()
                                    + "/api/hooks/claude-code took the probe; whose log it is in"
                                    + " cannot be told");
            assertThat(fate.lost()).contains("No monitor of this user listens there");
        }
    }

    @Test
    void itIsRefusedForEver() throws Exception {
        try (var ingest = new RawIngest(RawIngest.status(400))) {
            home.set("AGENTMONITOR_URL", ingest.url());

            var fate = probe();

            assertThat(fate.found())
                    .isEqualTo(
                            "the hook ran, and "
                                    + ingest.url()
                                    + "/api/hooks/claude-code answered 400");
            assertThat(spooled()).isEmpty();
        }
    }

    @Test
    void theAddressIsNone() throws Exception {
        home.set("AGENTMONITOR_URL", "monitor at home");

        var fate = probe();

        assertThat(fate.found()).endsWith(": \"monitor at home\" is no address");
        assertThat(fate.lost()).isEqualTo("Correct or unset AGENTMONITOR_URL");
        assertThat(spooled()).isEmpty();
    }

    @Test
    void nothingListensAndTheSpoolCannotBeWritten() throws Exception {
        var state = home.places().state();
        Files.createDirectories(state.getParent());
        Files.writeString(state, "in the way");

        var fate = probe();

        assertThat(fate.found())
                .contains("took no probe (nobody listens there)")
                .endsWith("it is not in " + state.resolve("spool") + " either");
        assertThat(fate.lost()).contains("has room");
    }

    @Test
    void theSettingsSayWhereTheirHooksSendTo() throws Exception {
        try (var ingest = new RawIngest(RawIngest.status(404))) {
            Files.writeString(
                    home.settings(),
                    "{\"env\": {\"AGENTMONITOR_URL\": \"%s\"}}".formatted(ingest.url()));
            home.run("install", "claude");

            var run = home.run("doctor", "claude");

            assertThat(run.code()).isEqualTo(69);
            assertThat(run.out())
                    .contains("ok     monitor: " + ingest.url() + " (from AGENTMONITOR_URL)")
                    .contains("wrong  probe: the hook ran")
                    .contains(ingest.url() + "/api/hooks/claude-code answered 404.");
        }
    }

    @Test
    void noneIsSentWhereNoneIsInstalledOrTheSettingsAreBad() throws Exception {
        Files.writeString(home.settings(), "{}");
        assertThat(home.run("doctor", "claude").out())
                .contains("wrong  probe: no hook is installed.\n       " + INSTALL);

        Files.writeString(home.settings(), "{");
        assertThat(home.run("doctor", "claude").out())
                .contains("wrong  probe: none was sent.\n       Mend the settings first.");
    }

    @Test
    void codexSendsToItsExportersEndpoint() throws Exception {
        try (var ingest = new RawIngest(RawIngest.status(404))) {
            home.set("AGENTMONITOR_URL", ingest.url());
            assertThat(home.run("doctor", "codex").out())
                    .contains("config.toml has no exporters of ours")
                    .contains("wrong  probe: " + ingest.url() + "/v1/logs answered 404.");
            ingest.answer(RawIngest.status(200));
            assertThat(home.run("doctor", "codex").out()).contains("/v1/logs took the probe");
        }
        assertThat(home.run("doctor", "codex").out())
                .contains("/v1/logs took no probe: nobody listens there.");
    }

    @Test
    void codexIsToldOfTheMonitorThatListensElsewhere() throws Exception {
        home.set("AGENTMONITOR_URL", "http://127.0.0.1:" + RawIngest.deadPort());
        assertThat(home.run("install", "codex").code()).isZero();
        home.set("AGENTMONITOR_URL", "");
        var state = Files.createDirectories(home.places().state());
        try (var ingest = new RawIngest(RawIngest.status(200))) {
            Files.writeString(state.resolve("ingest-url"), ingest.url() + "\n");

            assertThat(home.run("doctor", "codex").out())
                    .contains("/v1/logs took no probe: nobody listens there.")
                    .contains("The agent monitor listens at " + ingest.url() + ": start it with")
                    .contains("AGENTMONITOR_URL=" + ingest.url() + " proa hooks install codex.");
        }
    }
}
