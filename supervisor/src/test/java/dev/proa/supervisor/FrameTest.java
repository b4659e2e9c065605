package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrameTest {
    private static DataInputStream stream(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }

    @Test
    void readsWhatItWrites() throws IOException {
        var bytes =
                Frame.of(Frame.NOT_EMPTY)
                        .with(Frame.ID, 4_000_000_000L)
                        .with(Frame.PID, 7)
                        .with(Frame.PID, 8)
                        .bytes();
        var frame = Frame.read(stream(bytes)).orElseThrow();

        assertThat(frame.type()).isEqualTo(Frame.NOT_EMPTY);
        assertThat(frame.number(Frame.ID)).isEqualTo(4_000_000_000L);
        assertThat(frame.numbers(Frame.PID)).containsExactly(7L, 8L);
        assertThat(frame.number(Frame.ERRNO)).isZero();
    }

    @Test
    void refusesANulAndAFrameTheGuardWouldNotTake() {
        assertThatThrownBy(() -> Frame.of(Frame.SPAWN).with(Frame.ARG, "a\0b"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        Frame.of(Frame.SPAWN).with(Frame.ARG, "x".repeat(Frame.LIMIT)).bytes())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesAnyBytesForAFrameOrAnErrorAndNothingElse() {
        for (int seed = 0; seed < 20_000; seed++) {
            var dice = new SplittableRandom(seed);
            var bytes = Frame.of(Frame.EXITED).with(Frame.ID, 1).with(Frame.VALUE, 2).bytes();
            for (int i = dice.nextInt(4); i > 0; i--) {
                bytes[dice.nextInt(bytes.length)] = (byte) dice.nextInt(256);
            }
            try {
                assertThat(Frame.read(stream(bytes))).isNotNull();
            } catch (IOException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("guard sent");
            }
        }
    }
}
