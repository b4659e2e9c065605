package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Redaction;
import dev.proa.core.Secret;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person sees of a line. */
class LogTextTest {
    private static String shown(String text) {
        var raw = text.getBytes(StandardCharsets.UTF_8);
        return LogText.shown(raw, raw.length, raw.length, new Redaction());
    }

    @ParameterizedTest
    @CsvSource({
        "'\u001B[31mred\u001B[0m', red",
        "'\u001B]0;a title\u0007x', x",
        "'\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\', link",
        "'\u001BPsixel\u001B\\x', x",
        "'\u001B_apc\u001B\\x', x",
        "'x\u001B[31', x", // the line ends in the middle of each
        "'x\u001B]0;half a title', x",
        "'x\u001B', x",
        "'\u009B31mx\u009Dtitle\u009Cy', xy", // the same in 8 bits
        "'a\u0000b\tc\u007Fd\u0085e', 'ab\tcde'",
        "'a\u202Eb\u2066c\u200Fd\u2028e', abcde",
        "'10%\r50%\r100%', 100%",
        "'100%\r\r', 100%",
        "'plain\r', plain",
    })
    void nothingOfItSteersTheTerminal(String raw, String seen) {
        assertThat(shown(raw)).isEqualTo(seen);
    }

    @Test
    void whatIsNotUtf8IsReplaced() {
        var raw = new byte[] {'x', (byte) 0xFF, (byte) 0xED, (byte) 0xA0, (byte) 0x80, 'y'};

        var seen = LogText.shown(raw, raw.length, raw.length, new Redaction());
        assertThat(seen).startsWith("x\uFFFD").endsWith("\uFFFDy");
        assertThat(seen.chars()).noneMatch(each -> each >= 0xD800 && each <= 0xDFFF);
    }

    @Test
    void aCutSplitsNoCharacter() {
        var seen = shown("a" + "\uD83D\uDE00".repeat(10_000));

        assertThat(seen).endsWith(" … (line of 40001 bytes cut)");
        assertThat(seen.charAt(seen.indexOf(' ') - 1)).isEqualTo('\uDE00');
    }

    @Test
    void nothingOfASecretIsSeenWhereverTheCutFalls() {
        var secret = "Zq7-Xw9_Kv3.Jt5~Hr1+Gp8=Fn2/Dm4";
        var redaction = new Redaction();
        redaction.know(Secret.of(secret));
        for (int before = LogText.LONGEST - 40; before < LogText.LONGEST + 5; before++) {
            assertCutHides(". ".repeat(before / 2) + secret + " and more".repeat(9_000), redaction);
        }
        for (int before = LogText.WINDOW - 40; before < LogText.WINDOW + 5; before++) {
            // What stands before shrinks, so that the end of the window comes into sight.
            var shrinking = (secret + " ").repeat(before / (secret.length() + 1));
            var filler = ".".repeat(before - shrinking.length());
            assertCutHides(shrinking + filler + secret + " and more".repeat(9_000), redaction);
        }
    }

    private static void assertCutHides(String line, Redaction redaction) {
        var raw = line.getBytes(StandardCharsets.UTF_8);
        var seen = LogText.shown(raw, Math.min(raw.length, LogText.WINDOW), raw.length, redaction);
        assertThat(seen).contains("bytes cut").doesNotContain("Zq7");
    }

    @Test
    void aSecretWithColoursInItIsStillOne() {
        var redaction = new Redaction();
        redaction.know(Secret.of("correct-horse-battery"));
        var raw = "x correct-\u001B[1mhorse\u001B[0m-battery".getBytes(StandardCharsets.UTF_8);

        assertThat(LogText.shown(raw, raw.length, raw.length, redaction)).isEqualTo("x ***");
    }

    @Test
    void sinceIsHowLongAgoOrWhen() {
        var now = Instant.parse("2026-11-21T12:00:00Z");

        assertThat(LogSince.parse("10m", now)).contains(Instant.parse("2026-11-21T11:50:00Z"));
        assertThat(LogSince.parse("2d", now)).contains(Instant.parse("2026-11-19T12:00:00Z"));
        assertThat(LogSince.parse("2026-11-21T13:00:00+02:00", now))
                .contains(Instant.parse("2026-11-21T11:00:00Z"));
        for (var bad :
                new String[] {"", "10", "-5m", "10 m", "yesterday", "2026-11-21", "99999999999d"}) {
            assertThat(LogSince.parse(bad, now)).as(bad).isEmpty();
        }
    }
}
