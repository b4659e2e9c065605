package dev.proa.product;

import static dev.proa.product.Home.HELLO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Apps with processes of their own. */
class SidecarsIT {
    /** Forks twice into sessions of their own, in which nothing but KILL is heard. */
    private static final String STUBBORN =
            """
            import os, signal, sys, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            for _ in range(3):
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        os.setsid()
                        while True:
                            time.sleep(60)
                    os._exit(0)
            print("settled", flush=True)
            while True:
                time.sleep(60)
            """;

    private Home home;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    private String app(String sidecars) throws IOException {
        var folder = Files.createDirectories(home.folder().resolve("app"));
        Files.createDirectories(folder.resolve("web"));
        Files.writeString(
                folder.resolve("web/index.html"), "<!doctype html><title>Here I am</title>");
        Files.writeString(folder.resolve("stubborn.py"), STUBBORN);
        Files.writeString(
                folder.resolve("proa.yaml"),
                """
                proa: 1
                app: {id: dev.proa.tested, name: Tested, version: 1.0.0}
                ui: {dir: web}
                """
                        + sidecars);
        return folder.toString();
    }

    private static JsonNode sidecar(JsonNode status, String id) {
        return status.path("sidecars")
                .valueStream()
                .filter(each -> each.path("id").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aKilledSidecarIsStartedAgainAndItsRouteAnswersAgain() throws Exception {
        try (var proa = home.run(home.data("d"), HELLO).ready()) {
            long first = proa.json("/api/hello").path("pid").asLong();

            ProcessHandle.of(first).orElseThrow().destroyForcibly();

            Await.until(
                    "the route answers again: " + proa,
                    () -> {
                        var answer = proa.get("/api/hello");
                        assertThat(answer.statusCode()).as(answer::body).isIn(200, 502, 503);
                        return answer.statusCode() == 200
                                && new JsonMapper().readTree(answer.body()).path("pid").asLong()
                                        != first;
                    });
            proa.ready();
            var greeter = sidecar(proa.json("/_proa/status"), "greeter");
            assertThat(greeter.path("restarts").asInt()).isEqualTo(1);
            assertThat(greeter.path("last_exit").path("signal").toString()).contains("9");
            assertThat(sidecar(proa.json("/_proa/status"), "clock").path("restarts").asInt())
                    .isZero();
        }
    }

    @Test
    void killingTheRuntimeFiveTimesLeavesNoProcessOfAStubbornTree() throws Exception {
        var app =
                app(
                        """
                        sidecars:
                          stubborn:
                            command: [python3, -u, stubborn.py]
                            ready: {log: settled}
                        """);
        for (int time = 1; time <= 5; time++) {
            var box = home.prepare(boxed(Home.runner(home.data("d"), app))).start();
            try {
                new Proa(box, home.data("d")).event("ready");
                // The box's own two, the runtime, two guards, the sidecar and its three far
                // children.
                Await.until("the whole tree", () -> home.processes().size() >= 9);
                var runtime =
                        home.processes().stream()
                                .filter(each -> Home.describe(each).contains("dev.proa.cli.Main"))
                                .collect(Collectors.toList());
                assertThat(runtime).hasSize(1);

                runtime.getFirst().destroyForcibly();

                Await.until(
                        "kill " + time + ": only the box is left",
                        Duration.ofSeconds(15),
                        () -> home.processes().size() == 2);
            } finally {
                box.destroyForcibly().waitFor();
            }
        }
    }

    /**
     * In a PID namespace whose first process lives on, so that what is left stays to be seen until
     * the box ends.
     */
    private static List<String> boxed(List<String> command) {
        assumeTrue(Home.ROOT, "only root can make a PID namespace everywhere");
        var box =
                List.of(
                        "unshare",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--mount-proc",
                        "sh",
                        "-c",
                        "\"$@\" & exec sleep 600",
                        "sh");
        return Stream.concat(box.stream(), command.stream()).toList();
    }

    @Test
    void aSidecarThatCrashesAtOnceIsStartedSevenTimesAndThenLeftInSafeMode() throws Exception {
        var app =
                app(
                        """
                        sidecars:
                          broken:
                            command: [sh, -c, "echo the spring is broken; exit 3"]
                        """);
        try (var proa = home.run(home.data("d"), app)) {
            Await.until(
                    "safe mode: " + proa,
                    Duration.ofSeconds(90),
                    () -> proa.json("/_proa/status").path("state").asString().equals("SAFE_MODE"));

            try (var command = home.proa("status", "--json")) {
                assertThat(command.exit()).isZero();
                var status = new JsonMapper().readTree(command.out());
                var broken = sidecar(status, "broken");
                assertThat(status.path("state").asString()).isEqualTo("SAFE_MODE");
                assertThat(status.path("ready").asBoolean()).isFalse();
                assertThat(broken.path("state").asString()).isEqualTo("SAFE_MODE");
                assertThat(broken.path("restarts").asInt()).isEqualTo(6);
                assertThat(broken.path("budget").path("max").asInt()).isEqualTo(6);
                assertThat(broken.path("last_exit").path("code").asInt()).isEqualTo(3);
                assertThat(broken.path("last_exit").path("log_tail").toString())
                        .contains("the spring is broken");
                assertThat(status.path("problems").toString()).contains("broken");
            }
            assertThat(Files.readAllLines(home.data("d").resolve("logs/broken.log"))).hasSize(7);
            assertThat(proa.get("/").body()).contains("Here I am");
            assertThat(proa.get("/_proa/health/ready").statusCode()).isEqualTo(503);
        }
    }

    @Test
    @Timeout(60) // reading a stream that is kept back would never end
    void aStreamOfASidecarIsPassedOnAsItComesAndItsEndIsPassedBack() throws Exception {
        try (var proa = home.run(home.data("d"), HELLO).ready();
                var client = HttpClient.newHttpClient()) {
            var answer =
                    client.send(
                            proa.request("/api/time").build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.headers().firstValue("content-type").orElse(""))
                    .startsWith("text/event-stream");
            try (var lines =
                    new BufferedReader(
                            new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                // The sidecar never ends this answer by itself, so whoever kept it back would keep
                // it for ever.
                assertThat(data(lines).path("number").asInt()).isEqualTo(1);
                assertThat(data(lines).path("number").asInt()).isEqualTo(2);
            }

            var log = home.data("d").resolve("logs/clock.log");
            Await.until(
                    "the sidecar sees the reader leave",
                    () -> Files.readString(log).contains("a reader of the time left"));
        }
    }

    private static JsonNode data(BufferedReader lines) throws IOException {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data:")) {
                return new JsonMapper().readTree(line.substring(5));
            }
        }
        throw new AssertionError("the stream ended");
    }

    @Test
    void aWrongManifestNamesEveryMistakeAndStartsNothing() throws Exception {
        var started = home.folder().resolve("started");
        var app =
                app(
                        """
                        sidecars:
                          good:
                            command: [touch, "%s"]
                          bad:
                            command: [no-such-program-anywhere]
                            needs: [nobody]
                            ready: {http: health}
                            colour: red
                        routes: {/api: absent}
                        """
                                .formatted(started));
        try (var proa =
                home.proa(
                        "run", app, "--window", "none", "--data-dir", home.data("d").toString())) {
            assertThat(proa.exit()).as(proa::toString).isEqualTo(78);

            assertThat(proa.err().lines())
                    .as(proa::toString)
                    .allMatch(line -> line.matches(".*proa\\.yaml:\\d+:\\d+ /\\S+: .+\\. .+\\."))
                    .anyMatch(line -> line.contains("/sidecars/bad/command/0"))
                    .anyMatch(line -> line.contains("/sidecars/bad/needs"))
                    .anyMatch(line -> line.contains("/sidecars/bad/ready/http"))
                    .anyMatch(line -> line.contains("/sidecars/bad/colour"))
                    .anyMatch(line -> line.contains("/routes"))
                    .hasSize(6);
            assertThat(proa.out()).isEmpty();
            assertThat(started).doesNotExist();
            assertThat(home.data("d")).doesNotExist();
        }
    }
}
