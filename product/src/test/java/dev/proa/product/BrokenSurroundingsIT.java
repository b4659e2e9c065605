package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Apps that are sound, in surroundings that are not: what is wrong, and what to do. */
class BrokenSurroundingsIT {
    private Home home;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    private String app(String name, String rest) throws IOException {
        var folder = Files.createDirectories(home.folder().resolve(name));
        Files.writeString(
                folder.resolve("proa.yaml"),
                "proa: 1\napp: {id: dev.proa.%s, name: Broken, version: 1.0.0}\n%s"
                        .formatted(name, rest));
        return folder.toString();
    }

    /** What a command said, both streams, after it ended with that code. */
    private String said(int code, String... words) throws Exception {
        try (var proa = home.proa(words)) {
            assertThat(proa.exit()).as(proa::toString).isEqualTo(code);
            assertThat(proa.out() + proa.err()).doesNotContain("\tat ").doesNotContain("Exception");
            return proa.out() + proa.err();
        }
    }

    @Test
    void aRemoteBackendThatIsAway() throws Exception {
        var dead = "http://127.0.0.1:" + Samples.freePort();
        var app =
                app(
                        "away",
                        """
                        modes:
                          local_fullstack: {default: true}
                          remote_slim: {backend: {url: "%s", every: 500ms, failures: 1}}
                        sidecars:
                          api: {modes: [local_fullstack], command: [sleep, "1000"], port: {strategy: assigned}}
                        routes: {/api: api}
                        """
                                .formatted(dead));
        var data = home.data("d");
        try (var proa = home.run(data, app, "--mode", "remote_slim")) {
            Await.until(
                    "it is known",
                    () -> proa.json("/_proa/status").path("state").asString().equals("DEGRADED"));

            assertThat(said(69, "doctor", app, "--data-dir", data.toString()))
                    .contains(dead, "the remote backend is not reachable since")
                    .contains("Start it or see to the network")
                    .contains("proa mode");
            assertThat(said(0, "status", "--data-dir", data.toString()))
                    .contains("DEGRADED", dead, "Start it or see to the network");
            assertThat(said(0, "journal", "--data-dir", data.toString(), "--level", "warn"))
                    .contains("retrying");
        }
    }

    @Test
    void aPortThatAnotherProaHas() throws Exception {
        var first = home.data("first");
        try (var proa = home.run(first, app("first", "")).ready()) {
            var port = Integer.toString(proa.instance().port());
            var holder =
                    "port %s is taken by another Proa: dev.proa.first, pid %d, data in %s"
                            .formatted(port, proa.pid(), first);
            var second = app("second", "");
            var writes =
                    app(
                            "writes",
                            """
                            backend: {embedded: agent-monitor}
                            ingest: {port: %s, paths: [/api/events]}
                            """
                                    .formatted(port));
            var data = home.data("second-data").toString();

            assertThat(
                            said(
                                    69,
                                    "run",
                                    second,
                                    "--window",
                                    "none",
                                    "--data-dir",
                                    data,
                                    "--port",
                                    port))
                    .contains(holder, "choose 0 for any free port");
            assertThat(said(0, "doctor", writes, "--data-dir", data))
                    .contains(holder.replace("port " + port, port), "choose another port");
        }
    }

    @Test
    void aProfileWithAModeThatTheAppDoesNotHave() throws Exception {
        var app =
                app(
                        "modes",
                        "modes: {local_fullstack: {default: true}, remote_slim: {backend: \"http://127.0.0.1:9\"}}\n");
        Files.writeString(
                Path.of(app, "runtime-profile.json"), "{\n  \"mode\": \"remote_slm\"\n}\n");
        var found = "runtime-profile.json:2:11 /mode: \"remote_slm\" is not a mode";
        var data = home.data("d").toString();

        assertThat(said(69, "doctor", app, "--data-dir", data))
                .contains(found, "Write remote_slim");
        assertThat(said(78, "plan", app)).contains(found, "Write remote_slim");
        assertThat(said(78, "run", app, "--window", "none", "--data-dir", data))
                .contains(found, "Write remote_slim");
    }
}
