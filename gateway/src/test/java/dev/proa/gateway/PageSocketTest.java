package dev.proa.gateway;

import static dev.proa.gateway.PageSocketClient.BINARY;
import static dev.proa.gateway.PageSocketClient.CLOSE;
import static dev.proa.gateway.PageSocketClient.CONTINUATION;
import static dev.proa.gateway.PageSocketClient.FIN;
import static dev.proa.gateway.PageSocketClient.PING;
import static dev.proa.gateway.PageSocketClient.PONG;
import static dev.proa.gateway.PageSocketClient.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page channel as a strict RFC 6455 server, beside what {@link PageChannelTest} tries. */
class PageSocketTest {
    private static final byte[] SEEN =
            "{\"t\":\"visible\",\"v\":true}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SIGNS =
            "{\"t\":\"\u00e4\u20ac\ud83d\ude00\"}".getBytes(StandardCharsets.UTF_8);

    private static PageSocketClient open(TestGateway gateway) {
        var page = PageSocketClient.open(gateway);
        page.text();
        return page;
    }

    private static void stillAnswers(PageSocketClient page) {
        page.frame(FIN | PING, new byte[] {42});
        var answer = page.next();
        assertThat(answer.opcode()).as(answer.text()).isEqualTo(PONG);
        assertThat(answer.payload()).containsExactly(42);
    }

    private static void closes(PageSocketClient page, int code) {
        var close = page.next();
        assertThat(close.opcode()).isEqualTo(CLOSE);
        assertThat(close.closeCode()).isEqualTo(code);
        assertThat(page.rest()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125})
    void answersAPingWithItsBytes(int length) {
        try (var gateway = TestGateway.plan().open();
                var page = open(gateway)) {
            var payload = new byte[length];
            Arrays.fill(payload, (byte) 0xfe);

            var answer = page.frame(FIN | PING, payload).next();

            assertThat(answer.opcode()).isEqualTo(PONG);
            assertThat(answer.payload()).isEqualTo(payload);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {PING, PONG})
    void readsAMessageWhateverPiecesAndControlFramesItComesIn(int control) {
        try (var gateway = TestGateway.plan().open();
                var page = open(gateway)) {
            for (var at = 1; at < SIGNS.length; at++) {
                page.frame(TEXT, Arrays.copyOf(SIGNS, at));
                page.frame(FIN | control, new byte[] {(byte) 0xff, (byte) 0xc3});
                page.frame(CONTINUATION, new byte[0]);
                page.frame(FIN | CONTINUATION, Arrays.copyOfRange(SIGNS, at, SIGNS.length));
                if (control == PING) {
                    assertThat(page.next().opcode()).isEqualTo(PONG);
                }
            }

            stillAnswers(page);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ff",
                "c0af",
                "eda080",
                "f4908080",
                "e282",
                "80",
                "e080af",
                "f08080af",
                "f888808080",
                "c3",
                "fe"
            })
    void closesOnWhatIsNotUtf8EvenByteByByte(String hex) {
        var bytes = new ByteArrayOutputStream();
        bytes.write('"');
        bytes.writeBytes(HexFormat.of().parseHex(hex));
        bytes.write('"');
        var text = bytes.toByteArray();
        try (var gateway = TestGateway.plan().open();
                var whole = open(gateway);
                var pieces = open(gateway)) {
            closes(whole.frame(FIN | TEXT, text), 1007);

            pieces.frame(TEXT, new byte[0]);
            for (var i = 0; i < text.length; i++) {
                var last = i == text.length - 1 ? FIN : 0;
                pieces.tryFrame(last | CONTINUATION, new byte[] {text[i]});
            }
            closes(pieces, 1007);
        }
    }

    static List<Arguments> violations() {
        var seen = HexFormat.of().formatHex(SEEN);
        return List.of(
                Arguments.of("a message within a message", "018000000000818000000000"),
                Arguments.of("binary within a message", "018000000000828000000000"),
                Arguments.of(
                        "a continuation after the end",
                        "01810000000031" + "80810000000032" + "808000000000"),
                Arguments.of("a close in fragments", "088000000000"),
                Arguments.of("a pong in fragments", "0a8000000000"),
                Arguments.of("an unmasked ping", "8900"),
                Arguments.of("an unmasked close", "880203e8"),
                Arguments.of("a pong of 126 bytes", "8afe007e00000000" + "00".repeat(126)),
                Arguments.of("a close of 126 bytes", "88fe007e00000000" + "00".repeat(126)),
                Arguments.of("a length of 16 bits that fits 7", "81fe001800000000" + seen),
                Arguments.of(
                        "a length of 64 bits that fits 16", "81ff000000000000001800000000" + seen),
                Arguments.of("a length with its highest bit", "81ff800000000000000000000000"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void closesWith1002On(String name, String hex) {
        try (var gateway = TestGateway.plan().open();
                var page = open(gateway)) {
            page.raw(HexFormat.of().parseHex(hex));

            closes(page, 1002);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    void closesOnReservedOpcodesAndOnEachReservedBit(int opcode) {
        try (var gateway = TestGateway.plan().open();
                var page = open(gateway);
                var other = open(gateway)) {
            closes(page.frame(FIN | opcode, SEEN), 1002);
            var bits = (opcode % 7 + 1) << 4;
            closes(other.frame(FIN | bits | TEXT, SEEN), 1002);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1000", "1001, 1001", "1002, 1002", "1003, 1003", "1007, 1007", "1008, 1008",
        "1009, 1009", "1010, 1010", "1011, 1011", "1012, 1012", "1013, 1013", "1014, 1014",
        "3000, 3000", "4999, 4999", "0, 1002", "1, 1002", "999, 1002", "1004, 1002",
        "1005, 1002", "1006, 1002", "1015, 1002", "1016, 1002", "2000, 1002", "2999, 1002",
        "5000, 1002", "65535, 1002"
    })
    void answersACloseWithItsCodeIfThereIsSuchAOne(int code, int answer) {
        try (var gateway = TestGateway.plan().open();
                var page = open(gateway)) {
            var payload = new byte[] {(byte) (code >> 8), (byte) code, 'b', 'y', 'e'};

            closes(page.frame(FIN | CLOSE, payload), answer);
        }
    }

    @Test
    void answersACloseWithoutACodeByOneWithout() {
        try (var gateway = TestGateway.plan().open();
                var page = open(gateway)) {
            var close = page.frame(FIN | CLOSE, new byte[0]).next();

            assertThat(close.opcode()).isEqualTo(CLOSE);
            assertThat(close.payload()).isEmpty();
            assertThat(page.rest()).isEmpty();
        }
    }

    @Test
    void closesWith1007OnAReasonThatIsNotUtf8() {
        try (var gateway = TestGateway.plan().open();
                var page = open(gateway)) {
            closes(page.frame(FIN | CLOSE, new byte[] {3, (byte) 0xe8, (byte) 0xff}), 1007);
        }
    }

    /** What comes after the close must not reset the connection before the answer is read. */
    @Test
    void answersACloseThatMoreFollows() {
        try (var gateway = TestGateway.plan().open();
                var page = open(gateway)) {
            page.frame(TEXT, new byte[] {'{'});
            page.frame(FIN | CLOSE, new byte[] {3, (byte) 0xe8});
            page.tryFrame(FIN | BINARY, new byte[900_000]);

            closes(page, 1000);
            assertThat(page.wasReset()).isFalse();
        }
    }

    @Test
    void takesAMessageOf1MibAndNoByteMore() {
        try (var gateway = TestGateway.plan().open();
                var page = open(gateway);
                var other = open(gateway)) {
            var longest = "\"" + "a".repeat(1024 * 1024 - 2) + "\"";

            page.say(longest);
            stillAnswers(page);
            other.say(longest + " ");
            closes(other, 1009);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"t\":\"ack\",\"g\":7,\"s\":1e999999999}",
                "{\"t\":\"resume\",\"g\":7,\"s\":123456789012345678901234567890}",
                "{\"t\":5}",
                "{\"t\":null,\"t\":\"x\"}",
                "null",
                " [1] "
            })
    void bearsAnyJson(String json) {
        try (var gateway = TestGateway.plan().open();
                var page = open(gateway)) {
            page.say(json);
            page.frame(FIN | PING, new byte[] {42});

            for (var answer = page.next(); answer.opcode() != PONG; answer = page.next()) {
                assertThat(answer.text()).startsWith("{\"t\":\"resync\"");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}{}", "NaN", "{\"a\":1,}", "{} //", "\ufeff{}", "'a'"})
    void closesWith1007OnWhatIsNotJson(String text) {
        try (var gateway = TestGateway.plan().open();
                var page = open(gateway)) {
            closes(page.say(text), 1007);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "101, Upgrade, 'WebSocket'",
        "101, Upgrade, 'foo, websocket'",
        "101, Connection, 'keep-alive , UPGRADE'",
        "101, Sec-WebSocket-Extensions, permessage-deflate",
        "426, Upgrade, h2c",
        "426, Connection, close",
        "426, Sec-WebSocket-Version, 8",
        "426, Sec-WebSocket-Version, ''",
        "426, Sec-WebSocket-Version, '13, 8'",
        "400, Sec-WebSocket-Key, ''",
        "400, Sec-WebSocket-Key, AAAA",
        "400, Sec-WebSocket-Key, '!!!!!!!!!!!!!!!!!!!!!!=='",
        "400, Sec-WebSocket-Key, AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        "400, Content-Length, 6",
        "400, Transfer-Encoding, chunked"
    })
    void shakesHandsByTheLetter(int status, String name, String value) {
        try (var gateway = TestGateway.plan().open()) {
            var fields = PageSocketClient.handshake(gateway, name + ": " + value);
            var kept =
                    Arrays.stream(fields)
                            .filter(line -> line.endsWith(": " + value) || !named(line, name))
                            .toArray(String[]::new);

            var answer = gateway.ask(gateway.request("GET", "/_proa/channel", kept));

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field("sec-websocket-extensions")).isEmpty();
        }
    }

    private static boolean named(String line, String name) {
        return line.startsWith(name + ": ");
    }
}
