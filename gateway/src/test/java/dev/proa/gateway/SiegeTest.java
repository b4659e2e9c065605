package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Thousands of connections that begin and do not go on, and those who go on beside them. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class SiegeTest {
    private static final int HALF_OPEN = 2_000;
    private static final int UNKNOWN = 64;
    private static final int KNOWN = 50;
    private static final int SLOW = 100;
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @Test
    void closesTheOldestOf2000HalfOpenConnectionsAndNobodyWhoHasShownAToken() {
        try (var upstream = ScriptedUpstream.answering(OK);
                var gateway = TestGateway.plan().route("/", upstream.port()).open()) {
            var known = new ArrayList<RawClient>();
            for (var i = 0; i < KNOWN; i++) {
                var client = gateway.connect();
                assertThat(client.ask(gateway.request("GET", "/")).text()).isEqualTo("ok");
                known.add(client);
            }
            var slow = new ArrayList<RawClient>();
            for (var i = 0; i < SLOW; i++) {
                var begun = gateway.request("POST", "/", "Content-Length: 1000") + "a";
                slow.add(gateway.connect().send(begun));
            }
            Await.until("the slow bodies to be known", () -> upstream.heads() == KNOWN + SLOW);
            var halfOpen = new ArrayList<RawClient>();
            for (var i = 0; i < HALF_OPEN; i++) {
                halfOpen.add(gateway.connect().trySend(begun(gateway, i)));
            }

            Await.until(
                    "all but 64 strangers to be gone",
                    () -> gateway.gateway.clientConnections() <= UNKNOWN + KNOWN + SLOW);
            for (var client : known) {
                assertThat(client.ask(gateway.request("GET", "/")).text()).isEqualTo("ok");
            }
            assertThat(gateway.ask(gateway.request("GET", "/")).text()).isEqualTo("ok");
            assertThat(halfOpen.getFirst().rest()).isEmpty();
            // The youngest is not too late to go on; of those that came at once any may be it.
            var last = gateway.connect().send(begun(gateway, 1));
            halfOpen.add(last);
            last.send("X-Proa-Token: " + gateway.token.reveal() + "\r\n\r\n");
            assertThat(last.answer().text()).isEqualTo("ok");
            slow.forEach(RawClient::leave);
            halfOpen.forEach(RawClient::leave);
            known.forEach(RawClient::leave);
            Await.until("everybody to be gone", () -> gateway.gateway.clientConnections() == 0);
        }
    }

    /** Half a head; every third says nothing at all, but for the last. */
    private static String begun(TestGateway gateway, int number) {
        return number % 3 == 0
                ? ""
                : "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n".formatted(gateway.port());
    }

    /** In the short form one round without a look at the figures. */
    @Test
    void servesOthersAsBeforeWhile2000Press() throws Exception {
        var attack = Fault.attack(16, "2000 half-open connections and 200 slow bodies");
        var calm = new ArrayList<Duration>();
        var besieged = new ArrayList<Duration>();
        var comings = 0L;
        try (var upstream = ScriptedUpstream.playing(SiegeTest::answerWholeRequests);
                var gateway = TestGateway.plan().route("/", upstream.port()).open()) {
            load(gateway, Fault.isLong() ? 2_000 : 50);
            for (var round = attack.trials(1, 6); round > 0; round--) {
                var requests = Fault.isLong() ? 1_000 : 50;
                calm.addAll(load(gateway, requests));
                var head = "GET /x HTTP/1.1\r\nA: ";
                var body = gateway.request("POST", "/slow", "Content-Length: 100000");
                try (var silent = Besiegers.of(gateway.port(), HALF_OPEN, head);
                        var slow = Besiegers.of(gateway.port(), 200, body)) {
                    besieged.addAll(load(gateway, requests));
                    comings += silent.comings() + slow.comings();
                }
                attack.tried(true);
            }
            Await.until("everybody to be gone", () -> gateway.gateway.clientConnections() == 0);
        }
        attack.figures("calm_ms", calm).figures("besieged_ms", besieged);
        attack.figure("calm_p95_ms", p95(calm)).figure("besieged_p95_ms", p95(besieged));
        attack.figure("p95_ratio", p95(besieged) / p95(calm))
                .figure("connections", (double) comings);
        if (Fault.isLong() && p95(besieged) > 3 * p95(calm)) {
            attack.tried(false);
        }
        attack.conclude();
    }

    private static void answerWholeRequests(ScriptedUpstream.Line line) throws java.io.IOException {
        for (var head = line.head(); !head.isEmpty(); head = line.head()) {
            if (head.startsWith("POST")) {
                line.rest();
                return;
            }
            line.send(OK);
        }
    }

    /** Requests of four clients, three of four on a connection that stays; each has to succeed. */
    private static List<Duration> load(TestGateway gateway, int each) throws Exception {
        var took = Collections.synchronizedList(new ArrayList<Duration>());
        try (var clients = Executors.newFixedThreadPool(4)) {
            var runs = new ArrayList<java.util.concurrent.Future<?>>();
            for (var i = 0; i < 4; i++) {
                runs.add(clients.submit(() -> client(gateway, each, took)));
            }
            for (var run : runs) {
                run.get();
            }
        }
        return took;
    }

    private static void client(TestGateway gateway, int count, List<Duration> took) {
        var request = gateway.request("GET", "/x");
        try (var kept = gateway.connect()) {
            for (var i = 0; i < count; i++) {
                var begun = System.nanoTime();
                var answer = i % 4 == 3 ? gateway.ask(request) : kept.ask(request);
                took.add(Duration.ofNanos(System.nanoTime() - begun));
                assertThat(answer.text()).isEqualTo("ok");
            }
        }
    }

    private static double p95(List<Duration> samples) {
        var sorted = samples.stream().sorted().toList();
        return sorted.get((int) Math.ceil(0.95 * sorted.size()) - 1).toNanos() / 1e6;
    }
}
