package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.gateway.ByteRanges.Part;
import dev.proa.gateway.ByteRanges.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangesTest {
    private static final Wanted WHOLE = new Wanted.Whole();
    private static final Wanted NOTHING = new Wanted.Nothing();

    private static Wanted of(String field, long length) {
        return ByteRanges.of(List.of(field), length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0                       |0-0",
                "bytes=2-5                       |2-5",
                "bytes=5-                        |5-9",
                "bytes=-3                        |7-9",
                "bytes=-99                       |0-9",
                "bytes=4-99                      |4-9",
                "bytes=4-99999999999999999999999 |4-9",
                "BYTES=0-1                       |0-1",
                "bytes=0-1, 4-5 ,8-              |0-1 4-5 8-9",
                "bytes=8-9,0-1                   |8-9 0-1",
                "bytes=,0-1,                     |0-1",
                "bytes=0-1,50-60                 |0-1",
                "bytes=0-1,-0                    |0-1"
            })
    void readsWhichPartsOfTenBytesAreMeant(String field, String parts) {
        var wanted = new ArrayList<Part>();
        for (var part : parts.split(" ", -1)) {
            var ends = part.split("-", -1);
            wanted.add(new Part(Long.parseLong(ends[0]), Long.parseLong(ends[1])));
        }

        assertThat(of(field, 10)).isEqualTo(new Wanted.Parts(wanted));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=5-4",
                "bytes=",
                "bytes=-",
                "bytes=a-b",
                "bytes 0-1",
                "lines=0-1",
                "bytes=0-1;2-3",
                "bytes=+0-1",
                "bytes=0-1-2",
                "bytes=0x0-0x1",
                "bytes=0-5,3-7",
                "bytes=0-,-1",
                "bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8"
            })
    void sendsEverythingToWhoAsksWhatMakesNoSenseOrIsDearer(String field) {
        assertThat(of(field, 10)).isEqualTo(WHOLE);
    }

    @ParameterizedTest
    @CsvSource({"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999-"})
    void hasNothingBeyondTheEnd(String field) {
        assertThat(of(field, 10)).isEqualTo(NOTHING);
    }

    @Test
    void knowsNoFirstByteOfWhatIsEmpty() {
        assertThat(of("bytes=0-", 0)).isEqualTo(NOTHING);
        assertThat(of("bytes=-1", 0)).isEqualTo(WHOLE);
    }

    @Test
    void ignoresAFieldThatStandsTwice() {
        assertThat(ByteRanges.of(List.of("bytes=0-1", "bytes=2-3"), 10)).isEqualTo(WHOLE);
    }

    @Test
    void neverLeavesTheFileWhateverIsAsked() {
        var seed = 20_261_121L;
        var random = new Random(seed);
        for (var turn = 0; turn < 20_000; turn++) {
            var length = random.nextInt(30);
            var field = new StringBuilder("bytes=");
            for (var i = random.nextInt(4); i >= 0; i--) {
                field.append(random.nextBoolean() ? "" : random.nextInt(40))
                        .append('-')
                        .append(random.nextBoolean() ? "" : random.nextInt(40))
                        .append(i == 0 ? "" : ",");
            }

            if (of(field.toString(), length) instanceof Wanted.Parts(var parts)) {
                assertThat(parts)
                        .as("seed %d turn %d: %s of %d", seed, turn, field, length)
                        .isNotEmpty()
                        .allMatch(part ->
                                0 <= part.first()
                                        && part.first() <= part.last()
                                        && part.last() < length);
            }
        }
    }
}
