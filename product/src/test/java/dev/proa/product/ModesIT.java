package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An app with a local and a remote mode, its backends real programs in Python. */
class ModesIT {
    private Home home;
    private Path app;
    private int remotePort;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
        remotePort = Samples.freePort();
        app = Files.createDirectories(home.folder().resolve("app"));
        Files.createDirectories(app.resolve("web"));
        Files.writeString(app.resolve("web/index.html"), "<!doctype html><title>Page</title>");
        Files.writeString(app.resolve("backend.py"), ModesApp.BACKEND);
        Files.writeString(app.resolve("proa.yaml"), ModesApp.MANIFEST);
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    private Proa run(String... more) throws IOException {
        var builder = home.prepare(Home.runner(home.data("d"), app.toString(), more));
        builder.environment().put("REMOTE_PORT", Integer.toString(remotePort));
        builder.environment().put("DEAD_PORT", Integer.toString(Samples.freePort()));
        var proa = new Proa(builder.start(), home.data("d"));
        proa.event("open");
        return proa;
    }

    private Process remote() throws IOException {
        return home.prepare(
                        List.of(
                                "python3",
                                "-u",
                                app.resolve("backend.py").toString(),
                                "remote",
                                Integer.toString(remotePort)))
                .inheritIO()
                .start();
    }

    private static HttpResponse<String> ask(Proa proa, String mode) throws IOException {
        return Proa.send(
                proa.request("/_proa/mode")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"mode\":\"" + mode + "\"}")));
    }

    private static String who(Proa proa) throws IOException {
        var answer = proa.get("/api/who");
        return answer.statusCode() == 200
                ? new JsonMapper().readTree(answer.body()).path("who").asString()
                : Integer.toString(answer.statusCode());
    }

    private static void switchTo(Proa proa, String mode) throws IOException {
        var answer = ask(proa, mode);
        assertThat(answer.statusCode()).as(answer::body).isIn(200, 202);
        settled(proa);
        assertThat(proa.json("/_proa/mode").path("mode").asString())
                .as(() -> proa.toString())
                .isEqualTo(mode);
    }

    private static void settled(Proa proa) {
        Await.until(
                "the switch is over: " + proa,
                Duration.ofSeconds(40),
                () -> proa.json("/_proa/mode").path("switching").isNull());
    }

    /** The command lines of the sidecars and all below them, in the table of processes. */
    private List<String> children() {
        return home.processes().stream()
                .map(Home::describe)
                .filter(line -> line.contains("backend.py") && !line.contains(" remote "))
                .toList();
    }

    private static JsonNode remoteOf(Proa proa) throws IOException {
        return proa.json("/_proa/status").path("upstreams").path("remote");
    }

    @Test
    void theLocalModeRunsItsSidecarsAndTheSlimOneHasNoChildOfThem() throws Exception {
        var remote = remote();
        try (var proa = run().ready()) {
            assertThat(who(proa)).isEqualTo("local");
            assertThat(proa.json("/_proa/runtime/info").path("backend_origin").asString())
                    .isEqualTo("local");
        }
        try (var proa = run("--mode", "desktop_remote_slim").ready()) {
            assertThat(who(proa)).isEqualTo("remote");
            assertThat(children()).hasSize(1).allMatch(line -> line.contains("common"));
            var info = proa.json("/_proa/runtime/info");
            assertThat(info.path("mode").asString()).isEqualTo("remote_slim");
            assertThat(info.path("backend_origin").asString()).isEqualTo("remote");
            assertThat(info.path("features").path("remote_backend").asBoolean()).isTrue();
        } finally {
            remote.destroy();
        }
    }

    @Test
    void aSlimRunWithoutAnySidecarHasNoChildProcessAtAll() throws Exception {
        Files.writeString(
                app.resolve("proa.yaml"),
                ModesApp.MANIFEST.replace(
                        "[local_fullstack, remote_slim, broken]", "[local_fullstack, broken]"));
        var remote = remote();
        try (var proa = run("--mode", "remote_slim").ready()) {
            assertThat(ProcessHandle.of(proa.pid()).orElseThrow().descendants()).isEmpty();
            assertThat(who(proa)).isEqualTo("remote");
            assertThat(status())
                    .contains("  mode    remote_slim")
                    .contains("  remote  http://127.0.0.1:" + remotePort + "  connected")
                    .contains("no local sidecars in this mode");

            remote.destroy();
            Await.until(
                    "offline", () -> remoteOf(proa).path("state").asString("").equals("retrying"));
            assertThat(status())
                    .containsPattern(
                            "retrying, not reachable since [-0-9T:]{19}Z, attempt \\d+ at [-0-9T:]{19}Z")
                    .containsPattern("is not reachable since [-0-9T:]{19}Z: ");
        } finally {
            remote.destroy();
        }
    }

    private String status() throws IOException, InterruptedException {
        try (var status = home.proa("status", "--data-dir", home.data("d").toString())) {
            assertThat(status.exit()).isZero();
            return status.out();
        }
    }

    @Test
    void aRemoteThatGoesAwayIsSaidAndComesBackByItself() throws Exception {
        var remote = remote();
        try (var proa = run("--mode", "remote_slim").ready()) {
            assertThat(who(proa)).isEqualTo("remote");

            remote.destroy();
            remote.waitFor();

            Await.until(
                    "offline: " + proa,
                    () -> remoteOf(proa).path("state").asString("").equals("retrying"));
            var answer = proa.get("/api/who");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
            assertThat(answer.body())
                    .contains("not reachable since")
                    .contains("next attempt")
                    .contains("127.0.0.1:" + remotePort);
            assertThat(proa.get("/").statusCode()).as("the page stays").isEqualTo(200);
            var status = proa.json("/_proa/status");
            assertThat(status.path("state").asString()).isEqualTo("DEGRADED");
            assertThat(status.path("problems").toString()).contains("not reachable");
            assertThat(remoteOf(proa).path("attempt").asInt()).isPositive();
            assertThat(Instant.parse(remoteOf(proa).path("next_at").asString())).isNotNull();
            var health = proa.get("/_proa/health/ready");
            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(health.body()).contains("last_error").contains("not reachable");

            var again = remote();
            try {
                Await.until(
                        "back: " + proa, Duration.ofSeconds(20), () -> who(proa).equals("remote"));
                proa.ready();
                assertThat(proa.json("/_proa/status").path("state").asString()).isEqualTo("READY");
            } finally {
                again.destroy();
            }
        }
    }

    @Test
    void noRequestFailsWhileTheModeIsSwitchedThereAndBack() throws Exception {
        var remote = remote();
        try (var proa = run().ready()) {
            var common = new JsonMapper().readTree(proa.get("/common/x").body()).path("pid");
            var wrong = new ConcurrentHashMap<String, Integer>();
            var right = new AtomicLong();
            var go = new AtomicBoolean(true);
            var clients =
                    List.of("/api/who", "/api/slow", "/api/who", "/common/who").stream()
                            .map(path ->
                                    Thread.ofVirtual()
                                            .start(() -> hammer(proa, path, go, right, wrong)))
                            .toList();
            for (int i = 0; i < 2; i++) {
                switchTo(proa, "remote_slim");
                assertThat(who(proa)).isEqualTo("remote");
                assertThat(children())
                        .noneMatch(line -> line.contains(" local ") || line.contains(" db "));
                switchTo(proa, "local_fullstack");
                assertThat(who(proa)).isEqualTo("local");
            }
            go.set(false);
            for (var client : clients) {
                client.join();
            }

            assertThat(wrong).isEmpty();
            assertThat(right.get()).isGreaterThan(50);
            assertThat(new JsonMapper().readTree(proa.get("/common/x").body()).path("pid"))
                    .as("one of both modes goes on")
                    .isEqualTo(common);
            assertThat(proa.instance().mode()).isEqualTo("local_fullstack");
        } finally {
            remote.destroy();
        }
    }

    private static void hammer(
            Proa proa,
            String path,
            AtomicBoolean go,
            AtomicLong right,
            ConcurrentHashMap<String, Integer> wrong) {
        while (go.get()) {
            try {
                var answer = proa.get(path);
                if (answer.statusCode() == 200) {
                    right.incrementAndGet();
                } else {
                    wrong.merge(path + " " + answer.statusCode() + answer.body(), 1, Integer::sum);
                }
            } catch (IOException e) {
                wrong.merge(path + " " + e, 1, Integer::sum);
            }
        }
    }

    @Test
    void aSwitchToWhatNeverComesLeavesEverythingAsItWasAndTheWayOnWorks() throws Exception {
        var remote = remote();
        try (var proa = run().ready()) {
            ask(proa, "broken");
            settled(proa);
            var state = proa.json("/_proa/mode");
            assertThat(state.path("mode").asString()).isEqualTo("local_fullstack");
            assertThat(state.path("last_switch").path("failure").asString()).contains("never");
            assertThat(who(proa)).isEqualTo("local");
            assertThat(proa.json("/_proa/status").path("sidecars").toString())
                    .doesNotContain("never");
            assertThat(proa.json("/_proa/runtime/info").path("last_error").asString())
                    .contains("broken");

            ask(proa, "elsewhere");
            settled(proa);
            assertThat(proa.json("/_proa/mode").path("mode").asString())
                    .isEqualTo("local_fullstack");

            switchTo(proa, "remote_slim");
            assertThat(who(proa)).isEqualTo("remote");
            proa.ready();
        } finally {
            remote.destroy();
        }
    }

    @Test
    void fromARemoteThatIsAwayTheWayBackIsTakenAtOnce() throws Exception {
        try (var proa = run("--mode", "remote_slim")) {
            Await.until(
                    "offline: " + proa,
                    () -> remoteOf(proa).path("state").asString("").equals("retrying"));

            switchTo(proa, "local_fullstack");

            proa.ready();
            assertThat(who(proa)).isEqualTo("local");
        }
    }

    @Test
    void whatCannotBeIsRefusedInWordsAndChangesNothing() throws Exception {
        try (var proa = run().ready()) {
            var unknown = ask(proa, "remote_slm");
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(unknown.body())
                    .contains("\\\"remote_slm\\\" is not a mode. Write remote_slim.");
            assertThat(unknown.headers().firstValue("content-type"))
                    .hasValue("application/problem+json");
            assertThat(
                            Proa.send(
                                            proa.request("/_proa/mode")
                                                    .POST(HttpRequest.BodyPublishers.ofString("{")))
                                    .statusCode())
                    .isEqualTo(400);
            assertThat(ask(proa, "").statusCode()).isEqualTo(422);
            assertThat(ask(proa, "local_fullstack").statusCode()).isEqualTo(200);

            Files.writeString(
                    app.resolve("proa.yaml"),
                    ModesApp.MANIFEST
                            .replace("needs: [db]", "needs: [dbx]")
                            .replace("port: {strategy: assigned}", "port: {strategy: asigned}"));
            var broken = ask(proa, "remote_slim");
            assertThat(broken.statusCode()).isEqualTo(422);
            assertThat(new JsonMapper().readTree(broken.body()).path("problems").size())
                    .isGreaterThan(2);
            assertThat(who(proa)).isEqualTo("local");
        }
    }

    @Test
    void aSecondSwitchMeanwhileIsAConflict() throws Exception {
        Files.writeString(
                app.resolve("proa.yaml"),
                ModesApp.MANIFEST.replace(
                        "command: [python3, -c, \"import sys; print('no'); sys.exit(3)\"]",
                        "command: [python3, -u, backend.py, late, \"${port}\", \"4\"]"));
        try (var proa = run().ready()) {
            assertThat(ask(proa, "broken").statusCode()).isEqualTo(202);
            var second = ask(proa, "remote_slim");
            assertThat(second.statusCode()).isEqualTo(409);
            assertThat(second.body()).contains("under way");
            settled(proa);
            assertThat(proa.json("/_proa/mode").path("mode").asString()).isEqualTo("broken");
        }
    }

    @Test
    void theCommandTellsAndSwitches() throws Exception {
        var remote = remote();
        try (var proa = run().ready()) {
            var told = home.proa("mode", "--data-dir", home.data("d").toString());
            assertThat(told.exit()).isZero();
            assertThat(told.out()).contains("* local_fullstack").contains("remote_slim");

            var changed = home.proa("mode", "remote_slim", "--data-dir", home.data("d").toString());
            assertThat(changed.exit()).as(changed::toString).isZero();
            assertThat(changed.out()).contains("* remote_slim");
            assertThat(who(proa)).isEqualTo("remote");

            var failed = home.proa("mode", "elsewhere", "--data-dir", home.data("d").toString());
            assertThat(failed.exit()).isEqualTo(75);
            assertThat(failed.err()).contains("not reachable");
            var here = home.proa("mode", "remote_slim", "--data-dir", home.data("d").toString());
            assertThat(here.exit()).as(here::toString).isZero();
            assertThat(here.err()).as("nothing of the older failure").isEmpty();
            var unknown = home.proa("mode", "nope", "--data-dir", home.data("d").toString());
            assertThat(unknown.exit()).isEqualTo(64);
            assertThat(unknown.err())
                    .startsWith("MODE: \"nope\" is not a mode. Write local_fullstack or ");
        } finally {
            remote.destroy();
        }
    }

    @Test
    void aKilledRuntimeLeavesNothingInTheMiddleOfASwitch() throws Exception {
        var remote = remote();
        var proa = run().ready();
        ask(proa, "remote_slim");

        proa.signal("KILL");
        proa.process().waitFor();

        try {
            Await.until("no sidecar is left", Duration.ofSeconds(15), () -> children().isEmpty());
        } finally {
            remote.destroy();
        }
    }
}
