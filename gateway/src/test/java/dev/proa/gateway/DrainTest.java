package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackPort;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** All routes are replaced at once, and what is on its way by the old ones ends. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class DrainTest {
    private static final String NEW = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew";

    static List<GatewayRoute> to(ScriptedUpstream upstream, String prefix) {
        return List.of(
                new GatewayRoute(
                        prefix,
                        () ->
                                new Upstream.Ready(
                                        new LoopbackPort(upstream.port()), Optional.empty())));
    }

    @Test
    void newRequestsGoByTheNewRoutesWhileOldOnesEnd() throws Exception {
        var asked = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var old =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            asked.countDown();
                            await(go);
                            line.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
                        });
                var young = ScriptedUpstream.answering(NEW);
                var gateway = TestGateway.plan().route("/api", old.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/api/x"));
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            var drain = gateway.gateway.route(to(young, "/api"));

            assertThat(gateway.ask(gateway.request("GET", "/api/x")).text()).isEqualTo("new");
            assertThat(drain.await(Duration.ofMillis(100))).isFalse();
            go.countDown();
            assertThat(drain.await(Duration.ofSeconds(10))).isTrue();
            assertThat(client.answer().text()).isEqualTo("old");
        }
    }

    @Test
    void anEventStreamIsNotWaitedFor() throws Exception {
        var sent = new CountDownLatch(1);
        try (var old =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(
                                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                                            + "data: 1\n\n");
                            sent.countDown();
                            line.head();
                        });
                var young = ScriptedUpstream.answering(NEW);
                var gateway = TestGateway.plan().route("/api", old.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/api/events"));
            assertThat(sent.await(10, TimeUnit.SECONDS)).isTrue();
            client.line(); // the head has come, so it is known what it is

            assertThat(gateway.gateway.route(to(young, "/api")).await(Duration.ofSeconds(10)))
                    .isTrue();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
