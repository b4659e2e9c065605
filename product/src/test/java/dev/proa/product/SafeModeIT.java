package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sidecars that do not come up: the app stays, says why, and lets a person act. */
class SafeModeIT {
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

    private String app(String rest) throws IOException {
        Files.createDirectories(app.resolve("web"));
        Files.writeString(
                app.resolve("web/index.html"),
                "<!doctype html><title>Here I am</title><meta http-equiv=refresh content='0;url=/_proa/console'>");
        Files.writeString(
                app.resolve("proa.yaml"),
                "proa: 1\napp: {id: dev.proa.tested, name: Tested, version: 1.0.0}\n" + rest);
        return app.toString();
    }

    private static JsonNode sidecar(Proa proa, String id) throws IOException {
        return proa.json("/_proa/status")
                .path("sidecars")
                .valueStream()
                .filter(each -> each.path("id").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> journal(Proa proa, String event) throws IOException {
        return proa.json("/_proa/journal?limit=10000")
                .path("entries")
                .valueStream()
                .filter(entry -> entry.path("event").asString("").equals(event))
                .toList();
    }

    /** The document that a browser makes of an address, after its scripts have run for a while. */
    private String seen(String address) throws Exception {
        var profile = Files.createDirectories(home.folder().resolve("browser"));
        var command =
                List.of(
                        "chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + profile,
                        "--virtual-time-budget=6000",
                        "--dump-dom",
                        address);
        try (var browser = home.start(profile, command)) {
            browser.exit();
            return browser.out();
        }
    }

    @Test
    void aSidecarThatExitsAtOnceIsRestartedSixTimesAndThenThePageSaysWhy() throws Exception {
        var folder =
                app(
                        """
                        ui: {dir: web}
                        sidecars:
                          broken:
                            command: [sh, -c, "echo no database at all; exit 3"]
                            port: {strategy: assigned}
                            restart: {max: 6, within: 90s}
                        routes: {/api: broken}
                        """);
        try (var proa = home.run(home.data("d"), folder)) {
            Await.until(
                    "safe mode: " + proa,
                    Duration.ofSeconds(95),
                    () -> sidecar(proa, "broken").path("state").asString().equals("SAFE_MODE"));

            var broken = sidecar(proa, "broken");
            assertThat(broken.path("restarts").asInt()).isEqualTo(6);
            assertThat(broken.path("budget").path("used").asInt()).isEqualTo(6);
            assertThat(broken.path("reason").asString()).contains("3");
            assertThat(broken.path("last_exit").path("code").asInt()).isEqualTo(3);
            assertThat(journal(proa, "sidecar_started")).hasSize(7);
            assertThat(journal(proa, "sidecar_changed").getLast().path("to").asString())
                    .isEqualTo("SAFE_MODE");
            assertThat(journal(proa, "sidecar_changed").getLast().path("reason"))
                    .isEqualTo(broken.path("reason"));
            assertThat(proa.json("/_proa/status").path("state").asString()).isEqualTo("SAFE_MODE");
            assertThat(proa.get("/").statusCode()).isEqualTo(200);

            try (var status = home.proa("status")) {
                assertThat(status.exit()).isZero();
                assertThat(status.out())
                        .contains("SAFE_MODE", "6/6 in 90s", "last exit: code 3")
                        .contains("| no database at all", "proa restart --sidecar broken");
            }
            try (var restart = home.proa("restart", "--sidecar", "broken", "--timeout", "1")) {
                assertThat(restart.exit()).as(restart::toString).isEqualTo(75);
            }
            assertThat(journal(proa, "sidecar_asked").getFirst().path("reason").asString())
                    .isEqualTo("proa restart");
            assertThat(sidecar(proa, "broken").path("budget").path("used").asInt()).isLessThan(6);
        }
    }

    @Test
    void theConsoleShowsTheReasonAndTheLastLinesInABrowser() throws Exception {
        var folder =
                app(
                        """
                        ui: {dir: web}
                        sidecars:
                          broken:
                            command: [sh, -c, "echo 'no <database> at all'; exit 3"]
                            restart: {max: 0}
                          fine: {command: [sleep, "1000"]}
                        """);
        try (var proa = home.run(home.data("d"), folder)) {
            Await.until(
                    "safe mode: " + proa,
                    () -> sidecar(proa, "broken").path("state").asString().equals("SAFE_MODE"));

            var document = seen(proa.event("open").path("url").asString());

            assertThat(document)
                    .contains("<title>(1) Safe mode: a sidecar needs you · Tested</title>")
                    .contains("exited with code 3")
                    .contains("no &lt;database&gt; at all")
                    .contains("aria-label=\"Retry broken\"", "aria-label=\"Restart fine\"")
                    .contains("none follows by itself");
        }
    }

    @Test
    void aPageWhoseSidecarIsNotThereWaitsForItAndTellsBrowsersWhy() throws Exception {
        var folder =
                app(
                        """
                        ui: {sidecar: web}
                        sidecars:
                          web:
                            command: [sh, -c, "exit 7"]
                            port: {strategy: assigned}
                            restart: {max: 0}
                        """);
        try (var proa = home.run(home.data("d"), folder)) {
            Await.until(
                    "safe mode: " + proa,
                    () -> sidecar(proa, "web").path("state").asString().equals("SAFE_MODE"));

            var plain = proa.get("/");
            var page = Proa.send(proa.request("/").header("Accept", "text/html,*/*;q=0.8"));
            var script =
                    Proa.send(
                            proa.request("/x")
                                    .header("Accept", "text/html")
                                    .header("Sec-Fetch-Mode", "cors")
                                    .header("Sec-Fetch-Site", "same-origin"));

            assertThat(plain.statusCode()).isEqualTo(503);
            assertThat(plain.headers().firstValue("content-type"))
                    .contains("application/problem+json");
            assertThat(script.headers().firstValue("content-type"))
                    .contains("application/problem+json");
            assertThat(page.statusCode()).isEqualTo(503);
            assertThat(page.headers().firstValue("retry-after")).contains("1");
            assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                    .contains("default-src 'self'");
            assertThat(page.body()).contains("data-sidecar=\"web\"", "/_proa/console");
            assertThat(seen(proa.event("open").path("url").asString()))
                    .contains("web: safe mode")
                    .contains("exited with code 7")
                    .contains("href=\"/_proa/console\"");
        }
    }

    @Test
    void aSidecarIsStoppedStartedAndRestartedOverTheControlSurface() throws Exception {
        try (var proa = home.run(home.data("d"), Home.HELLO).ready()) {
            var first = sidecar(proa, "greeter").path("pid").asLong();

            var stopped = post(proa, "/_proa/sidecars/greeter/stop", "{\"reason\":\"the test\"}");
            Await.until(
                    "stopped",
                    () -> sidecar(proa, "greeter").path("state").asString().equals("STOPPED"));
            var away = proa.get("/api/hello").statusCode();
            var started = post(proa, "/_proa/sidecars/greeter/start", "");
            proa.ready();
            var second = sidecar(proa, "greeter").path("pid").asLong();
            var restarted = post(proa, "/_proa/sidecars/greeter/restart", "");
            Await.until(
                    "another process",
                    () -> {
                        var now = sidecar(proa, "greeter");
                        return now.path("ready").asBoolean() && now.path("pid").asLong() != second;
                    });
            var unknown = post(proa, "/_proa/sidecars/nobody/start", "");
            var all = post(proa, "/_proa/sidecars/restart", "");

            assertThat(stopped.path("state").asString()).isIn("STOPPING", "STOPPED");
            assertThat(away).isEqualTo(503);
            assertThat(started.path("state").asString()).isIn("STARTING", "READY");
            assertThat(second).isNotEqualTo(first);
            assertThat(restarted.path("id").asString()).isEqualTo("greeter");
            assertThat(sidecar(proa, "greeter").path("budget").path("used").asInt()).isZero();
            assertThat(unknown.path("status").asInt()).isEqualTo(404);
            assertThat(all.path("sidecars").size()).isEqualTo(2);
            assertThat(journal(proa, "sidecar_asked"))
                    .extracting(entry -> entry.path("wish").asString())
                    .startsWith("stop", "start", "restart");
            assertThat(journal(proa, "sidecar_asked").getFirst().path("reason").asString())
                    .isEqualTo("the test");
            proa.ready();
        }
    }

    private static JsonNode post(Proa proa, String path, String body) throws IOException {
        var answer = Proa.send(proa.request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).isIn(202, 404);
        return new JsonMapper().readTree(answer.body());
    }

    @Test
    void commandsForOneSidecarWaitForItsResult() throws Exception {
        try (var proa = home.run(home.data("d"), Home.HELLO).ready()) {
            var before = sidecar(proa, "greeter").path("pid").asLong();
            try (var restart = home.proa("restart", "--sidecar", "greeter", "--json")) {
                assertThat(restart.exit()).as(restart::toString).isZero();
                assertThat(restart.out())
                        .startsWith("{\"ok\":true,\"sidecars\":[{\"id\":\"greeter\"");
            }
            assertThat(sidecar(proa, "greeter").path("pid").asLong()).isNotEqualTo(before);
            try (var stop = home.proa("stop", "--sidecar", "clock");
                    var unknown = home.proa("stop", "--sidecar", "cuckoo")) {
                assertThat(stop.exit()).as(stop::toString).isZero();
                assertThat(stop.out()).contains("clock").contains("STOPPED");
                assertThat(unknown.exit()).isEqualTo(64);
                assertThat(unknown.err()).contains("Name one of greeter, clock");
            }
            try (var all = home.proa("restart")) {
                assertThat(all.exit()).as(all::toString).isZero();
                assertThat(all.out()).contains("greeter", "clock", "READY");
            }
        }
    }
}
