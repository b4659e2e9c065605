package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.gateway.FuzzOracle.Passed;
import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import dev.proa.testkit.HandTurnedClock;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Random requests in random pieces, to an upstream that answers at random. Every byte that the
 * upstream gets has to belong to a request that the pure guard passes, nothing crashes, and nothing
 * stays open.
 */
class RequestFuzzTest {
    private static final long SEED = 20_261_121L;
    private static final int SHORT = 5_000;
    private static final int LONG = 100_000;
    private static final int CLIENTS = 4;
    private static final Pattern FIELD =
            Pattern.compile("[-!#$%&'*+.^_`|~0-9A-Za-z]+:[\t\\x20-\\x7e\\x80-\\xff]*");
    private static final Pattern ANSWERS = Pattern.compile("(?s)(HTTP/1\\.1 \\d{3} .*)?");

    private final Map<String, Passed> passed = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new LinkedBlockingQueue<>(5); // the first few tell enough
    private final Queue<ByteArrayOutputStream> lines = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answers = new AtomicInteger();

    @Test
    void forwardsOnlyWhatTheGuardHasPassedAndLeavesNothingOpen() throws Exception {
        var clock = new HandTurnedClock();
        var turns = Fault.isLong() ? LONG : SHORT;
        try (var upstream = ScriptedUpstream.playing(this::answer);
                var gateway = TestGateway.plan().clock(clock).route("/", upstream.port()).open()) {
            var oracle = new FuzzOracle(gateway.port(), gateway.token);
            try (var clients = Executors.newFixedThreadPool(CLIENTS)) {
                for (var turn = 0; turn < turns; turn++) {
                    var number = turn;
                    clients.execute(() -> turn(number, gateway, oracle));
                }
            }

            assertThat(gateway.ask(gateway.request("GET", "/_proa/health/live")).status())
                    .isEqualTo(200);
            assertThat(wrong).as("seed %d", SEED).isEmpty();
            Await.until("every client to be gone", () -> gateway.gateway.clientConnections() == 0);
            clock.turn(Duration.ofSeconds(11));
            Await.until(
                    "every idle upstream to be closed",
                    () -> gateway.gateway.upstreamConnections() == 0);
            // Neither everything nor nothing was passed, and what was passed was served.
            assertThat(passed.size()).isBetween(turns / 5, turns);
            assertThat(answers.get()).isGreaterThan(turns / 5);
            assertThat(upstream.connections()).isGreaterThan(turns / 20);
        }
        lines.forEach(line -> judge(line.toString(StandardCharsets.ISO_8859_1)));
        assertThat(wrong).isEmpty();
        record(turns);
    }

    /** Only where everything held: what did not is in the report of the test. */
    private void record(int turns) {
        var attack = Fault.attack(15, "random requests in random pieces");
        for (var turn = 0; turn < turns; turn++) {
            attack.tried(true);
        }
        attack.figure("seed", SEED)
                .figure("requests passed by the guard", passed.size())
                .figure("answers of the upstream", answers.get())
                .conclude();
    }

    private void turn(int turn, TestGateway gateway, FuzzOracle oracle) {
        var fuzz = new FuzzedBytes(SEED + turn);
        var proof =
                "Host: 127.0.0.1:%d\r\nX-Proa-Token: %s\r\n"
                        .formatted(gateway.port(), gateway.token.reveal());
        var bytes = fuzz.requests(proof);
        var reading = oracle.read(bytes);
        // Before a byte is sent, so that the upstream cannot be first.
        reading.passed().forEach(request -> passed.put(request.line(), request));
        try (var client = gateway.connect()) {
            for (var piece : fuzz.pieces(bytes)) {
                client.trySend(new String(piece, StandardCharsets.ISO_8859_1));
            }
            if (reading.closes() && !fuzz.once(8)) {
                var got = new String(client.rest(), StandardCharsets.ISO_8859_1);
                answers.addAndGet(got.isEmpty() ? 0 : 1);
                if (!ANSWERS.matcher(got).matches()) {
                    wrong.offer("turn %d was answered %s".formatted(turn, got));
                }
            } else if (fuzz.once(3)) {
                client.socket().setSoLinger(true, 0);
            } else if (fuzz.once(2)) {
                client.socket().shutdownOutput();
                client.rest();
            }
        } catch (IOException | RuntimeException e) {
            wrong.offer("turn %d: %s after %s".formatted(turn, e, shown(bytes)));
        }
    }

    private static String shown(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replace("\r", "\\r")
                .replace("\n", "\\n\n");
    }

    /** Everything that comes in is written down before it is looked at. */
    private static final class Recorder extends FilterInputStream {
        private final ByteArrayOutputStream got;

        Recorder(InputStream in, ByteArrayOutputStream got) {
            super(in);
            this.got = got;
        }

        @Override
        public int read() throws IOException {
            var b = super.read();
            if (b >= 0) {
                got.write(b);
            }
            return b;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            var count = super.read(into, from, length);
            got.write(into, from, Math.max(count, 0));
            return count;
        }
    }

    private void answer(ScriptedUpstream.Line line) throws IOException {
        var got = new ByteArrayOutputStream();
        lines.add(got);
        var in = new Recorder(line.in, got);
        while (true) {
            var head = until(in, "\r\n\r\n");
            if (head.isEmpty()) {
                return;
            }
            var fuzz = new FuzzedBytes(head.substring(0, head.indexOf('\r')).hashCode());
            if (!fuzz.once(8)) {
                swallow(in, head);
            }
            var answer = fuzz.answer();
            line.out.write(answer);
            line.out.flush();
            if (!sound(answer)) {
                if (fuzz.once(2)) {
                    line.socket.setSoLinger(true, 0);
                }
                return;
            }
        }
    }

    /** Whether one may go on after this answer. */
    private static boolean sound(byte[] answer) {
        var text = new String(answer, StandardCharsets.ISO_8859_1);
        return FuzzedBytes.unchanged(text)
                && (text.endsWith("Content-Length: 2\r\n\r\nok")
                        || text.endsWith("ok\r\n0\r\n\r\n"));
    }

    /** Reads the body, by the framing that the gateway gave it. */
    private static void swallow(InputStream in, String head) throws IOException {
        var fields = head.toLowerCase(Locale.ROOT);
        var length = fields.indexOf("\r\ncontent-length: ");
        if (fields.contains("\r\ntransfer-encoding: chunked\r\n")) {
            until(in, "\r\n\r\n");
        } else if (length >= 0) {
            var digits = fields.substring(length + 18, fields.indexOf('\r', length + 18));
            for (var left = Long.parseLong(digits); left > 0 && in.read() >= 0; left--) {}
        }
    }

    private static String until(InputStream in, String end) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf(end, Math.max(0, text.length() - end.length())) < 0) {
            var b = in.read();
            if (b < 0) {
                return "";
            }
            text.append((char) b);
        }
        return text.toString();
    }

    /** Reads what one upstream's connection got from its first to its last byte. */
    private void judge(String got) {
        var at = 0;
        while (at < got.length()) {
            var end = got.indexOf("\r\n\r\n", at);
            if (end < 0) {
                wrong.offer("half a head: " + got.substring(at));
                return;
            }
            var fields = got.substring(at, end).split("\r\n", -1);
            var line = fields[0].replaceFirst(" HTTP/1\\.1$", "");
            var expected = passed.get(line);
            if (expected == null) {
                wrong.offer("nobody passed " + got.substring(at));
                return;
            }
            var framing = (Framing) new Framing.Unsaid();
            for (var i = 1; i < fields.length; i++) {
                var field = fields[i].toLowerCase(Locale.ROOT);
                if (!FIELD.matcher(fields[i]).matches() || field.startsWith("x-proa-token:")) {
                    wrong.offer("a field that nobody may see: " + fields[i]);
                }
                if (field.equals("transfer-encoding: chunked")) {
                    framing = new Framing.Chunked();
                } else if (field.matches("content-length: (0|[1-9]\\d*)")) {
                    framing = new Framing.Fixed(Long.parseLong(field.substring(16)));
                } else if (field.matches("(transfer-encoding|content-length|te|upgrade):.*")) {
                    wrong.offer("framing in two ways: " + fields[i]);
                }
            }
            var body = FuzzOracle.body(got, end + 4, framing);
            var fits = expected.body().startsWith(body.text()) && !body.broken();
            if (!fits || (body.whole() && !(expected.whole() && whole(body, expected)))) {
                wrong.offer("%s got %s".formatted(expected, body));
            }
            if (!body.whole()) {
                return;
            }
            at = body.next();
        }
    }

    private static boolean whole(FuzzOracle.Body body, Passed expected) {
        return body.text().equals(expected.body());
    }
}
