package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person has while working on an app and when asking for help: bundle, watch, stop. */
class SupportIT {
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

    private String app(String sidecars) throws IOException {
        Files.writeString(
                app.resolve("proa.yaml"),
                "proa: 1\napp: {id: dev.proa.tested, name: Tested, version: 1.0.0}\n" + sidecars);
        return app.toString();
    }

    private static Map<String, String> unpacked(Path file) throws IOException {
        var files = new LinkedHashMap<String, String>();
        try (var zip = new ZipFile(file.toFile())) {
            for (var entry : zip.stream().toList()) {
                files.put(
                        entry.getName(),
                        new String(
                                zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }

    @Test
    void aBundleIsWrittenWhileItRunsAndAfterwardsAndHoldsNoSecret() throws Exception {
        Files.writeString(
                app.resolve("api.sh"),
                """
                echo "mine is $PROA_TOKEN or $(printf %s "$PROA_TOKEN" | base64 -w0)"
                echo settled
                exec sleep 1000
                """);
        var folder =
                app(
                        """
                        sidecars:
                          api:
                            command: [sh, api.sh]
                            ready: {log: settled}
                        """);
        String token;
        try (var proa = home.run(home.data("d"), folder).ready()) {
            token = proa.instance().token().reveal();
            try (var bundle = home.proa("support-bundle", "-o", "while.zip", "--json")) {
                assertThat(bundle.exit()).as(bundle::toString).isZero();
                assertThat(bundle.out()).contains("while.zip", "\"running\":true");
            }
            try (var again = home.proa("support-bundle", "-o", "while.zip")) {
                assertThat(again.exit()).isEqualTo(73);
            }
        }
        try (var bundle =
                home.proa("support-bundle", "--data-dir", home.data("d").toString(), folder)) {
            assertThat(bundle.exit()).as(bundle::toString).isZero();
            var offline = unpacked(Path.of(bundle.out()));
            assertThat(offline.keySet()).contains("logs/api.log", "plan.json", "README.txt");
            assertThat(offline.get("journal.jsonl")).contains("runtime_stopped");
        }

        var files = unpacked(home.folder().resolve("while.zip"));
        assertThat(files.keySet()).contains("status.json", "runtime-info.json", "problems.json");
        assertThat(files.get("logs/api.log")).contains("mine is *** or ***").contains("settled");
        var raw = Files.readString(home.data("d").resolve("logs/api.log"));
        var secret = raw.substring("mine is ".length(), raw.indexOf(" or "));
        assertThat(files.values())
                .allSatisfy(text -> assertThat(text).doesNotContain(token, secret));
    }

    @Test
    void aSecondSignalEndsWhatIsDeafToTheFirst() throws Exception {
        var folder =
                app(
                        """
                        sidecars:
                          deaf:
                            command: [sh, -c, "trap '' TERM; echo settled; while :; do sleep 1; done"]
                            ready: {log: settled}
                            stop: {grace: 10m}
                        """);
        var plain =
                List.of("run", folder, "--window", "none", "--data-dir", home.data("d").toString());
        try (var proa = home.start(home.data("d"), Home.launcher(plain.toArray(String[]::new)))) {
            Await.until(
                    "runs", () -> Files.exists(home.data("d").resolve("runtime/instance.json")));
            proa.ready();

            proa.signal("INT");
            Await.until(
                    "says what it waits for: " + proa, () -> proa.out().contains("stopping deaf"));
            assertThat(proa.out())
                    .contains("Stopping (SIGINT); Ctrl-C again")
                    .containsPattern("stopping deaf, (600|599) s of grace left");
            proa.signal("INT");

            assertThat(proa.exit(Duration.ofSeconds(20))).as(proa::toString).isZero();
            assertThat(proa.out()).contains("Ending everything at once.").endsWith("Stopped.");
        }
    }

    @Test
    void devRestartsASidecarWhoseFileChangesAndRunDoesNot() throws Exception {
        Files.createDirectories(app.resolve("src"));
        Files.writeString(app.resolve("src/main.sh"), "echo settled; exec sleep 1000\n");
        var folder =
                app(
                        """
                        sidecars:
                          api:
                            command: [sh, src/main.sh]
                            ready: {log: settled}
                            watch: {paths: ["src/**"], debounce: 200ms}
                        """);
        try (var proa = home.run(home.data("d"), folder).ready()) {
            long before = pid(proa);
            Files.writeString(app.resolve("src/main.sh"), "echo settled; exec sleep 1001\n");
            try (var status = home.proa("status")) { // takes longer than the debounce
                assertThat(status.exit()).isZero();
            }
            assertThat(pid(proa)).isEqualTo(before);
        }
        var dev =
                Home.runner(home.data("e"), folder).stream()
                        .map(word -> word.equals("run") ? "dev" : word);
        try (var proa = home.start(home.data("e"), dev.toList())) {
            proa.event("open");
            proa.ready();
            long before = pid(proa);

            writeFiftyTimes(app.resolve("src/main.sh"));
            Await.until("another process: " + proa, () -> pid(proa) != before && pid(proa) > 0);
            proa.ready();

            assertThat(proa.event("file_changed").path("file").asString()).isEqualTo("src/main.sh");
            var sidecar = proa.json("/_proa/status").path("sidecars").path(0);
            assertThat(sidecar.path("budget").path("used").asInt()).isZero();
            assertThat(proa.get("/_proa/journal?limit=1000").body())
                    .containsOnlyOnce("\"event\":\"sidecar_asked\"")
                    .contains("src/main.sh changed");
        }
    }

    /** In a few milliseconds, so that a busy machine does not make two bursts of one. */
    private static void writeFiftyTimes(Path file) throws Exception {
        var loop =
                "i=2000; while [ $i -lt 2050 ]; do echo \"echo settled; exec sleep $i\" >\"$0\";"
                        + " i=$((i + 1)); done";
        var shell = new ProcessBuilder("sh", "-c", loop, file.toString()).inheritIO().start();
        assertThat(shell.waitFor()).isZero();
    }

    private static long pid(Proa proa) throws IOException {
        return proa.json("/_proa/status").path("sidecars").path(0).path("pid").asLong(0);
    }
}
