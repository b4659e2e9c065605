package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class DevelopmentPageTest {
    private static final String DOCUMENT =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\npage";

    private static TestGateway before(int port) {
        var source =
                new PageSource.DevServer(
                        URI.create("http://127.0.0.1:" + port),
                        PagePolicy.PLAIN,
                        "<p>waiting".getBytes(StandardCharsets.UTF_8));
        return TestGateway.plan().page(source).open();
    }

    @Test
    void asksTheServerAsItsOwnPageWould() {
        var heads = new java.util.concurrent.LinkedBlockingQueue<String>();
        try (var server =
                        ScriptedUpstream.playing(line -> {
                            heads.add(line.head());
                            line.send(DOCUMENT);
                        });
                var gateway = before(server.port())) {
            var own = "http://127.0.0.1:" + gateway.port();

            var answer =
                    gateway.ask(
                            gateway.request(
                                    "GET",
                                    "/src/main.ts?t=1",
                                    "Origin: " + own,
                                    "Cookie: a=b; proa_1=c"));

            assertThat(answer.text()).isEqualTo("page");
            var authority = "127.0.0.1:" + server.port();
            assertThat(heads.remove().lines())
                    .contains(
                            "GET /src/main.ts?t=1 HTTP/1.1",
                            "host: " + authority,
                            "origin: http://" + authority,
                            "X-Forwarded-Host: " + authority,
                            "cookie: a=b")
                    .noneMatch(line -> line.contains(gateway.token.reveal()))
                    .noneMatch(line -> line.contains(":" + gateway.port()));
            assertThat(answer.field("content-security-policy"))
                    .hasValueSatisfying(policy ->
                            assertThat(policy)
                                    .contains(
                                            "frame-ancestors 'none'",
                                            "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
                                            "connect-src 'self' ws://127.0.0.1:" + gateway.port()));
        }
    }

    @Test
    void carriesTheServersWebSocket() {
        try (var server =
                        ScriptedUpstream.playing(line -> {
                            assertThat(line.head()).contains("vite-hmr");
                            line.send(
                                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                            + "Connection: Upgrade\r\nSec-WebSocket-Accept: x\r\n"
                                            + "Sec-WebSocket-Protocol: vite-hmr\r\n\r\nhello");
                            line.rest();
                        });
                var gateway = before(server.port());
                var client = gateway.connect()) {
            client.send(
                    gateway.request(
                            "GET",
                            "/?token=x",
                            "Upgrade: websocket",
                            "Connection: Upgrade",
                            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Protocol: vite-hmr"));

            var answer = client.answer();

            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.field("sec-websocket-protocol")).contains("vite-hmr");
            assertThat(new String(client.bytes(5), StandardCharsets.UTF_8)).isEqualTo("hello");
        }
    }

    @Test
    void saysWhatIsWaitedForWhileNobodyAnswers() {
        var gone = ScriptedUpstream.answering(DOCUMENT);
        gone.close();
        try (var gateway = before(gone.port())) {
            var page = gateway.ask(gateway.request("GET", "/", "Accept: text/html"));
            var data = gateway.ask(gateway.request("GET", "/main.js", "Accept: */*"));

            assertThat(page.status()).isEqualTo(503);
            assertThat(page.text()).isEqualTo("<p>waiting");
            assertThat(page.field("retry-after")).contains("1");
            assertThat(page.field("content-security-policy")).contains(ContentPolicy.PLAIN);
            assertThat(data.status()).isEqualTo(503);
            assertThat(data.field("content-type")).contains("application/problem+json");
        }
    }

    @Test
    void leavesItsOwnSpaceAndTheRoutesAlone() {
        try (var server = ScriptedUpstream.answering(DOCUMENT);
                var gateway = before(server.port())) {
            assertThat(gateway.ask(gateway.request("GET", "/_proa/nothing")).status())
                    .isEqualTo(404);
            assertThat(server.heads()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1:1",
                "http://192.168.1.5:5173",
                "http://[::1]:5173",
                "http://127.0.0.1:5173/app",
                "http://u@127.0.0.1:5173",
                "/x"
            })
    void takesOnlyAServerOnThisMachine(String address) {
        assertThatThrownBy(() ->
                        new PageSource.DevServer(
                                URI.create(address), PagePolicy.PLAIN, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
