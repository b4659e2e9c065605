package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec.Logs;
import dev.proa.profile.SidecarSpec.SlowDisk;
import dev.proa.testkit.HandTurnedClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies on the disk: every byte once, in files that are turned, packed, dropped and timed. */
class LogFilesTest {
    @TempDir Path data;

    private final HandTurnedClock clock = new HandTurnedClock();

    @BeforeEach
    void folder() throws IOException {
        Files.createDirectories(data.resolve("logs"));
    }

    private SidecarLog log(long maxFile, int keep) {
        return log(new Logs(maxFile, keep, Optional.empty(), SlowDisk.BLOCK));
    }

    private SidecarLog log(Logs rules) {
        return new SidecarLog(LogFiles.of(data, "api"), rules, _ -> {}, clock);
    }

    private static void write(SidecarLog log, String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        log.take(bytes, bytes.length);
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(data.resolve("logs"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private String everything() throws IOException {
        return new String(LogBytes.of(data, "api"), StandardCharsets.UTF_8);
    }

    @Test
    void keepsEveryByteOverRotationsAndOnlyForTheOwner() throws Exception {
        var sent = new ByteArrayOutputStream();
        var dice = new SplittableRandom(7);
        try (var log = log(10_000, 50)) {
            for (int i = 0; i < 60; i++) {
                var bytes = new byte[dice.nextInt(8_000)];
                dice.nextBytes(bytes);
                log.take(bytes, bytes.length);
                sent.writeBytes(bytes);
                if (i % 7 == 0) {
                    log.ended();
                }
            }
            log.ended();
            assertThat(LogBytes.of(data, "api")).isEqualTo(sent.toByteArray()); // while it packs
            log.awaitPacked();
        }

        assertThat(LogBytes.of(data, "api")).isEqualTo(sent.toByteArray());
        assertThat(names()).hasSizeGreaterThan(10).contains("api.log.1.gz", "api.log");
        try (var files = Files.walk(data)) {
            assertThat(files.filter(Files::isRegularFile).toList())
                    .allSatisfy(file ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(file)))
                                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void dropsTheOldestFilesWithTheirTimesAndHolds128MiBByDefault() throws Exception {
        try (var log = log(100, 3)) {
            for (int i = 0; i < 10; i++) {
                write(log, "x".repeat(98) + i + "\n");
                log.awaitPacked();
            }
            log.ended();
        }

        assertThat(everything().lines().map(line -> line.substring(98)))
                .containsExactly("6", "7", "8", "9");
        assertThat(names())
                .containsExactly("api.log", "api.log.1.gz", "api.log.2.gz", "api.log.3.gz");
        try (var times = Files.list(data.resolve("runtime/log-times/api"))) {
            assertThat(times).hasSize(4);
        }
        assertThat(Logs.DEFAULT.maxFile() * Logs.DEFAULT.keep()).isGreaterThanOrEqualTo(128L << 20);
    }

    @Test
    void aFileBeginsWithTheStartOfALineUnlessTheLineIsVeryLong() throws Exception {
        try (var log = log(100, 9)) {
            write(log, "a".repeat(150));
            write(log, "b\nc\nd");
            write(log, "e".repeat(100 + (int) RotatingLog.LINE_END_WITHIN));
            write(log, "f");
            log.ended();
            log.awaitPacked();
        }

        var starts = new ArrayList<String>();
        for (var part : LogFiles.of(data, "api").parts()) {
            try (var in = part.open()) {
                starts.add(new String(in.readNBytes(1), StandardCharsets.UTF_8));
            }
        }
        assertThat(starts).containsExactly("a", "c", "f");
    }

    @Test
    void anOldFileIsTurnedAlsoWhenALaunchLiesBetween() throws Exception {
        var rules = new Logs(1_000_000, 5, Optional.of(Duration.ofHours(24)), SlowDisk.BLOCK);
        try (var log = log(rules)) {
            write(log, "day one\n");
            clock.turn(Duration.ofHours(23));
            write(log, "still day one\n");
            log.ended();
        }
        clock.turn(Duration.ofHours(2));
        try (var log = log(rules)) {
            write(log, "day two\n");
            log.ended();
            log.awaitPacked();
        }

        assertThat(Files.readString(data.resolve("logs/api.log"))).isEqualTo("day two\n");
        assertThat(everything()).isEqualTo("day one\nstill day one\nday two\n");
    }

    @Test
    void goesOnFromEveryStepAtWhichPackingMayHaveEnded() throws Exception {
        var files = LogFiles.of(data, "api");
        gzip(files.gz(1), "three ");
        gzip(files.gz(3), "one ");
        gzip(files.gz(4), "zero "); // moved up; "two" is not yet
        gzip(files.packed(7), "four ");
        Files.writeString(files.turned(7), "four ");
        Files.writeString(files.turned(10), "five ");
        Files.writeString(files.packing(), "half a fi");
        Files.writeString(files.file(), "now");
        Files.writeString(data.resolve("logs/api-2.log.1.gz"), "of another");
        assertThat(everything()).isEqualTo("zero one three four five now");

        try (var log = log(1_000, 9)) {
            write(log, "!");
            log.ended();
            log.awaitPacked();
        }

        assertThat(everything()).isEqualTo("zero one three four five now!");
        assertThat(names())
                .containsExactly(
                        "api-2.log.1.gz",
                        "api.log",
                        "api.log.1.gz",
                        "api.log.2.gz",
                        "api.log.3.gz",
                        "api.log.4.gz",
                        "api.log.5.gz");
    }

    private static void gzip(Path path, String text) throws IOException {
        try (var out = new GZIPOutputStream(Files.newOutputStream(path))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void timesFollowTheirBytesOverTurnsAndLaunches() throws Exception {
        var begun = clock.instant();
        for (int launch = 0; launch < 3; launch++) {
            try (var log = log(30, 9)) {
                for (int i = 0; i < 4; i++) {
                    write(log, "0123456789abcd" + launch + i + "\n");
                    clock.turn(Duration.ofSeconds(1));
                }
                log.ended();
                log.awaitPacked();
            }
        }

        var files = LogFiles.of(data, "api");
        int line = 0;
        for (var part : files.parts()) {
            var times = LogTimes.of(files, part).orElseThrow();
            try (var in = part.open()) {
                int size = in.readAllBytes().length;
                for (int at = 0; at < size; at += 17) {
                    assertThat(times.at(at)).contains(begun.plusSeconds(line));
                    assertThat(times.from(begun.plusSeconds(line)).orElseThrow()).isEqualTo(at);
                    line++;
                }
                assertThat(times.from(begun.plusSeconds(line))).isEmpty();
            }
        }
        assertThat(line).isEqualTo(12);
    }

    @Test
    void timesAreBoundedByLeavingOutEverySecond() throws IOException {
        var folder = data.resolve("runtime/log-times/api");
        var part = data.resolve("logs/api.log");
        Files.writeString(part, "x");
        var begun = clock.instant();
        try (var times = LogTimesWriter.open(folder, part, 0, 100)) {
            for (int i = 0; i < 10_000; i++) {
                times.note(i, clock.instant());
                clock.turn(Duration.ofMillis(2));
            }
        }

        var kept = LogTimes.of(LogFiles.of(data, "api"), new LogPart(part, false)).orElseThrow();
        try (var all = Files.list(folder)) {
            assertThat(Files.size(all.findFirst().orElseThrow())).isLessThanOrEqualTo(100 * 16);
        }
        assertThat(kept.at(0)).contains(begun);
        assertThat(kept.at(9_999).orElseThrow()).isAfter(begun.plusMillis(2 * 9_900));
        assertThat(kept.at(5_000).orElseThrow())
                .isBetween(begun.plusMillis(2 * 4_000), begun.plusMillis(2 * 5_000));
    }

    @Test
    void aBrokenIndexOnlyCostsTheTimes() throws Exception {
        try (var log = log(1_000, 3)) {
            write(log, "one\n");
            log.ended();
        }
        var folder = data.resolve("runtime/log-times/api");
        try (var all = Files.list(folder)) {
            Files.write(all.findFirst().orElseThrow(), new byte[] {-1, 2, 3});
        }
        var files = LogFiles.of(data, "api");
        assertThat(LogTimes.of(files, files.parts().getFirst())).isEmpty();
        try (var log = log(1_000, 3)) {
            write(log, "two\n");
            log.ended();
        }

        var times = LogTimes.of(files, files.parts().getFirst()).orElseThrow();
        assertThat(everything()).isEqualTo("one\ntwo\n");
        assertThat(times.at(0)).isEmpty();
        assertThat(times.at(4)).contains(clock.instant());
    }
}
