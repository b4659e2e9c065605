package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.runtime.InstanceFile;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged product from its start to its end. */
class LifeOfARunIT {
    private static final String MONITOR = "apps/agent-monitor";

    @TempDir Path home;

    private Path data(String name) {
        return home.resolve(name);
    }

    private static String event(String id) {
        return "{\"event_id\":\"" + id
                + "\",\"session_id\":\"s1\",\"agent_type\":\"claude_code\",\"event_type\":\"tool_use\",\"tool_name\":\"Bash\","
                + "\"metadata\":{\"command\":\"ls\"}}";
    }

    @Test
    void anEventSurvivesKillMinusNineAndIsThereAfterARestart() throws Exception {
        try (var first = Proa.run(home, data("d"), MONITOR, "--ingest-port", "0").ready()) {
            assertThat(first.ingest("/api/events", event("e1")).statusCode()).isEqualTo(201);
            first.signal("KILL");
            first.exit();
        }

        try (var second = Proa.run(home, data("d"), MONITOR, "--ingest-port", "0").ready()) {
            assertThat(second.json("/api/events").path("total").asInt()).isEqualTo(1);
            assertThat(second.ingest("/api/events", event("e1")).statusCode()).isEqualTo(200);
            assertThat(second.json("/api/events").path("total").asInt()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aSignalStopsItInOrderWithExitCodeZero(String signal) throws Exception {
        try (var proa = Proa.run(home, data("d"), MONITOR, "--ingest-port", "0").ready()) {
            var instance = proa.instance();

            proa.signal(signal);

            assertThat(proa.exit()).as(proa::toString).isZero();
            assertThat(InstanceFile.in(data("d"))).doesNotExist();
            assertThat(home.resolve(".local/state/proa/dev.proa.agent-monitor/ingest-url")).doesNotExist();
            assertThat(accepts(instance.port())).isFalse();
            assertThat(accepts(URI.create(instance.ingestUrl().orElseThrow()).getPort())).isFalse();
            assertThat(proa.out()).contains("\"event\":\"stopped\"");
        }
    }

    @Test
    void theStopCommandEndsIt() throws Exception {
        try (var proa = Proa.run(home, data("d"), MONITOR, "--ingest-port", "0").ready();
                var stop = Proa.start(home, data("d"), "stop", "--json")) {
            assertThat(stop.exit()).as(stop::toString).isZero();
            assertThat(stop.out()).isEqualTo("{\"stopped\":true,\"pid\":" + proa.pid() + "}");
            assertThat(proa.exit()).isZero();
        }
    }

    @Test
    void aSecondRunOfTheSameDataFolderNamesTheFirstAndExitsZero() throws Exception {
        try (var first = Proa.run(home, data("d"), MONITOR, "--ingest-port", "0").ready();
                var second = Proa.start(
                        home,
                        data("d"),
                        "run",
                        Proa.CHECKOUT.resolve(MONITOR).toString(),
                        "--window",
                        "none",
                        "--data-dir",
                        data("d").toString())) {
            assertThat(second.exit()).as(second::toString).isZero();
            assertThat(second.out()).contains("already running").contains("pid " + first.pid());
            assertThat(first.process().isAlive()).isTrue();
        }
    }

    @Test
    void twoDataFoldersCoexistAndHooksStayWithTheFirst() throws Exception {
        int port = freePort();
        try (var first = Proa.run(home, data("a"), MONITOR, "--ingest-port", "" + port).ready();
                var second = Proa.run(home, data("b"), MONITOR, "--ingest-port", "" + port).ready()) {
            assertThat(first.ingest("/api/events", event("one")).statusCode()).isEqualTo(201);
            assertThat(second.ingest("/api/events", event("one")).statusCode()).isEqualTo(201);

            assertThat(first.instance().ingestUrl()).contains("http://127.0.0.1:" + port);
            assertThat(second.instance().ingestUrl()).isNotEqualTo(first.instance().ingestUrl());
            assertThat(home.resolve(".local/state/proa/dev.proa.agent-monitor/ingest-url"))
                    .content()
                    .isEqualTo("http://127.0.0.1:" + port + "\n");
            assertThat(second.event("problem").path("what").asString())
                    .contains("pid " + first.pid());

            try (var status = Proa.start(home, data("a"), "status")) {
                assertThat(status.exit()).isEqualTo(64);
                assertThat(status.err()).contains(data("a").toString()).contains(data("b").toString());
            }
        }
    }

    @Test
    void aStrangerOnTheIngestPortIsNamedAndHooksFindTheOtherPort() throws Exception {
        try (var stranger = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            try (var proa = Proa.run(home, data("d"), MONITOR, "--ingest-port", "" + stranger.getLocalPort())
                    .ready()) {
                var problem = proa.event("problem");

                assertThat(problem.path("what").asString())
                        .contains("pid " + ProcessHandle.current().pid());
                var url = proa.instance().ingestUrl().orElseThrow();
                assertThat(url).isNotEqualTo("http://127.0.0.1:" + stranger.getLocalPort());
                assertThat(Files.readString(home.resolve(".local/state/proa/dev.proa.agent-monitor/ingest-url")))
                        .isEqualTo(url + "\n");
                assertThat(proa.ingest("/api/events", event("e1")).statusCode()).isEqualTo(201);
                assertThat(proa.json("/_proa/status").path("problems").toString()).contains("ingest port");
            }
        }
    }

    @Test
    void aRequestWithoutTokenOrFromAForeignSiteIsRefused() throws Exception {
        try (var proa = Proa.run(home, data("d"), MONITOR, "--ingest-port", "0").ready()) {
            var instance = proa.instance();
            var sessions = URI.create(instance.baseUrl() + "/api/sessions");
            var token = instance.token().reveal();

            assertThat(Proa.send(HttpRequest.newBuilder(sessions)).statusCode()).isEqualTo(401);
            assertThat(Proa.send(HttpRequest.newBuilder(sessions)
                                    .header("X-Proa-Token", token)
                                    .header("Origin", "https://evil.example"))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(Proa.send(HttpRequest.newBuilder(
                                            URI.create("http://localhost:" + instance.port() + "/api/sessions"))
                                    .header("X-Proa-Token", token))
                            .statusCode())
                    .isEqualTo(421);
            assertThat(Proa.send(HttpRequest.newBuilder(URI.create(instance.ingestUrl().orElseThrow() + "/api/events"))
                                    .header("Origin", "http://127.0.0.1")
                                    .POST(HttpRequest.BodyPublishers.ofString(event("x"))))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(proa.json("/api/events").path("total").asInt()).isZero();
        }
    }

    private static boolean accepts(int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
