package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackPort;
import dev.proa.testkit.Await;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Requests that wait for an upstream to become ready. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class HoldTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static RouteRules held(Duration patience) {
        return new RouteRules(
                Optional.empty(),
                HeaderRules.NONE,
                HeaderRules.NONE,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.of(patience),
                Optional.empty());
    }

    @Test
    void holdsARequestUntilItsUpstreamIsReady() {
        var state =
                new AtomicReference<Upstream>(
                        new Upstream.NotReady("It starts.", Duration.ofSeconds(1)));
        try (var upstream = ScriptedUpstream.answering(OK);
                var gateway =
                        TestGateway.plan()
                                .route("/", state::get, held(Duration.ofSeconds(30)))
                                .open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/"));
            state.set(new Upstream.Ready(new LoopbackPort(upstream.port()), Optional.empty()));

            assertThat(client.answer().text()).isEqualTo("ok");
        }
    }

    @Test
    void answers503WhenTheHoldIsOver() {
        try (var gateway =
                        TestGateway.plan()
                                .route(
                                        "/",
                                        () ->
                                                new Upstream.NotReady(
                                                        "It starts.", Duration.ofSeconds(1)),
                                        held(Duration.ofMillis(200)))
                                .open();
                var client = gateway.connect()) {
            var asked = System.nanoTime();
            var answer = client.ask(gateway.request("GET", "/"));

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.field("retry-after")).contains("1");
            assertThat(Duration.ofNanos(System.nanoTime() - asked))
                    .isGreaterThan(Duration.ofMillis(190));
        }
    }

    @Test
    void holdsNoMoreThan128RequestsAtOnce() {
        var clients = new java.util.ArrayList<RawClient>();
        try (var gateway =
                TestGateway.plan()
                        .route(
                                "/",
                                () -> new Upstream.NotReady("It starts.", Duration.ofSeconds(1)),
                                held(Duration.ofMinutes(10)))
                        .open()) {
            for (var i = 0; i < 140; i++) {
                clients.add(gateway.connect().send(gateway.request("GET", "/")));
            }

            Await.until(
                    "those beyond are refused",
                    () -> clients.stream().filter(HoldTest::answered).count() >= 12);
            clients.getLast().leave();
            assertThat(clients.stream().limit(139).filter(HoldTest::answered).count())
                    .isLessThanOrEqualTo(12);
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    private static boolean answered(RawClient client) {
        try {
            return client.in().available() > 0;
        } catch (java.io.IOException e) {
            return true;
        }
    }
}
