package dev.proa.supervisor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec.Logs;
import dev.proa.profile.SidecarSpec.SlowDisk;
import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import dev.proa.testkit.HandTurnedClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, slow, or not to be written: real ones, and a pipe that nobody reads. */
class LogDiskTest {
    private static final Pattern MARKER =
            Pattern.compile("\\[proa: (\\d+) bytes / (\\d+) lines dropped: ([^\\]]+)\\]");

    @TempDir Path data;

    private final List<RuntimeEvent> journal = Collections.synchronizedList(new ArrayList<>());
    private final HandTurnedClock clock = new HandTurnedClock();
    private Path file = Path.of("unset");

    @BeforeEach
    void folder() throws IOException {
        file = data.resolve("logs/api.log");
        Files.createDirectories(data.resolve("logs"));
    }

    private SidecarLog log(SlowDisk onSlowDisk) {
        return log(data, onSlowDisk);
    }

    private SidecarLog log(Path folder, SlowDisk onSlowDisk) {
        var rules = new Logs(Logs.DEFAULT.maxFile(), 8, Optional.empty(), onSlowDisk);
        return new SidecarLog(LogFiles.of(folder, "api"), rules, journal::add, clock);
    }

    private static void write(SidecarLog log, String text) {
        var bytes = text.getBytes(UTF_8);
        log.take(bytes, bytes.length);
    }

    private <E> List<E> said(Class<E> type) {
        synchronized (journal) {
            return journal.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    private long saidToBeLost() {
        return said(RuntimeEvent.LogDropped.class).stream()
                .mapToLong(RuntimeEvent.LogDropped::bytes)
                .sum();
    }

    @Test
    void aFolderThatIsMissingIsSaidOnceAndMarkedAtItsPlace() throws Exception {
        Files.delete(data.resolve("logs"));
        try (var log = log(SlowDisk.BLOCK)) {
            write(log, "lost\n");
            write(log, "lost, too");
            Files.createDirectories(data.resolve("logs"));
            clock.turn(Duration.ofMillis(100));
            write(log, "kept");
            Files.move(data.resolve("logs"), data.resolve("away"));
            log.ended();
            write(log, "gone\n");
            Files.move(data.resolve("away"), data.resolve("logs"));
            clock.turn(Duration.ofMillis(100));
            write(log, "again\n");
            log.ended();
        }

        assertThat(file)
                .hasContent(
                        """
                        [proa: 14 bytes / 1 lines dropped: the disk took nothing (its folder is gone)]
                        kept
                        [proa: 5 bytes / 1 lines dropped: the disk took nothing (its folder is gone)]
                        again
                        """);
        assertThat(said(RuntimeEvent.ProblemFound.class)).hasSize(2);
        assertThat(saidToBeLost()).isEqualTo(14 + 5);
    }

    @Test
    void anOutputThatEndsOnAFullDiskIsCountedAllTheSame() throws Exception {
        Files.createSymbolicLink(file, Path.of("/dev/full"));
        try (var log = log(SlowDisk.BLOCK)) {
            write(log, "one\ntwo\n");
            log.ended();
            assertThat(saidToBeLost()).isEqualTo(8);
            Files.delete(file);
            clock.turn(Duration.ofMillis(100));
            write(log, "next run\n");
            log.ended();
        }

        assertThat(Files.readString(file))
                .isEqualTo(
                        "[proa: 8 bytes / 2 lines dropped: the disk took nothing (No space left on device)]\nnext run\n");
        assertThat(saidToBeLost()).isEqualTo(8);
        assertThat(said(RuntimeEvent.ProblemFound.class))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.problem().what()).contains("No space left on device"));
    }

    @Test
    void onASmallDiskThatFillsEveryByteIsKeptOrCounted() throws Exception {
        var fault = Fault.number(26, "a log on a disk that fills is kept or counted to the byte");
        fault.hold(this::smallDisk);
        fault.conclude();
    }

    private void smallDisk() throws Exception {
        for (var policy : SlowDisk.values()) {
            try (var disk = SmallDisk.mount("6m")) {
                var folder = disk.folder();
                Files.createDirectories(folder.resolve("logs"));
                var filler = Files.write(folder.resolve("filler"), new byte[4_500_000]);
                var log = log(folder, policy);
                int line = 0;
                long sent = 0;
                for (int burst = 0; burst < 2; burst++) {
                    for (int end = line + 40_000; line < end; line++) {
                        var text =
                                "line %7d of what there is to be said, not all of it\n"
                                        .formatted(line);
                        write(log, text);
                        sent += text.length();
                    }
                    log.ended();
                    Files.deleteIfExists(filler);
                }
                log.close();

                assertAllKeptOrCounted(
                        Files.readString(LogFiles.of(folder, "api").file()), sent, line);
            }
        }
    }

    @Test
    void aSlowDiskCostsTheOldestOutputAndTheSidecarDoesNotWait() throws Exception {
        var fault = Fault.number(26, "a slow disk costs the oldest output, counted");
        fault.hold(this::oldestGoes);
        fault.conclude();
    }

    private void oldestGoes() throws Exception {
        Files.delete(Files.createFile(file));
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
        var read = new ByteArrayOutputStream();
        try (var log = log(SlowDisk.DROP_OLDEST);
                var disk =
                        java.nio.channels.FileChannel.open(
                                file,
                                java.nio.file.StandardOpenOption.READ,
                                java.nio.file.StandardOpenOption.WRITE)) {
            int lines = 400_000; // 20 MB into a pipe of 64 KiB that nobody reads
            long sent = 0;
            for (int line = 0; line < lines; line++) {
                var text = "line %7d of what there is to be said, not all of it\n".formatted(line);
                write(log, text);
                sent += text.length();
            }
            var end = "line %7d of what there is to be said, not all of it\n".formatted(lines - 1);
            var reader =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    var bytes = java.nio.ByteBuffer.allocate(64 * 1024);
                                    while (!read.toString(UTF_8).endsWith(end)) {
                                        int count = disk.read(bytes.clear());
                                        read.write(bytes.array(), 0, count);
                                    }
                                } catch (IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            });
            log.ended();
            assertThat(reader.join(Duration.ofSeconds(30))).isTrue();

            assertThat(read.size()).isLessThan((int) (SidecarLog.QUEUE + 300_000));
            assertAllKeptOrCounted(read.toString(UTF_8), sent, lines);
            assertThat(MARKER.matcher(read.toString(UTF_8)).results())
                    .singleElement()
                    .satisfies(
                            found -> assertThat(found.group(3)).isEqualTo("the disk was too slow"));
            assertThat(saidToBeLost()).isPositive();
        }
    }

    @Test
    void aSlowDiskMakesTheSidecarWaitOtherwise() throws Exception {
        var fault = Fault.number(26, "a slow disk makes the sidecar wait, nothing is lost");
        fault.hold(this::sidecarWaits);
        fault.conclude();
    }

    private void sidecarWaits() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
        try (var log = log(SlowDisk.BLOCK);
                var disk =
                        java.nio.channels.FileChannel.open(
                                file,
                                java.nio.file.StandardOpenOption.READ,
                                java.nio.file.StandardOpenOption.WRITE)) {
            var sidecar = Thread.ofPlatform().start(() -> write(log, "x".repeat(1_000_000)));
            var bytes = java.nio.ByteBuffer.allocate(1_000_000);
            assertThat(disk.read(bytes)).isPositive();
            assertThat(sidecar.isAlive()).isTrue();
            while (bytes.hasRemaining()) {
                assertThat(disk.read(bytes)).isPositive();
            }
            assertThat(sidecar.join(Duration.ofSeconds(10))).isTrue();
        }
        assertThat(journal).isEmpty();
    }

    @Test
    void aLogThatCannotBeWrittenKeepsTheSidecarAlive() throws Exception {
        var fault = Fault.number(26, "a log that cannot be written keeps the sidecar alive");
        fault.hold(this::notWritable);
        fault.conclude();
    }

    private void notWritable() throws Exception {
        Files.createDirectory(file); // a name that cannot be written, whoever tries
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api").shell("while :; do echo line; sleep 0.01; done"))) {
            bench.start();
            Await.until(
                    "it goes on writing",
                    () ->
                            !bench.events(RuntimeEvent.ProblemFound.class).isEmpty()
                                    && bench.status("api").ready());
            assertThat(bench.status("api").restarts()).isZero();
        }
    }

    /** Markers stand where the lines are missing, and what they count is what is missing there. */
    private static void assertAllKeptOrCounted(String kept, long sent, int lines) {
        var found = MARKER.matcher(kept);
        long marked = 0;
        long bytes = kept.length();
        var whole = new StringBuilder();
        int from = 0;
        while (found.find()) {
            boolean broken =
                    found.start() > 0
                            && kept.charAt(found.start() - 1) == '\n'
                            && !endsAtALine(whole.length() + found.start() - 1 - from);
            whole.append(kept, from, broken ? found.start() - 1 : found.start());
            marked += Long.parseLong(found.group(1));
            bytes -= found.end() - found.start() + (broken ? 2 : 1);
            whole.append("?".repeat(Integer.parseInt(found.group(1))));
            from = found.end() + 1;
        }
        whole.append(kept.substring(from));
        assertThat(marked).isPositive();
        assertThat(bytes + marked).isEqualTo(sent);
        int width = whole.length() / lines;
        for (int line = 0; line < lines; line++) {
            var text = whole.substring(line * width, (line + 1) * width);
            var whole0 = "line %7d of what there is to be said, not all of it\n".formatted(line);
            for (int i = 0; i < width; i++) {
                if (text.charAt(i) != '?' && text.charAt(i) != whole0.charAt(i)) {
                    assertThat(text).as("line %d", line).isEqualTo(whole0);
                }
            }
        }
    }

    /** Whether a line ends with the byte at {@code offset} of what was sent. */
    private static boolean endsAtALine(int offset) {
        int width = "line %7d of what there is to be said, not all of it\n".formatted(0).length();
        return offset % width == width - 1;
    }
}
