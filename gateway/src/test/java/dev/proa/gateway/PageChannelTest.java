package dev.proa.gateway;

import static dev.proa.gateway.PageSocketClient.BINARY;
import static dev.proa.gateway.PageSocketClient.CLOSE;
import static dev.proa.gateway.PageSocketClient.CONTINUATION;
import static dev.proa.gateway.PageSocketClient.FIN;
import static dev.proa.gateway.PageSocketClient.PING;
import static dev.proa.gateway.PageSocketClient.PONG;
import static dev.proa.gateway.PageSocketClient.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("StringConcatToTextBlock") // JSON reads better on one line
class PageChannelTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ChannelEvent event(String data) {
        return new ChannelEvent(Optional.empty(), Optional.empty(), "tick", bytes(data));
    }

    private static void publish(TestGateway gateway, int count, int size) {
        for (var i = 0; i < count; i++) {
            gateway.gateway.channel().publish(List.of(event("\"" + "x".repeat(size) + "\"")));
        }
    }

    @Test
    void greetsThenSendsBatchesInOrder() {
        try (var gateway = TestGateway.plan().generation(41).open();
                var page = PageSocketClient.open(gateway)) {
            assertThat(page.text())
                    .matches(
                            "\\{\"t\":\"hello\",\"g\":41,\"client\":\"[-0-9a-f]{36}\","
                                    + "\"heartbeat_ms\":15000}");

            gateway.gateway
                    .channel()
                    .publish(
                            List.of(
                                    new ChannelEvent(
                                            Optional.of("e\"1"),
                                            Optional.of("s1"),
                                            "message",
                                            bytes("{\"a\":1}")),
                                    event("2")));
            publish(gateway, 1, 1);

            assertThat(page.text())
                    .matches(
                            "\\{\"t\":\"batch\",\"g\":41,\"s\":1,\"at\":\"[^\"]+Z\",\"e\":\\["
                                    + "\\{\"id\":\"e\\\\\"1\",\"scope\":\"s1\",\"type\":\"message\","
                                    + "\"data\":\\{\"a\":1},\"n\":1},"
                                    + "\\{\"type\":\"tick\",\"data\":2,\"n\":1}]}");
            assertThat(page.batch()).isEqualTo(2);
        }
    }

    @Test
    void givesAReturningPageExactlyWhatItMissed() {
        try (var gateway = TestGateway.plan().generation(3).open()) {
            publish(gateway, 5, 1);
            try (var page = PageSocketClient.open(gateway)) {
                page.text();
                page.say("{\"t\":\"resume\",\"g\":3,\"s\":2}");

                assertThat(page.batch()).isEqualTo(3);
                assertThat(page.batch()).isEqualTo(4);
                assertThat(page.batch()).isEqualTo(5);
                publish(gateway, 1, 1);
                assertThat(page.batch()).isEqualTo(6);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 1, restart", "3, 99, gap", "3, -1, gap", "3, 1, gap"})
    void tellsAReturningPageWhenItIsTooLate(long generation, long number, String cause) {
        try (var gateway = TestGateway.plan().generation(3).open()) {
            // 5 MiB: the first one has made room.
            publish(gateway, 5, 1024 * 1024);
            try (var page = PageSocketClient.open(gateway)) {
                page.text();
                page.say("{\"t\":\"resume\",\"g\":%d,\"s\":%d}".formatted(generation, number - 1));

                assertThat(page.text())
                        .startsWith("{\"t\":\"resync\",\"g\":3,\"cause\":\"" + cause + "\"");
                publish(gateway, 1, 1);
                assertThat(page.batch()).isEqualTo(6);
            }
        }
    }

    @Test
    void stopsAt1MbUnacknowledgedAndGoesOnAfterwards() {
        try (var gateway = TestGateway.plan().open();
                var page = PageSocketClient.open(gateway)) {
            page.text();
            publish(gateway, 20, 100_000);
            for (var s = 1; s <= 11; s++) {
                assertThat(page.batch()).isEqualTo(s);
            }
            Await.until(
                    "everything sent to be counted",
                    () -> gateway.gateway.channel().statistics().unackedBytes() > 1024 * 1024);

            page.frame(FIN | PING, bytes("still?"));
            assertThat(page.next().opcode()).isEqualTo(PONG);
            page.say("{\"t\":\"ack\",\"g\":7,\"s\":11}");

            for (var s = 12; s <= 20; s++) {
                assertThat(page.batch()).isEqualTo(s);
            }
        }
    }

    @Test
    void tellsAPageHowManyEventsItMissedWhenTheRingHasMovedOn() {
        try (var gateway = TestGateway.plan().open();
                var page = PageSocketClient.open(gateway)) {
            page.text();
            publish(gateway, 11, 100_000);
            for (var s = 1; s <= 11; s++) {
                assertThat(page.batch()).isEqualTo(s);
            }
            publish(gateway, 49, 100_000);

            page.say("{\"t\":\"ack\",\"g\":7,\"s\":11}");

            assertThat(page.text())
                    .isEqualTo("{\"t\":\"resync\",\"g\":7,\"cause\":\"overflow\",\"dropped\":49}");
            assertThat(gateway.gateway.channel().statistics().dropped()).isEqualTo(49);
            publish(gateway, 1, 1);
            assertThat(page.batch()).isEqualTo(61);
        }
    }

    @Test
    void hearsWhatPagesSay() {
        try (var gateway = TestGateway.plan().open();
                var page = PageSocketClient.open(gateway)) {
            var client = page.text().replaceFirst(".*\"client\":\"([^\"]+)\".*", "$1");
            page.say("{\"t\":\"ready\",\"path\":\"/x\"}")
                    .say("{\"t\":\"active\",\"scope\":\"s1\"}")
                    .say("{\"t\":\"active\",\"scope\":null}")
                    .say("{\"t\":\"visible\",\"v\":false}")
                    .say("{\"t\":\"unknown\"}")
                    .say("[1]")
                    .say("{\"t\":\"resync\",\"scope\":\"s2\"}");
            page.frame(FIN | CLOSE, new byte[] {3, (byte) 232});

            assertThat(page.next().closeCode()).isEqualTo(1000);
            Await.until("the page to be gone", () -> gateway.heard.size() == 6);
            assertThat(gateway.heard)
                    .containsExactly(
                            new PageMessage.Ready(
                                    client, "test", "{\"t\":\"ready\",\"path\":\"/x\"}"),
                            new PageMessage.Active(client, Optional.of("s1")),
                            new PageMessage.Active(client, Optional.empty()),
                            new PageMessage.Visible(client, false),
                            new PageMessage.Resync(client, Optional.of("s2")),
                            new PageMessage.Gone(client));
        }
    }

    @Test
    void refusesMoreThan256IntentsThatNoPageHasTaken() {
        try (var gateway = TestGateway.plan().open()) {
            var channel = gateway.gateway.channel();
            for (int i = 0; i < 256; i++) {
                assertThat(channel.intent("navigate", bytes("{}"))).isPresent();
            }

            assertThat(channel.intent("navigate", bytes("{}"))).isEmpty();
        }
    }

    @Test
    void repeatsAnIntentToEveryPageUntilItIsDone() {
        try (var gateway = TestGateway.plan().open();
                var first = PageSocketClient.open(gateway)) {
            first.text();
            var id =
                    gateway.gateway
                            .channel()
                            .intent("navigate", bytes("{\"to\":\"/x\"}"))
                            .orElseThrow();
            var intent =
                    "{\"t\":\"intent\",\"id\":\"%s\",\"kind\":\"navigate\",\"data\":{\"to\":\"/x\"}}"
                            .formatted(id);
            assertThat(first.text()).isEqualTo(intent);
            try (var second = PageSocketClient.open(gateway)) {
                second.text();
                assertThat(second.text()).isEqualTo(intent);
                second.say("{\"t\":\"done\",\"id\":\"" + id + "\"}");
                Await.until("it to be done", () -> gateway.heard.size() == 1);
            }
            try (var third = PageSocketClient.open(gateway)) {
                third.text();
                publish(gateway, 1, 1);
                assertThat(third.batch()).isEqualTo(1);
            }
        }
    }

    @Test
    void tellsANewPageHowItStandsWithUpstreams() {
        try (var gateway = TestGateway.plan().open()) {
            gateway.gateway.channel().status("backend:/events", "retrying", 2, Optional.empty());
            gateway.gateway.channel().status("backend:/events", "connected", 0, Optional.empty());
            try (var page = PageSocketClient.open(gateway)) {
                page.text();

                assertThat(page.text())
                        .isEqualTo(
                                "{\"t\":\"status\",\"upstream\":\"backend:/events\","
                                        + "\"state\":\"connected\",\"attempt\":0,\"next_at\":null}");
            }
        }
    }

    @Test
    void readsFragmentsWithControlFramesInBetween() {
        try (var gateway = TestGateway.plan().open();
                var page = PageSocketClient.open(gateway)) {
            page.text();
            page.frame(TEXT, bytes("{\"t\":\"active\","))
                    .frame(FIN | PING, bytes("a"))
                    .frame(CONTINUATION, bytes("\"scope\":\""))
                    // An umlaut in two halves.
                    .frame(CONTINUATION, new byte[] {(byte) 0xc3})
                    .frame(FIN | CONTINUATION, new byte[] {(byte) 0xa4, '"', '}'});

            assertThat(page.next().text()).isEqualTo("a");
            Await.until("the message to be heard", () -> gateway.heard.size() == 1);
            assertThat(gateway.heard.getFirst())
                    .isInstanceOfSatisfying(
                            PageMessage.Active.class,
                            active -> assertThat(active.scope()).contains("ä"));
        }
    }

    static List<Arguments> violations() {
        var mib = new byte[1024 * 1024];
        return List.of(
                Arguments.of("no JSON", 1007, FIN | TEXT, bytes("hello"), true),
                Arguments.of("JSON and more", 1007, FIN | TEXT, bytes("{} x"), true),
                Arguments.of("no UTF-8", 1007, FIN | TEXT, new byte[] {(byte) 0xff}, true),
                Arguments.of(
                        "a surrogate",
                        1007,
                        FIN | TEXT,
                        new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                        true),
                Arguments.of("binary", 1003, FIN | BINARY, bytes("{}"), true),
                Arguments.of("over 1 MiB", 1009, FIN | TEXT, new byte[mib.length + 1], true),
                Arguments.of("an unmasked frame", 1002, FIN | TEXT, bytes("{}"), false),
                Arguments.of("a reserved bit", 1002, FIN | 0x40 | TEXT, bytes("{}"), true),
                Arguments.of("a reserved opcode", 1002, FIN | 3, bytes("{}"), true),
                Arguments.of(
                        "a continuation of nothing", 1002, FIN | CONTINUATION, bytes("{}"), true),
                Arguments.of("a ping in fragments", 1002, PING, bytes("{}"), true),
                Arguments.of("a ping of 126 bytes", 1002, FIN | PING, new byte[126], true),
                Arguments.of("a close of one byte", 1002, FIN | CLOSE, new byte[1], true),
                Arguments.of(
                        "a close with code 1005",
                        1002,
                        FIN | CLOSE,
                        new byte[] {3, (byte) 237},
                        true));
    }

    @ParameterizedTest(name = "{0} closes with {1}")
    @MethodSource("violations")
    void closesOn(String name, int code, int first, byte[] payload, boolean masked) {
        try (var gateway = TestGateway.plan().open();
                var page = PageSocketClient.open(gateway)) {
            page.text();
            page.frame(first, payload, masked);

            var close = page.next();

            assertThat(close.opcode()).as(name).isEqualTo(CLOSE);
            assertThat(close.closeCode()).isEqualTo(code);
            assertThat(page.rest()).isEmpty();
        }
    }

    @Test
    void closesOnFragmentsOver1Mib() {
        try (var gateway = TestGateway.plan().open();
                var page = PageSocketClient.open(gateway)) {
            page.text();
            page.frame(TEXT, new byte[1024 * 1024]).frame(FIN | CONTINUATION, new byte[1]);

            assertThat(page.next().closeCode()).isEqualTo(1009);
        }
    }

    static List<Arguments> handshakes() {
        return List.of(
                Arguments.of(101, "A: b", ""),
                Arguments.of(101, "Sec-WebSocket-Protocol: other, proa.v1", "proa.v1"),
                Arguments.of(400, "Sec-WebSocket-Protocol: other", ""),
                Arguments.of(400, "Sec-WebSocket-Key: again", ""),
                Arguments.of(426, "Sec-WebSocket-Version: 8", ""));
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void shakesHandsOnlyForProaV1(int status, String more, String protocol) {
        try (var gateway = TestGateway.plan().open()) {
            var fields = PageSocketClient.handshake(gateway, more);

            var answer = gateway.ask(gateway.request("GET", "/_proa/channel", fields));

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field("sec-websocket-protocol").orElse("")).isEqualTo(protocol);
            if (status == 101) {
                // The example of RFC 6455 section 1.3.
                assertThat(answer.field("sec-websocket-accept"))
                        .contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            }
        }
    }

    @Test
    void carriesTheSameMessagesAsAnEventStreamThatResumes() {
        try (var gateway = TestGateway.plan().generation(3).open();
                var first = gateway.connect();
                var second = gateway.connect()) {
            first.send(gateway.request("GET", "/_proa/events"));
            while (!first.line().isEmpty()) {
                assertThat(gateway.heard).isEmpty();
            }
            assertThat(new String(first.chunk(), StandardCharsets.UTF_8))
                    .startsWith("event: hello\nid: 3-0\ndata: {\"t\":\"hello\",\"g\":3,");
            gateway.gateway.channel().publish(List.of(event("{\n\"a\":1}")));
            assertThat(new String(first.chunk(), StandardCharsets.UTF_8))
                    .startsWith("event: batch\nid: 3-1\ndata: {\"t\":\"batch\",\"g\":3,\"s\":1,")
                    .endsWith("\"data\":{\ndata: \"a\":1},\"n\":1}]}\n\n");
            publish(gateway, 2, 1);

            second.send(gateway.request("GET", "/_proa/events", "Last-Event-ID: 3-1"));
            while (!second.line().isEmpty()) {
                assertThat(gateway.heard).isEmpty();
            }
            assertThat(second.chunk()).asString().startsWith("event: hello\nid: 3-1\n");
            assertThat(second.chunk()).asString().startsWith("event: batch\nid: 3-2\n");
            assertThat(second.chunk()).asString().startsWith("event: batch\nid: 3-3\n");
        }
    }

    @Test
    void closesAPageThatDoesNotAnswerPings() {
        try (var gateway = TestGateway.plan().heartbeat(java.time.Duration.ofMillis(50)).open();
                var page = PageSocketClient.open(gateway)) {
            page.text();

            assertThat(page.any().opcode()).isEqualTo(PING);
            assertThat(page.any().opcode()).isEqualTo(PING);
            assertThat(page.rest()).isEmpty();
        }
    }

    @Test
    void saysGoodbyeWhenTheRuntimeEnds() {
        try (var gateway = TestGateway.plan().open();
                var page = PageSocketClient.open(gateway)) {
            page.text();

            gateway.end();

            assertThat(page.next().closeCode()).isEqualTo(1001);
        }
    }
}
