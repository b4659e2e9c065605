package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.journal.RuntimeEvent;
import dev.proa.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class BackendTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static BackendRoute echo(int maxBody) {
        return new BackendRoute(
                "POST", "/echo", maxBody, request -> BackendResponse.json(200, request.body()));
    }

    @Test
    void answersWithWhatTheHandlerWasGiven() {
        var route =
                BackendRoute.reading(
                        "GET",
                        "/api/{kind}/x",
                        request ->
                                BackendResponse.json(
                                        200,
                                        bytes(
                                                request.path()
                                                        + request.segments()
                                                        + request.query()
                                                        + request.headers().keySet())));
        try (var gateway = TestGateway.plan().open(route)) {
            var answer =
                    gateway.ask(
                            gateway.request(
                                    "GET",
                                    "/api/a%20b/x?q=1&q=%C3%A4",
                                    "Cookie: proa_1=mine",
                                    "X-Other: yes"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text())
                    .isEqualTo("/api/a b/x{kind=a b}{q=[1, ä]}[host, x-other, x-request-id]");
        }
    }

    @Test
    void serves10RequestsOnOneConnectionInOrderEvenIfSentAtOnce() {
        try (var gateway = TestGateway.plan().open(echo(100));
                var client = gateway.connect()) {
            var all = new StringBuilder();
            for (var i = 0; i < 10; i++) {
                all.append(gateway.request("POST", "/echo", "Content-Length: 1")).append(i);
            }
            client.send(all.toString());

            for (var i = 0; i < 10; i++) {
                assertThat(client.answer().text()).isEqualTo("" + i);
            }
        }
    }

    @Test
    void readsAChunkedBody() {
        try (var gateway = TestGateway.plan().open(echo(100))) {
            var answer =
                    gateway.ask(
                            gateway.request("POST", "/echo", "Transfer-Encoding: chunked")
                                    + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");

            assertThat(answer.text()).isEqualTo("abcde");
        }
    }

    @Test
    void refusesABodyOver100BytesBeforeReadingIt() {
        try (var gateway = TestGateway.plan().open(echo(100));
                var client = gateway.connect()) {
            var answer = client.ask(gateway.request("POST", "/echo", "Content-Length: 101"));

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.field("connection")).contains("close");
        }
    }

    @Test
    void refusesAChunkedBodyOnceItIsOver100Bytes() {
        try (var gateway = TestGateway.plan().open(echo(100))) {
            var answer =
                    gateway.ask(
                            gateway.request("POST", "/echo", "Transfer-Encoding: chunked")
                                    + "65\r\n"
                                    + "x".repeat(0x65));

            assertThat(answer.status()).isEqualTo(413);
        }
    }

    @Test
    void asksForTheBodyOfAClientThatWaitsForIt() {
        try (var gateway = TestGateway.plan().open(echo(100));
                var client = gateway.connect()) {
            client.send(
                    gateway.request("POST", "/echo", "Content-Length: 2", "Expect: 100-continue"));
            assertThat(client.answer().status()).isEqualTo(100);

            client.send("ok");

            assertThat(client.answer().text()).isEqualTo("ok");
        }
    }

    @Test
    void tellsAnotherMethodFromAnotherPath() {
        try (var gateway = TestGateway.plan().open(echo(100))) {
            var method = gateway.ask(gateway.request("GET", "/echo"));
            var path = gateway.ask(gateway.request("GET", "/nothing"));

            assertThat(method.status()).isEqualTo(405);
            assertThat(method.field("allow")).contains("POST");
            assertThat(path.status()).isEqualTo(404);
            assertThat(path.field("content-type")).contains("application/problem+json");
        }
    }

    @Test
    void keepsTheReasonOfADefectInTheJournal() {
        var route =
                BackendRoute.reading(
                        "GET",
                        "/bad",
                        _ -> {
                            throw new IllegalStateException("the inner reason");
                        });
        try (var gateway = TestGateway.plan().open(route)) {
            var answer = gateway.ask(gateway.request("GET", "/bad"));

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.text()).doesNotContain("inner");
            assertThat(gateway.journal)
                    .anySatisfy(event ->
                            assertThat(event)
                                    .isInstanceOf(RuntimeEvent.ProblemFound.class)
                                    .asString()
                                    .contains("the inner reason"));
        }
    }

    @Test
    void answersAProblemAsAProblem() {
        var problem = new Problem(Where.of("body"), "the price is missing", "Send it");
        var route =
                BackendRoute.reading(
                        "GET",
                        "/bad",
                        _ -> {
                            throw new ProaException(ExitCode.BAD_DATA, problem);
                        });
        try (var gateway = TestGateway.plan().open(route)) {
            var answer = gateway.ask(gateway.request("GET", "/bad"));

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("\"what\":\"the price is missing\"");
        }
    }

    @Test
    void answers503UntilTheBackendIsServed() {
        try (var gateway = TestGateway.plan().backend().open()) {
            var early = gateway.ask(gateway.request("GET", "/api/x"));
            gateway.gateway.serve(
                    java.util.List.of(
                            BackendRoute.reading(
                                    "GET", "/api/x", _ -> BackendResponse.empty(204))));
            var late = gateway.ask(gateway.request("GET", "/api/x"));

            assertThat(early.status()).isEqualTo(503);
            assertThat(early.field("retry-after")).contains("1");
            assertThat(late.status()).isEqualTo(204);
        }
    }

    @Test
    void streamsEachPieceAtOnceAndHearsOfTheClientsEnd() throws Exception {
        var opened = new LinkedBlockingQueue<BodyStream>();
        var closed = new AtomicBoolean();
        var route =
                BackendRoute.reading(
                        "GET",
                        "/stream",
                        _ ->
                                new BackendResponse.Streaming(
                                        200,
                                        Map.of("content-type", "text/event-stream"),
                                        opened::add));
        try (var gateway = TestGateway.plan().open(route);
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/stream"));
            var body = opened.take();
            body.onClosed(() -> closed.set(true));
            while (!client.line().isEmpty()) {
                assertThat(closed).isFalse();
            }

            assertThat(body.send(bytes("data: 1\n\n"))).isTrue();
            assertThat(new String(client.chunk(), StandardCharsets.UTF_8)).isEqualTo("data: 1\n\n");

            client.leave();
            Await.until("the stream to hear of it", closed::get);
        }
    }

    @Test
    void endsAStreamThatTheBackendCloses() throws Exception {
        var route =
                BackendRoute.reading(
                        "GET",
                        "/stream",
                        _ ->
                                new BackendResponse.Streaming(
                                        200,
                                        Map.of(),
                                        body -> {
                                            body.send(bytes("one"));
                                            body.send(bytes("two"));
                                            body.close();
                                        }));
        try (var gateway = TestGateway.plan().open(route);
                var client = gateway.connect()) {
            assertThat(client.ask(gateway.request("GET", "/stream")).text()).isEqualTo("onetwo");
            assertThat(client.ask(gateway.request("GET", "/stream")).text()).isEqualTo("onetwo");
        }
    }

    @Test
    void cutsOffAClientThatLeavesOver8MbUnread() throws Exception {
        var opened = new LinkedBlockingQueue<BodyStream>();
        var route =
                BackendRoute.reading(
                        "GET",
                        "/stream",
                        _ -> new BackendResponse.Streaming(200, Map.of(), opened::add));
        try (var gateway = TestGateway.plan().open(route);
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/stream"));
            var body = opened.take();
            var closed = new AtomicBoolean();
            body.onClosed(() -> closed.set(true));

            var congested = false;
            for (var i = 0; i < 64 && !closed.get(); i++) {
                congested |= !body.send(new byte[1024 * 1024]);
            }

            assertThat(congested).isTrue();
            Await.until("the stream to be closed", closed::get);
            assertThat(client.rest().length).isLessThan(40 * 1024 * 1024);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a, 'b\\r\\nset-cookie: evil=1'",
        "a, 'b\\nc'",
        "a, 'b\\0c'",
        "'a\\r\\nb', c",
        "'a b', c"
    })
    void answers500InsteadOfAFieldThatCouldBeginAnother(String name, String value) {
        var route =
                BackendRoute.reading(
                        "GET",
                        "/x",
                        _ ->
                                new BackendResponse.Whole(
                                        200,
                                        Map.of(unescaped(name), unescaped(value)),
                                        new byte[0]));
        try (var gateway = TestGateway.plan().open(route)) {
            var answer = gateway.ask(gateway.request("GET", "/x"));

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.fields()).noneMatch(line -> line.startsWith("set-cookie"));
        }
    }

    private static String unescaped(String text) {
        return text.translateEscapes();
    }
}
