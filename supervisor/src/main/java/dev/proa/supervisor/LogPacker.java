package dev.proa.supervisor;

import dev.proa.core.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Packs the turned files of one log beside the writing, which it never holds up, and drops the
 * oldest beyond the number kept. Each step leaves names from which the next launch goes on: a byte
 * is neither lost nor kept twice.
 */
final class LogPacker implements AutoCloseable {
    private final LogFiles files;
    private final int keep;
    private @Nullable Thread thread; // guarded by this
    private boolean wanted; // guarded by this
    private volatile boolean closed;

    LogPacker(LogFiles files, int keep) {
        this.files = files;
        this.keep = keep;
    }

    /** Gives the present file a name that waits for packing; for the writing thread. */
    void turn() throws IOException {
        var waiting = files.turned();
        waiting.addAll(files.packed());
        long next = waiting.isEmpty() ? 1 : waiting.last() + 1;
        Files.move(files.file(), files.turned(next));
    }

    /** Packs what waits, on a thread of its own. */
    synchronized void wake() {
        wanted = true;
        if (thread == null && !closed) {
            thread =
                    Thread.ofPlatform()
                            .name("proa-log-pack-" + files.sidecar())
                            .daemon(true)
                            .start(this::run);
        }
    }

    private synchronized boolean more() {
        boolean more = wanted && !closed;
        wanted = false;
        if (!more) {
            thread = null;
            notifyAll();
        }
        return more;
    }

    private void run() {
        while (more()) {
            try {
                packAll();
            } catch (IOException _) {
                // A full disk, as a rule. The next turn or the next launch tries again; until then
                // the oldest are dropped unpacked.
            }
        }
    }

    void packAll() throws IOException {
        dropOldest();
        var waiting = waiting();
        while (!waiting.isEmpty() && !closed) {
            pack(waiting.first());
            dropOldest();
            waiting = waiting();
        }
    }

    private NavigableSet<Long> waiting() throws IOException {
        var waiting = files.turned();
        waiting.addAll(files.packed());
        return waiting;
    }

    private void pack(long number) throws IOException {
        var packed = files.packed(number);
        if (!Files.exists(packed) && !packTo(number)) {
            return;
        }
        drop(files.turned(number));
        long free = 1;
        while (Files.exists(files.gz(free))) {
            free++;
        }
        for (long i = free; i > 1; i--) {
            Files.move(files.gz(i - 1), files.gz(i));
        }
        Files.move(packed, files.gz(1));
    }

    /** False when it was ended in between. */
    private boolean packTo(long number) throws IOException {
        var from = files.turned(number);
        var fresh = files.packing();
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, AtomicFile.ownerOnly(fresh.toAbsolutePath()));
        try (var in = Files.newInputStream(from);
                var to = fastGzip(fresh)) {
            var bytes = new byte[64 * 1024];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                if (closed) {
                    return false;
                }
                to.write(bytes, 0, count);
            }
        }
        Files.setLastModifiedTime(fresh, Files.getLastModifiedTime(from));
        keepTimes(from, fresh);
        Files.move(fresh, files.packed(number));
        return true;
    }

    private static OutputStream fastGzip(Path path) throws IOException {
        return new GZIPOutputStream(Files.newOutputStream(path), 64 * 1024) {
            {
                def.setLevel(Deflater.BEST_SPEED); // the sidecar needs the processor, too
            }
        };
    }

    private void keepTimes(Path from, Path to) throws IOException {
        var before = LogPart.key(from);
        var after = LogPart.key(to);
        if (before.isPresent() && after.isPresent()) {
            try {
                Files.copy(
                        LogTimes.file(files.times(), before.getAsLong()),
                        LogTimes.file(files.times(), after.getAsLong()),
                        StandardCopyOption.REPLACE_EXISTING);
            } catch (NoSuchFileException e) {
                Files.deleteIfExists(LogTimes.file(files.times(), after.getAsLong()));
            }
        }
    }

    private void dropOldest() throws IOException {
        var turned = waiting();
        while (turned.size() > keep) {
            long oldest = turned.removeFirst();
            drop(files.packed(oldest));
            drop(files.turned(oldest));
        }
        for (long number : files.gzipped().tailSet(keep - turned.size() + 1L)) {
            drop(files.gz(number));
        }
    }

    private void drop(Path part) throws IOException {
        try {
            var key = LogPart.key(part);
            Files.delete(part);
            if (key.isPresent()) {
                Files.deleteIfExists(LogTimes.file(files.times(), key.getAsLong()));
            }
        } catch (NoSuchFileException _) {
            // Gone already, which is what was wanted.
        }
    }

    /**
     * Begins a launch, before anything is written: takes up what an earlier one left half done, and
     * times whose part is gone.
     */
    void recover() throws IOException {
        Files.deleteIfExists(files.packing());
        var known = new TreeSet<String>();
        for (var part : files.parts()) {
            part.key().ifPresent(key -> known.add(key + ".idx"));
        }
        if (Files.isDirectory(files.times())) {
            try (var all = Files.newDirectoryStream(files.times())) {
                for (var each : all) {
                    if (!known.contains(each.getFileName().toString())) {
                        Files.delete(each);
                    }
                }
            }
        }
        if (!waiting().isEmpty()) {
            wake();
        }
    }

    /** Ends the packing soon; what is not packed waits for the next launch. */
    @Override
    public void close() {
        closed = true;
        awaitIdle();
    }

    /** Waits until nothing is packed. */
    synchronized void awaitIdle() {
        try {
            while (thread != null) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
