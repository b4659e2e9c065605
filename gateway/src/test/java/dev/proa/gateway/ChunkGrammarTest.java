package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChunkGrammarTest {
    static List<String> sound() {
        return List.of(
                "0\r\n\r\n",
                "3\r\nabc\r\n0\r\n\r\n",
                "00A\r\n0123456789\r\n000\r\n\r\n",
                "e\r\n\r\n0\r\n\r\n0123456\r\n0\r\n\r\n",
                "3;a\r\nabc\r\n0;b=c\r\n\r\n",
                "3 ; a = \"b;c\"\r\nabc\r\n0\r\n\r\n",
                "3;" + "a".repeat(ChunkGrammar.MAX_SIZE_LINE - 2) + "\r\nabc\r\n0\r\n\r\n",
                "0\r\nA: b\r\nC:\r\n\r\n",
                "0\r\nA: \u00e4\t\r\n\r\n",
                "0\r\n" + "A: b\r\n".repeat(100) + "\r\n",
                "3\r\nabc\r\n0\r\n\r\nGET / HTTP/1.1\n",
                "3\r\nabc\r\n");
    }

    static List<String> broken() {
        return List.of(
                "\r\n",
                ";a\r\n",
                " 3\r\n",
                "3 \r\n",
                "3\t\r\n",
                "3 3\r\n",
                "0x3\r\n",
                "+3\r\n",
                "-3\r\n",
                "3_0\r\n",
                "3g\r\n",
                "\uff13\r\n",
                "1000000000000000\r\n",
                "3\n",
                "3\r\r\n",
                "3\0\r\n",
                "3;a=\n",
                "3;a=\rb",
                "3;a=\0\r\n",
                "3;\u007f\r\n",
                "3;" + "a".repeat(ChunkGrammar.MAX_SIZE_LINE + 1),
                "3\r\nabcd",
                "3\r\nabc\n",
                "3\r\nabc\r0",
                "3\r\nab\r\n0\r\n\r\n",
                "0\n",
                "0\r\n\n",
                "0\r\n\rA",
                "0\r\n A: b\r\n",
                "0\r\nA: b\r\n c\r\n",
                "0\r\nA : b\r\n",
                "0\r\nA b\r\n",
                "0\r\nA\r\n",
                "0\r\n: b\r\n",
                "0\r\nA: b\n",
                "0\r\nA: b\rC",
                "0\r\nA: \0",
                "0\r\nGET / HTTP/1.1\r\n",
                "0\r\n" + "A: b\r\n".repeat(101),
                "0\r\nA: " + "b".repeat(ChunkGrammar.MAX_TRAILERS));
    }

    @ParameterizedTest
    @MethodSource("sound")
    void acceptsInOnePieceAndByteByByte(String body) {
        assertThat(whole(body)).isEmpty();
        assertThat(byteByByte(body)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("broken")
    void refusesInOnePieceAndByteByByte(String body) {
        assertThat(whole(body)).isNotEmpty();
        assertThat(byteByByte(body)).isNotEmpty();
    }

    private static String whole(String body) {
        return new ChunkGrammar().check(Unpooled.wrappedBuffer(bytes(body)));
    }

    /** As a decoder does that takes now one byte and now none of what is there. */
    private static String byteByByte(String body) {
        var grammar = new ChunkGrammar();
        var in = Unpooled.buffer();
        for (var b : bytes(body)) {
            in.writeByte(b);
            var fault = grammar.check(in);
            if (!fault.isEmpty()) {
                return fault;
            }
            if (in.readableBytes() % 3 == 0) {
                in.skipBytes(2);
                grammar.decoded(2);
            }
        }
        return "";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
