package dev.proa.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;

/** The disk by itself, without any program of ours: what nobody who waits for it can be below. */
final class Disk {
    /** About what one commit of a single event writes. */
    private static final int BYTES = 40 * 1024;

    private static final int PER_SECOND = 100;

    private Disk() {}

    static String how() {
        return "This disk alone: %d KiB are appended to a file and synced (fdatasync), %d times a second, right after each of those times."
                .formatted(BYTES / 1024, PER_SECOND);
    }

    /** How long each append took until it was on the disk; nothing else may run meanwhile. */
    static Durations waits(Path folder, Duration time) throws IOException, InterruptedException {
        var file = Files.createTempFile(folder, "disk", ".bin");
        var waits = new ArrayList<Long>();
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            var ends = System.nanoTime() + time.toNanos();
            for (var due = System.nanoTime(); due < ends; due += 1_000_000_000L / PER_SECOND) {
                Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                var begun = System.nanoTime();
                channel.write(ByteBuffer.allocate(BYTES));
                channel.force(false);
                waits.add(System.nanoTime() - begun);
            }
        } finally {
            Files.delete(file);
        }
        return new Durations(waits.stream().mapToLong(Long::longValue).toArray());
    }
}
