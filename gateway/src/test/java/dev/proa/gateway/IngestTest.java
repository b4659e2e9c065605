package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.journal.RuntimeEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class IngestTest {
    private static final BackendRoute WRITE =
            new BackendRoute(
                    "POST",
                    "/api/events",
                    1000,
                    request -> BackendResponse.json(200, request.body()));
    private static final BackendRoute READ =
            BackendRoute.reading("GET", "/api/events", _ -> BackendResponse.empty(204));
    private static final BackendRoute OTHER =
            new BackendRoute("POST", "/api/admin", 1000, _ -> BackendResponse.empty(204));

    private static TestGateway open(IngestOptions.Access access) {
        return TestGateway.plan().ingest(access, "/api/events", "/v1").open(WRITE, READ, OTHER);
    }

    private static String post(TestGateway gateway, String method, String path, String... fields) {
        var port = gateway.gateway.ingestPort().orElseThrow();
        return method
                + " "
                + path
                + " HTTP/1.1\r\nHost: localhost:"
                + port
                + "\r\n"
                + String.join("", List.of(fields).stream().map(line -> line + "\r\n").toList())
                + "Content-Length: 2\r\n\r\nhi";
    }

    private static RawClient connect(TestGateway gateway) {
        return RawClient.to(gateway.gateway.ingestPort().orElseThrow().number());
    }

    @Test
    void takesPostsOfTheSameUserWithoutAToken() {
        try (var gateway = open(IngestOptions.Access.SAME_USER);
                var client = connect(gateway)) {
            assertThat(client.ask(post(gateway, "POST", "/api/events")).text()).isEqualTo("hi");
            assertThat(
                            client.ask(post(gateway, "POST", "/api/events", "Sec-Fetch-Mode: cors"))
                                    .text())
                    .isEqualTo("hi");
            assertThat(gateway.journal)
                    .contains(
                            new RuntimeEvent.IngestListening(
                                    gateway.gateway.ingestPort().orElseThrow(),
                                    gateway.gateway.ingestPort().orElseThrow()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, POST, /api/events, A : b",
        "400, POST, /api/../events, A: b",
        "400, POST, /api/events, Transfer-Encoding: chunked",
        "403, POST, /api/events, Origin: http://127.0.0.1",
        "403, POST, /api/events, Sec-Fetch-Site: same-origin",
        "405, GET, /api/events, A: b",
        "405, OPTIONS, /api/events, A: b",
        "404, POST, /api/admin, A: b",
        "404, POST, /api/eventsx, A: b",
        "404, POST, /_proa/shutdown, A: b",
        "404, GET, /, A: b"
    })
    void refusesEverythingElse(int status, String method, String path, String field) {
        try (var gateway = open(IngestOptions.Access.SAME_USER);
                var client = connect(gateway)) {
            var answer = client.ask(post(gateway, method, path, field));

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.text()).contains("\"error\":\"");
        }
    }

    @Test
    void refusesAnotherHost() {
        try (var gateway = open(IngestOptions.Access.SAME_USER);
                var client = connect(gateway)) {
            var request = post(gateway, "POST", "/api/events").replace("localhost", "evil");

            assertThat(client.ask(request).status()).isEqualTo(421);
        }
    }

    @Test
    void asksForTheTokenIfToldTo() {
        try (var gateway = open(IngestOptions.Access.TOKEN);
                var without = connect(gateway);
                var with = connect(gateway)) {
            var token = "X-Proa-Token: " + gateway.token.reveal();

            var refused = without.ask(post(gateway, "POST", "/api/events"));

            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.text())
                    .contains(
                            "\"error\":\"A token of this run is needed, as X-Proa-Token or bearer.\"");
            assertThat(with.ask(post(gateway, "POST", "/api/events", token)).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void answers503UntilTheBackendIsServed() {
        try (var gateway =
                        TestGateway.plan()
                                .backend()
                                .ingest(IngestOptions.Access.SAME_USER, "/api/events")
                                .open();
                var client = connect(gateway)) {
            var answer = client.ask(post(gateway, "POST", "/api/events"));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.field("retry-after")).contains("1");
        }
    }

    @Test
    void knowsWhoseSocketIsAtTheOtherEnd() throws Exception {
        try (var server = new java.net.ServerSocket(0, 5, Loopback.address(0).getAddress());
                var client = RawClient.to(server.getLocalPort())) {
            var theirs = client.socket().getLocalPort();

            assertThat(PeerUser.of(theirs, server.getLocalPort())).isEqualTo(Guard.Peer.OUR_USER);
            assertThat(PeerUser.of(theirs, theirs)).isEqualTo(Guard.Peer.UNKNOWN);
        }
    }

    @Test
    void refusesAWriterOfAnotherUserOrOfNobodyKnown() {
        var keys = new Keys(dev.proa.core.Secret.random(), 3141);
        var lent = new BackendExchange.Lent(Runnable::run, _ -> {}, keys);
        var clock = new dev.proa.testkit.HandTurnedClock();
        var options = new IngestOptions(List.of(0), List.of("/v1"), IngestOptions.Access.SAME_USER);
        var guard = new IngestService(options, 3141, lent, new RefusalLog(_ -> {}, clock)).guard();
        var headers = new io.netty.handler.codec.http.DefaultHttpHeaders();
        headers.set("Host", "127.0.0.1:3141");
        var head = new Head("POST", "/v1", true, headers);

        assertThat(guard.check(head, Guard.Peer.OUR_USER)).isInstanceOf(Guard.Verdict.Passed.class);
        for (var peer : List.of(Guard.Peer.OTHER_USER, Guard.Peer.UNKNOWN)) {
            assertThat(guard.check(head, peer))
                    .isInstanceOfSatisfying(
                            Guard.Verdict.Refused.class,
                            refused -> assertThat(refused.refusal().status()).isEqualTo(403));
        }
    }
}
