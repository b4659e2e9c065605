package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Set-ups that do not work, one of each kind: the commands say what is wrong and what to do, with
 * the exit code that is documented, in text and in JSON.
 */
@Order(3)
class BrokenSetupsIT {
    private static final JsonMapper JSON = new JsonMapper();

    private Home home;
    private Path app;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
        app = Files.createDirectories(home.folder().resolve("app"));
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    private void manifest(String rest) throws IOException {
        Files.writeString(
                app.resolve("proa.yaml"),
                "proa: 1\napp: {id: dev.proa.broken, name: Broken, version: 1.0.0}\n" + rest);
    }

    /** How a command ended and what it said. */
    private record Said(int code, String out, String err) {}

    private Said said(List<String> command) throws Exception {
        try (var proa = home.start(home.folder(), command)) {
            var said = new Said(proa.exit(), proa.out(), proa.err());
            assertThat(said.out() + said.err()).doesNotContain("\tat ").doesNotContain("Exception");
            return said;
        }
    }

    private Said say(String... words) throws Exception {
        return said(Home.launcher(words));
    }

    /** Doctor finds it in both forms: what is wrong, and what to do. */
    private void doctorFinds(String name, String found, String remedy) throws Exception {
        doctorFinds("wrong", 69, name, found, remedy, List.of());
    }

    private void doctorFinds(
            String grade, int code, String name, String found, String remedy, List<String> before)
            throws Exception {
        var words = new String[] {"doctor", app.toString(), "--data-dir", data().toString()};
        var text = said(with(before, Home.launcher(words)));
        var json =
                said(
                        with(
                                before,
                                Stream.concat(Home.launcher(words).stream(), Stream.of("--json"))
                                        .toList()));

        assertThat(text.code()).as(text::toString).isEqualTo(code);
        assertThat(text.out()).contains(found).contains(remedy);
        assertThat(json.code()).isEqualTo(code);
        assertThat(JSON.readTree(json.out()).path("checks").valueStream())
                .as(json::toString)
                .anySatisfy(check -> {
                    assertThat(check.path("name").asString()).isEqualTo(name);
                    assertThat(check.path("grade").asString()).isEqualTo(grade);
                    assertThat(check.path("found").asString()).contains(found);
                    assertThat(check.path("remedy").asString()).contains(remedy);
                });
    }

    private static List<String> with(List<String> before, List<String> command) {
        return Stream.concat(before.stream(), command.stream()).toList();
    }

    private Path data() {
        return home.data("d");
    }

    private Path inData(String path) throws IOException {
        var file = data().resolve(path);
        Files.createDirectories(file.getParent());
        return file;
    }

    private static JsonNode sidecar(Proa proa) throws IOException {
        return proa.json("/_proa/status").path("sidecars").get(0);
    }

    @Test
    void aManifestThatCannotBeRead() throws Exception {
        manifest("sidecarz: {}\nsidecars: {a: {command: sleep}}\n");

        doctorFinds("manifest", "proa.yaml:3:1", "");
        var plan = say("plan", app.toString());
        assertThat(plan.code()).isEqualTo(78);
        assertThat(plan.err()).contains("sidecarz", "/sidecars/a/command");
    }

    @Test
    void aRemoteBackendThatDoesNotAnswer() throws Exception {
        manifest(
                "modes: {local_fullstack: {}, slim: {default: true, backend: 'http://127.0.0.1:1'}}\n");

        doctorFinds(
                "note",
                0,
                "remote",
                "The backend at http://127.0.0.1:1 cannot be reached",
                "the app starts without it and waits for it",
                List.of());
        assertThat(say("doctor", app.toString()).out())
                .containsPattern("ok +manifest +" + app + "/proa.yaml, dev.proa.broken 1.0.0")
                .containsPattern("ok +mode +a start uses slim; there is also local_fullstack");
    }

    @Test
    void aFolderWithoutManifest() throws Exception {
        doctorFinds("manifest", "there is no proa.yaml", "Give the folder");
        assertThat(say("plan", app.toString()).code()).isEqualTo(78);
        assertThat(say("status", app.toString()).code()).isEqualTo(78);
    }

    @Test
    void aProfileThatIsNoJson() throws Exception {
        manifest("");
        Files.writeString(app.resolve("runtime-profile.json"), "{\"mode\": ");

        doctorFinds("manifest", "runtime-profile.json", "");
        assertThat(say("plan", app.toString()).code()).isEqualTo(78);
    }

    @Test
    void aProgramThatIsNotThere() throws Exception {
        manifest("sidecars: {db: {command: [no-such-database, --x]}}\n");

        doctorFinds("manifest", "\"no-such-database\" is not on the PATH", "Install it");
        assertThat(say("plan", app.toString()).code()).isEqualTo(78);
    }

    @Test
    void aScriptWhoseInterpreterIsNotThere() throws Exception {
        var script = Files.writeString(app.resolve("serve.sh"), "#!/no/such/shell\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        manifest("sidecars: {db: {command: [./serve.sh]}}\n");

        doctorFinds(
                "sidecar", "interpreter /no/such/shell does not exist", "Install the interpreter");
    }

    @Test
    void aWorkingFolderThatIsNotThere() throws Exception {
        manifest("sidecars: {db: {command: [sleep, \"9\"], cwd: nowhere}}\n");
        var text = say("doctor", app.toString()).out() + say("plan", app.toString()).err();

        assertThat(text).contains("nowhere");
        assertThat(say("doctor", app.toString()).code()).isEqualTo(69);
    }

    @Test
    void aFixedPortThatAStrangerHas() throws Exception {
        try (var stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            manifest(
                    "sidecars: {db: {command: [sleep, \"9\"], port: {strategy: fixed, port: %d}}}\n"
                            .formatted(stranger.getLocalPort()));

            doctorFinds(
                    "sidecar",
                    "port %d is taken by pid %d"
                            .formatted(stranger.getLocalPort(), ProcessHandle.current().pid()),
                    "strategy: assigned");
        }
    }

    @Test
    void anIngestPortThatAStrangerHas() throws Exception {
        try (var stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            manifest(
                    "backend: {embedded: agent-monitor}\ningest: {port: %d, paths: [/api/events]}\n"
                            .formatted(stranger.getLocalPort()));

            doctorFinds(
                    "note",
                    0,
                    "ingest port",
                    stranger.getLocalPort() + " is taken by pid",
                    "choose another port",
                    List.of());
        }
    }

    @Test
    void aDataFolderThatIsAFile() throws Exception {
        manifest("");
        Files.writeString(data(), "not a folder");

        doctorFinds("manifest", "the data folder is a file", "Choose another with --data-dir");
    }

    @Test
    void aLogFolderThatIsAFile() throws Exception {
        manifest("");
        Files.writeString(inData("logs"), "not a folder");

        doctorFinds("data folder", "it is no folder", "rights 0700");
    }

    @Test
    void aDataFolderOfANewerVersion() throws Exception {
        manifest("");
        Files.writeString(inData("runtime/data-version"), "99\n");

        doctorFinds("data folder", "version 99", "newer Proa");
    }

    @Test
    void aDiskThatIsNearlyFull() throws Exception {
        manifest("");
        Files.createDirectories(data());
        var small =
                List.of(
                        "unshare",
                        "--mount",
                        "--map-root-user",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=3m tmpfs \"$1\" && shift && exec \"$@\"",
                        "sh",
                        data().toString());

        doctorFinds("wrong", 69, "data folder", "has only", "Make room", small);
    }

    @Test
    void aDamagedJournal() throws Exception {
        manifest("");
        Files.writeString(
                inData("runtime/journal.jsonl"),
                """
                \u0000\u0000garbage
                {"seq":2,"at":"2026-01-01T00:00:00Z","event":"runtime_ready","after_ms":12}
                """);

        doctorFinds("data folder", "1 of its lines are damaged", "disk is sound");
        var journal = say("journal", "--data-dir", data().toString());
        assertThat(journal.code()).isZero();
        assertThat(journal.out()).contains("everything is ready after 12 ms");
    }

    @Test
    void aClockThatIsFarOff() throws Exception {
        manifest("");
        Files.writeString(
                inData("runtime/journal.jsonl"),
                "{\"seq\":1,\"at\":\"2099-01-01T00:00:00Z\",\"event\":\"runtime_ready\",\"after_ms\":12}\n");

        doctorFinds("data folder", "2099-01-01", "Set the clock");
    }

    @Test
    void aMachineWithoutABrowser() throws Exception {
        manifest("");

        doctorFinds(
                "note",
                0,
                "browser",
                "no Chromium-like browser",
                "Install chromium",
                List.of("env", "PROA_BROWSER=/no/browser"));
    }

    @Test
    void aSidecarInSafeMode() throws Exception {
        manifest(
                "sidecars: {db: {command: [sh, -c, \"echo no disk; exit 3\"], restart: {max: 0}}}\n");
        try (var proa = home.run(data(), app.toString())) {
            Await.until(
                    "safe mode", () -> sidecar(proa).path("state").asString().equals("SAFE_MODE"));

            doctorFinds("sidecar", "db is SAFE_MODE", "proa restart --sidecar db");
            var status = say("status", "--data-dir", data().toString());
            assertThat(status.code()).isZero();
            assertThat(status.out()).contains("SAFE_MODE", "no disk", "proa restart --sidecar db");
            var journal =
                    say(
                            "journal",
                            "--data-dir",
                            data().toString(),
                            "--level",
                            "error",
                            "--kind",
                            "sidecar_changed",
                            "--json");
            assertThat(
                            JSON.readTree(journal.out().lines().findFirst().orElse(""))
                                    .path("to")
                                    .asString())
                    .isEqualTo("SAFE_MODE");
        }
    }

    @Test
    void aSidecarThatIsNeverReady() throws Exception {
        manifest(
                "sidecars: {db: {command: [sleep, \"1000\"], ready: {log: never, timeout: 300s}}}\n");
        try (var _ = home.run(data(), app.toString())) {
            doctorFinds("note", 0, "sidecar", "db is STARTING", "proa logs db", List.of());
            assertThat(say("status", "--data-dir", data().toString()).out()).contains("STARTING");
        }
    }

    @Test
    void aHungSidecar() throws Exception {
        manifest(
                """
                sidecars:
                  db:
                    command: [sleep, "1000"]
                    live: {exec: [sh, -c, "exit 1"], every: 100ms, failures: 2}
                    restart: {max: 0}
                """);
        try (var proa = home.run(data(), app.toString())) {
            Await.until(
                    "it was seen", () -> proa.get("/_proa/journal").body().contains("\"HUNG\""));
            var journal = say("journal", "--data-dir", data().toString(), "--sidecar", "db");

            assertThat(journal.out()).contains("db: HUNG");
            Await.until(
                    "given up", () -> sidecar(proa).path("state").asString().equals("SAFE_MODE"));
            doctorFinds("sidecar", "db is SAFE_MODE", "proa restart --sidecar db");
        }
    }

    @Test
    void anInstanceThatWasStoppedByASignal() throws Exception {
        manifest("");
        try (var proa = home.run(data(), app.toString()).ready()) {
            proa.signal("STOP");
            try {
                doctorFinds("instance", "was stopped by a signal", "kill -CONT " + proa.pid());
                var status = say("status", "--data-dir", data().toString());
                assertThat(status.code()).as(status::toString).isEqualTo(75);
                assertThat(status.err()).contains("kill -CONT " + proa.pid());
            } finally {
                proa.signal("CONT");
            }
            assertThat(say("status", "--data-dir", data().toString()).code()).isZero();
        }
    }

    @Test
    void anInstanceThatWasKilledAndWhosePortAStrangerHas() throws Exception {
        manifest("");
        int port;
        try (var proa = home.run(data(), app.toString()).ready()) {
            port = proa.instance().port();
            proa.signal("KILL");
            proa.exit();
        }
        try (var _ = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
            doctorFinds(
                    "note", 0, "instance", "left its instance file behind", "proa run", List.of());
            var status = say("status", "--data-dir", data().toString());
            assertThat(status.code()).as(status::toString).isEqualTo(69);
        }
    }
}
