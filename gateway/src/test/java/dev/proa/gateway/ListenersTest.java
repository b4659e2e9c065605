package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.ProaException;
import dev.proa.core.Secret;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Listeners beside that of 127.0.0.1. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class ListenersTest {
    private static final Secret OPEN = Secret.of("0123456789abcdef0123456789abcdef");

    private static TestGateway six() {
        return TestGateway.plan().listening(new Listening(true, Optional.empty())).open();
    }

    private static ListenOptions options(String address, Secret token) {
        return new ListenOptions(
                address, 0, TestTls.file("right.pem"), TestTls.file("right.key"), token);
    }

    private static String exchange(Socket socket, String request) throws IOException {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static String request(String path, String host, String... fields) {
        return "GET "
                + path
                + " HTTP/1.1\r\nHost: "
                + host
                + "\r\nConnection: close\r\n"
                + String.join("", java.util.Arrays.stream(fields).map(f -> f + "\r\n").toList())
                + "\r\n";
    }

    private static String onSix(TestGateway gateway, String host, String... fields)
            throws IOException {
        try (var socket = new Socket(Loopback.six(), gateway.port())) {
            return exchange(socket, request("/_proa/none", host, fields));
        }
    }

    @Test
    void triesItsUsualPortFirstAndTakesAnyOtherIfThatIsTaken() throws Exception {
        int usual;
        try (var before = TestGateway.plan().open()) {
            usual = before.port();
        }
        try (var gateway = TestGateway.plan().usual(usual).open();
                var second = TestGateway.plan().usual(usual).open()) {
            assertThat(gateway.port()).isEqualTo(usual);
            assertThat(second.port()).isNotEqualTo(usual).isPositive();
        }
    }

    @Test
    void triesItsUsualPortOnBothAddresses() throws Exception {
        try (var taken = new ServerSocket(0, 1, Loopback.six());
                var gateway =
                        TestGateway.plan()
                                .listening(new Listening(true, Optional.empty()))
                                .usual(taken.getLocalPort())
                                .open()) {
            assertThat(gateway.port()).isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void answersOnIpv6ToItsOwnHostAndOriginAlone() throws IOException {
        try (var gateway = six()) {
            var own = "[::1]:" + gateway.port();
            var token = "X-Proa-Token: " + gateway.token.reveal();

            assertThat(onSix(gateway, own, token)).startsWith("HTTP/1.1 404");
            assertThat(onSix(gateway, own, token, "Origin: http://" + own))
                    .startsWith("HTTP/1.1 404");
            assertThat(onSix(gateway, own)).startsWith("HTTP/1.1 401");
            assertThat(onSix(gateway, "127.0.0.1:" + gateway.port(), token))
                    .startsWith("HTTP/1.1 421");
            assertThat(onSix(gateway, "[::1]", token)).startsWith("HTTP/1.1 421");
            assertThat(onSix(gateway, "[0:0:0:0:0:0:0:1]:" + gateway.port(), token))
                    .startsWith("HTTP/1.1 421");
            assertThat(onSix(gateway, own, token, "Origin: http://127.0.0.1:" + gateway.port()))
                    .startsWith("HTTP/1.1 403");
            assertThat(
                            gateway.ask(gateway.request("GET", "/").replace("127.0.0.1:", "[::1]:"))
                                    .status())
                    .isEqualTo(421);
        }
    }

    @Test
    void givesEachOriginACookieOfItsOwn() {
        try (var gateway = six()) {
            var nonce = URI.create(gateway.gateway.bootAddress(Duration.ofMinutes(1)).toString());
            var answer =
                    gateway.ask(
                            "GET %s?%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
                                    .formatted(nonce.getPath(), nonce.getQuery(), gateway.port()));
            var cookie = "Cookie: " + answer.field("set-cookie").orElseThrow().split(";", 2)[0];

            assertThat(
                            gateway.ask(
                                            "GET /_proa/none HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n\r\n"
                                                    .formatted(gateway.port(), cookie))
                                    .status())
                    .isEqualTo(404);
            assertThat(onSix(gateway, "[::1]:" + gateway.port(), cookie))
                    .startsWith("HTTP/1.1 401");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void refusesAPortWhoseIpv6SideIsTaken() throws IOException {
        try (var taken = new ServerSocket(0, 1, Loopback.six())) {
            var plan =
                    TestGateway.plan()
                            .port(taken.getLocalPort())
                            .listening(new Listening(true, Optional.empty()));

            assertThatThrownBy(plan::open)
                    .isInstanceOf(ProaException.class)
                    .hasMessageContaining("[::1]");
            TestGateway.plan().port(taken.getLocalPort()).open().close();
        }
    }

    private static URI openOrigin(TestGateway gateway) {
        return URI.create(gateway.gateway.origins().getLast());
    }

    @Test
    void speaksTlsAloneWhereOthersCanReachItAndHasATokenOfItsOwn() throws IOException {
        var listening = new Listening(false, Optional.of(options("localhost", OPEN)));
        try (var upstream =
                        ScriptedUpstream.answering(
                                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                var gateway =
                        TestGateway.plan()
                                .listening(listening)
                                .route("/", upstream.port())
                                .open()) {
            var port = openOrigin(gateway).getPort();
            var host = "localhost:" + port;
            var right = "X-Proa-Token: " + OPEN.reveal();
            var ofTheRun = "X-Proa-Token: " + gateway.token.reveal();

            assertThat(secure(port, request("/", host, right)))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("ok");
            assertThat(secure(port, request("/", host, right, "Origin: https://" + host)))
                    .startsWith("HTTP/1.1 200");
            assertThat(secure(port, request("/", host, right, "Origin: http://" + host)))
                    .startsWith("HTTP/1.1 403");
            assertThat(secure(port, request("/", host, ofTheRun))).startsWith("HTTP/1.1 401");
            assertThat(secure(port, request("/", "127.0.0.1:" + port, right)))
                    .startsWith("HTTP/1.1 421");
            try (var plain = new Socket("localhost", port)) {
                assertThat(exchange(plain, request("/", host, right))).doesNotContain("HTTP/1.1");
            }
        }
    }

    @Test
    void changesItsRoutesForAllOfThemAndWaitsForTheAnswersOfAll() throws Exception {
        var asked = new CountDownLatch(2);
        var go = new CountDownLatch(1);
        var listening = new Listening(true, Optional.of(options("localhost", OPEN)));
        try (var old =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            asked.countDown();
                            try {
                                go.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            line.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold");
                        });
                var young =
                        ScriptedUpstream.answering(
                                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nnew");
                var gateway =
                        TestGateway.plan().listening(listening).route("/", old.port()).open();
                var calls = Executors.newVirtualThreadPerTaskExecutor()) {
            var port = openOrigin(gateway).getPort();
            Callable<String> onSix =
                    () -> {
                        try (var socket = new Socket(Loopback.six(), gateway.port())) {
                            var token = "X-Proa-Token: " + gateway.token.reveal();
                            return exchange(socket, request("/", "[::1]:" + gateway.port(), token));
                        }
                    };
            Callable<String> overTls =
                    () ->
                            secure(
                                    port,
                                    request(
                                            "/",
                                            "localhost:" + port,
                                            "X-Proa-Token: " + OPEN.reveal()));
            var first = calls.submit(onSix);
            var second = calls.submit(overTls);
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            var drain = gateway.gateway.route(DrainTest.to(young, "/"));

            assertThat(onSix.call()).endsWith("new");
            assertThat(overTls.call()).endsWith("new");
            assertThat(drain.await(Duration.ofMillis(100))).isFalse();
            go.countDown();
            assertThat(drain.await(Duration.ofSeconds(10))).isTrue();
            assertThat(first.get()).endsWith("old");
            assertThat(second.get()).endsWith("old");
        }
    }

    @Test
    void marksItsCookieAsSecure() throws IOException {
        var listening = new Listening(false, Optional.of(options("localhost", OPEN)));
        try (var gateway = TestGateway.plan().listening(listening).open()) {
            var port = openOrigin(gateway).getPort();
            var token = "X-Proa-Token: " + OPEN.reveal();
            var made =
                    secure(
                            port,
                            request("/_proa/boot", "localhost:" + port, token)
                                    .replace("GET", "POST")
                                    .replace("Connection", "Content-Length: 0\r\nConnection"));
            var address =
                    made.replaceAll("(?s).*\"url\":\"https://localhost:\\d+([^\"]*)\".*", "$1");
            var answer = secure(port, request(address, "localhost:" + port));

            assertThat(answer).startsWith("HTTP/1.1 303").contains("; Secure");
        }
    }

    private static String secure(int port, String request) throws IOException {
        try (var socket = TestTls.client().getSocketFactory().createSocket("localhost", port)) {
            return exchange(socket, request);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0,         every address",
        "no-such.invalid, not known",
    })
    void refusesAnAddressThatIsNoHost(String address, String says) {
        assertThatThrownBy(() -> options(address, OPEN))
                .isInstanceOf(ProaException.class)
                .hasMessageContaining(says);
    }

    @Test
    void refusesAShortTokenAndFilesThatCannotBeUsed() {
        var pem = TestTls.file("right.pem");

        assertThatThrownBy(() -> options("127.0.0.1", Secret.of("31-bytes-are-not-enough-for-it-")))
                .isInstanceOf(ProaException.class)
                .hasMessageContaining("32 bytes");
        var listen = new ListenOptions("127.0.0.1", 0, pem, Path.of("/nowhere.key"), OPEN);
        var plan = TestGateway.plan().listening(new Listening(false, Optional.of(listen)));
        assertThatThrownBy(plan::open)
                .isInstanceOf(ProaException.class)
                .hasMessageContaining("/nowhere.key");
    }
}
