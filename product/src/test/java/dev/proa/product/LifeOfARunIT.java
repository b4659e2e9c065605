package dev.proa.product;

import static dev.proa.product.Home.HELLO;
import static dev.proa.product.Home.MONITOR;
import static dev.proa.product.Samples.event;
import static dev.proa.product.Samples.freePort;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.runtime.InstanceFile;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged product from its start to its end. */
class LifeOfARunIT {
    private Home home;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    @Test
    void anEventSurvivesKillMinusNineAndIsThereAfterARestartOnTheSamePort() throws Exception {
        var port = Integer.toString(freePort());
        var data = home.data("d");
        try (var first = home.run(data, MONITOR, "--ingest-port", port).ready()) {
            assertThat(first.ingest("/api/events", event("e1")).statusCode()).isEqualTo(201);
            first.signal("KILL");
            assertThat(first.exit()).isEqualTo(128 + 9);
            assertThat(InstanceFile.in(data)).exists();
        }

        try (var second = home.run(data, MONITOR, "--ingest-port", port).ready()) {
            assertThat(second.instance().pid()).isEqualTo(second.pid());
            assertThat(second.ingestPort()).isEqualTo(Integer.parseInt(port));
            assertThat(second.json("/api/events").path("total").asInt()).isEqualTo(1);
            assertThat(second.ingest("/api/events", event("e1")).statusCode()).isEqualTo(200);
            assertThat(second.json("/api/events").path("total").asInt()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aSignalStopsItInOrderWithExitCodeZero(String signal) throws Exception {
        try (var proa = home.monitor("d")) {
            int gateway = proa.instance().port();
            int ingest = proa.ingestPort();
            assertThat(home.ingestUrlFile()).hasContent("http://127.0.0.1:" + ingest);

            proa.signal(signal);

            assertThat(proa.exit()).as(proa::toString).isZero();
            assertThat(InstanceFile.in(home.data("d"))).doesNotExist();
            assertThat(home.ingestUrlFile()).doesNotExist();
            assertThat(accepts(gateway)).isFalse();
            assertThat(accepts(ingest)).isFalse();
            assertThat(proa.out())
                    .contains("{\"event\":\"stopping\",\"reason\":\"SIG" + signal + "\"}");
            assertThat(proa.out()).endsWith("{\"event\":\"stopped\"}");
            assertThat(proa.err()).isEmpty();
        }
    }

    @Test
    void theStopCommandEndsItAndReturnsWhenItIsGone() throws Exception {
        try (var proa = home.monitor("d");
                var stop = home.proa("stop", "--json")) {
            assertThat(stop.exit()).as(stop::toString).isZero();
            assertThat(stop.out()).isEqualTo("{\"stopped\":true,\"pid\":" + proa.pid() + "}");
            assertThat(proa.exit()).isZero();
        }
    }

    @Test
    void aSecondRunOfTheSameDataFolderNamesTheFirstAndExitsZero() throws Exception {
        var data = home.data("d");
        try (var first = home.monitor("d");
                var second =
                        home.proa(
                                "run", MONITOR, "--window", "none", "--data-dir", data.toString());
                var third = home.start(data, Home.runner(data, MONITOR))) {
            assertThat(second.exit()).as(second::toString).isZero();
            assertThat(second.out()).contains("already running").contains("pid " + first.pid());
            assertThat(third.exit()).as(third::toString).isZero();
            assertThat(third.event("already_running").path("pid").asLong()).isEqualTo(first.pid());
            assertThat(first.process().isAlive()).isTrue();
            assertThat(first.instance().pid()).isEqualTo(first.pid());
        }
    }

    @Test
    void twoDataFoldersCoexistAndHooksStayWithTheFirst() throws Exception {
        var port = Integer.toString(freePort());
        try (var first = home.run(home.data("a"), MONITOR, "--ingest-port", port).ready();
                var second = home.run(home.data("b"), MONITOR, "--ingest-port", port).ready()) {
            assertThat(first.ingest("/api/events", event("one")).statusCode()).isEqualTo(201);
            assertThat(second.ingest("/api/events", event("one")).statusCode()).isEqualTo(201);

            assertThat(first.instance().ingestUrl()).contains("http://127.0.0.1:" + port);
            assertThat(second.instance().ingestUrl()).isNotEqualTo(first.instance().ingestUrl());
            assertThat(home.ingestUrlFile()).hasContent("http://127.0.0.1:" + port);
            assertThat(second.event("problem").path("what").asString())
                    .contains("pid " + first.pid());

            try (var status = home.proa("status")) {
                assertThat(status.exit()).isEqualTo(64);
                assertThat(status.err())
                        .contains(home.data("a").toString())
                        .contains(home.data("b").toString());
            }
            second.signal("TERM");
            second.exit();
            assertThat(home.ingestUrlFile()).hasContent("http://127.0.0.1:" + port);
        }
    }

    @Test
    void aStrangerOnTheIngestPortIsNamedAndHooksFindTheOtherPort() throws Exception {
        try (var stranger = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var proa =
                        home.run(
                                        home.data("d"),
                                        MONITOR,
                                        "--ingest-port",
                                        "" + stranger.getLocalPort())
                                .ready()) {
            takesEventsElsewhere(proa, stranger.getLocalPort(), ProcessHandle.current().pid());
        }
    }

    @Test
    void aProgramOfAnotherUserOnTheIngestPortIsNamedToo() throws Exception {
        assumeTrue(Home.ROOT, "only root can start a program as another user");
        int port = freePort();
        var listen =
                "import socket,time\ns=socket.create_server(('127.0.0.1',%d))\nprint('up',flush=True)\ntime.sleep(600)"
                        .formatted(port);
        var command =
                List.of(
                        "setpriv",
                        "--reuid",
                        "65534",
                        "--clear-groups",
                        "/usr/bin/python3",
                        "-c",
                        listen);
        var other = home.prepare(command).start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("up");
            try (var proa = home.run(home.data("d"), MONITOR, "--ingest-port", "" + port).ready()) {
                takesEventsElsewhere(proa, port, other.pid());
            }
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    private void takesEventsElsewhere(Proa proa, int taken, long holder) throws IOException {
        assertThat(proa.event("problem").path("what").asString()).contains("pid " + holder);
        assertThat(proa.ingestPort()).isNotEqualTo(taken);
        assertThat(home.ingestUrlFile()).hasContent("http://127.0.0.1:" + proa.ingestPort());
        assertThat(proa.ingest("/api/events", event("e1")).statusCode()).isEqualTo(201);
        assertThat(proa.json("/_proa/status").path("problems").toString())
                .contains("ingest port " + taken);
    }

    @Test
    void aRequestWithoutTokenOrFromAForeignSiteIsRefused() throws Exception {
        try (var proa = home.monitor("d")) {
            var instance = proa.instance();
            var token = "X-Proa-Token: " + instance.token().reveal();

            refuses(instance, "/api/sessions");
            assertThat(status(instance.port(), "localhost:" + instance.port(), token))
                    .isEqualTo(421);
            assertThat(
                            Proa.send(
                                            HttpRequest.newBuilder(
                                                            URI.create(
                                                                    instance.ingestUrl()
                                                                                    .orElseThrow()
                                                                            + "/api/events"))
                                                    .header("Origin", "http://127.0.0.1")
                                                    .POST(
                                                            HttpRequest.BodyPublishers.ofString(
                                                                    event("x"))))
                                    .statusCode())
                    .isEqualTo(403);
            assertThat(proa.json("/api/events").path("total").asInt()).isZero();
        }
    }

    @Test
    void aRefusedRequestNeverReachesASidecar() throws Exception {
        try (var proa = home.run(home.data("d"), HELLO).ready()) {
            var instance = proa.instance();
            var token = "X-Proa-Token: " + instance.token().reveal();

            refuses(instance, "/api/hello?refused");
            assertThat(status(instance.port(), "evil.example", token)).isEqualTo(421);
            assertThat(proa.get("/api/hello?allowed").statusCode()).isEqualTo(200);

            var log = home.data("d").resolve("logs/greeter.log");
            Await.until(
                    "the allowed request in the log",
                    () -> Files.readString(log).contains("?allowed"));
            assertThat(log)
                    .content()
                    .doesNotContain("refused")
                    .doesNotContain(instance.token().reveal());
        }
    }

    /** A connection each, since a refusal ends it. */
    private static void refuses(InstanceFile instance, String path) throws IOException {
        for (var refused : refused(instance)) {
            try (var page = new Wire(instance.port())) {
                page.send(page.request("GET", path, "", refused.fields()));
                assertThat(page.read().status()).as(refused.what()).isEqualTo(refused.status());
            }
        }
    }

    private record Refused(String what, int status, String... fields) {}

    private static List<Refused> refused(InstanceFile instance) {
        var token = "X-Proa-Token: " + instance.token().reveal();
        return List.of(
                new Refused("no token", 401),
                new Refused("a wrong token", 401, "X-Proa-Token: " + "x".repeat(43)),
                new Refused(
                        "another port's cookie",
                        401,
                        "Cookie: proa_1=" + instance.token().reveal()),
                new Refused("a foreign origin", 403, token, "Origin: https://evil.example"),
                new Refused("no origin of its own", 403, token, "Origin: null"),
                new Refused("another port's page", 403, token, "Origin: http://127.0.0.1:1"),
                new Refused("a foreign site", 403, token, "Sec-Fetch-Site: cross-site"),
                new Refused("another port's site", 403, token, "Sec-Fetch-Site: same-site"));
    }

    private static int status(int port, String host, String field) throws IOException {
        try (var wire = new Wire(port)) {
            wire.send(
                    "GET /api/hello?refused HTTP/1.1\r\nHost: "
                            + host
                            + "\r\n"
                            + field
                            + "\r\n\r\n");
            return wire.read().status();
        }
    }

    private static boolean accepts(int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }
}
