package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class HostileUpstreamTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\n";

    static List<Arguments> heads() {
        return List.of(
                Arguments.of(
                        "length and chunks",
                        HEAD
                                + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
                Arguments.of(
                        "two lengths", HEAD + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok"),
                Arguments.of(
                        "two equal lengths",
                        HEAD + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok"),
                Arguments.of("a signed length", HEAD + "Content-Length: +2\r\n\r\nok"),
                Arguments.of("an unknown coding", HEAD + "Transfer-Encoding: gzip\r\n\r\nok"),
                Arguments.of("no colon", HEAD + "Content-Length 2\r\n\r\nok"),
                Arguments.of("a space before the colon", HEAD + "Content-Length : 2\r\n\r\nok"),
                Arguments.of("a folded line", HEAD + "A: b\r\n c\r\nContent-Length: 2\r\n\r\nok"),
                Arguments.of("a bare LF", HEAD + "A: b\nContent-Length: 2\r\n\r\nok"),
                Arguments.of("a bare CR", HEAD + "A: b\rc\r\nContent-Length: 2\r\n\r\nok"),
                Arguments.of("NUL", HEAD + "A: b\0c\r\nContent-Length: 2\r\n\r\nok"),
                Arguments.of("no HTTP", "hello\r\n\r\n"),
                Arguments.of("HTTP/2", "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok"),
                Arguments.of(
                        "a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok"),
                Arguments.of("status 099", "HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok"),
                Arguments.of(
                        "101 without request",
                        "HTTP/1.1 101 Go\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"),
                Arguments.of("only interim answers", "HTTP/1.1 102 Wait\r\n\r\n".repeat(20)),
                Arguments.of("nothing", ""),
                Arguments.of("half a head", HEAD + "Content-Le"),
                Arguments.of("101 fields", HEAD + "A: b\r\n".repeat(101) + "\r\n"),
                Arguments.of("64 KiB in one field", HEAD + "A: " + "b".repeat(65_536) + "\r\n\r\n"),
                Arguments.of(
                        "10 MiB of fields",
                        HEAD + ("A: " + "b".repeat(1000) + "\r\n").repeat(10_000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heads")
    void answers502InsteadOf(String name, String answer) {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(answer);
                            if (!answer.isEmpty() && !answer.endsWith("Content-Le")) {
                                line.rest();
                            }
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            assertThat(client.ask(gateway.request("GET", "/")).status()).as(name).isEqualTo(502);
            upstream.ended();
            assertThat(upstream.heads()).isEqualTo(1);
        }
    }

    static List<Arguments> bodies() {
        var chunked = HEAD + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n";
        return List.of(
                Arguments.of("a short body", HEAD + "Content-Length: 5\r\n\r\nok"),
                Arguments.of("no last chunk", chunked),
                Arguments.of("a size that is none", chunked + "xyz\r\nno"),
                Arguments.of("0x", chunked + "0x3\r\nno!\r\n0\r\n\r\n"),
                Arguments.of("a signed size", chunked + "+3\r\nno!\r\n0\r\n\r\n"),
                Arguments.of("a huge size", chunked + "1000000000000000\r\nno!\r\n0\r\n\r\n"),
                Arguments.of("LF in an extension", chunked + "3;a=\n\r\nno!\r\n0\r\n\r\n"),
                Arguments.of("no line end after a chunk", chunked + "3\r\nno!!\r\n0\r\n\r\n"),
                Arguments.of("a blank after a size", chunked + "3 \r\nno!\r\n0\r\n\r\n"),
                Arguments.of("lines that end with LF", chunked + "3\nno!\n0\n\n"),
                Arguments.of("a folded trailer", chunked + "0\r\nA: b\r\n c\r\n\r\n"),
                Arguments.of("NUL in a trailer", chunked + "0\r\nA: \0\r\n\r\n"),
                Arguments.of("an answer as trailer", chunked + "0\r\n" + HEAD + "\r\n"),
                Arguments.of("101 trailers", chunked + "0\r\n" + "A: b\r\n".repeat(101) + "\r\n"),
                Arguments.of("half a trailer", chunked + "0\r\nX-A: b"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void breaksOffRatherThanEndCleanlyAfter(String name, String answer) {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(answer);
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            client.send(gateway.request("GET", "/"));
            var got = new String(client.rest(), StandardCharsets.ISO_8859_1);

            assertThat(got)
                    .as(name)
                    .satisfiesAnyOf(
                            text -> assertThat(text).startsWith("HTTP/1.1 502"),
                            text ->
                                    assertThat(text)
                                            .startsWith("HTTP/1.1 200")
                                            .doesNotEndWith("0\r\n\r\n"));
            assertThat(upstream.heads()).isEqualTo(1);
        }
    }

    @org.junit.jupiter.api.Test
    void neverUsesAConnectionAgainThatSaidMoreThanItsAnswer() {
        try (var upstream =
                        ScriptedUpstream.playing(line -> {
                            line.head();
                            line.send(
                                    HEAD
                                            + "Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
                            line.rest();
                        });
                var gateway = TestGateway.plan().route("/", upstream.port()).open();
                var client = gateway.connect()) {
            assertThat(client.ask(gateway.request("GET", "/")).text()).isEqualTo("ok");
            assertThat(client.ask(gateway.request("GET", "/")).text()).isEqualTo("ok");
            assertThat(upstream.connections()).isEqualTo(2);
        }
    }
}
