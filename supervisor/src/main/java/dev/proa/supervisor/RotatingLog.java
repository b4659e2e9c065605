package dev.proa.supervisor;

import dev.proa.core.AtomicFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The output of one sidecar on the disk, byte by byte as it came: {@code NAME.log}, and older parts
 * as {@code NAME.log.1.gz} (the newest) and so on. An older part is packed beside the writing; a
 * writer that is faster than that waits at the next rotation, so at most one part is unpacked.
 */
final class RotatingLog implements AutoCloseable {
    static final long PART = 16L * 1024 * 1024;
    static final int PARTS = 8;

    private final Path file;
    private final long partSize;
    private final int parts;
    private FileChannel out; // the pump's thread only, as is everything below
    private long size;
    private FutureTask<Boolean> packing = new FutureTask<>(() -> true);

    private RotatingLog(Path file, long partSize, int parts, FileChannel out) throws IOException {
        this.file = file;
        this.partSize = partSize;
        this.parts = parts;
        this.out = out;
        this.size = out.size();
        packing.run();
    }

    /** Opens {@code file} to go on behind what it holds. */
    static RotatingLog open(Path file) throws IOException {
        return open(file, PART, PARTS);
    }

    static RotatingLog open(Path file, long partSize, int parts) throws IOException {
        var log = new RotatingLog(file, partSize, parts, append(file));
        if (Files.exists(log.turned())) {
            log.pack(); // an earlier run ended while it was packing
        }
        return log;
    }

    private static FileChannel append(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                AtomicFile.ownerOnly(file.toAbsolutePath()));
    }

    void write(byte[] bytes, int count) throws IOException {
        if (size >= partSize) {
            rotate();
        }
        var left = ByteBuffer.wrap(bytes, 0, count);
        while (left.hasRemaining()) {
            size += out.write(left);
        }
    }

    private void rotate() throws IOException {
        if (!packed()) {
            throw new IOException("an older part of the log could not be packed");
        }
        out.close();
        Files.move(file, turned(), StandardCopyOption.REPLACE_EXISTING);
        out = append(file);
        size = out.size();
        pack();
    }

    private void pack() {
        packing =
                new FutureTask<>(() -> {
                    packTurned();
                    return true;
                });
        Thread.ofPlatform().name("proa-log-pack").daemon(true).start(packing);
    }

    private void packTurned() throws IOException {
        var fresh = file.resolveSibling(file.getFileName() + ".packing");
        try (var from = Files.newInputStream(turned());
                OutputStream to = fastGzip(fresh)) {
            from.transferTo(to);
        }
        for (int i = parts; i > 1; i--) {
            if (Files.exists(part(i - 1))) {
                Files.move(part(i - 1), part(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(fresh, part(1), StandardCopyOption.REPLACE_EXISTING);
        Files.delete(turned());
    }

    private static OutputStream fastGzip(Path path) throws IOException {
        Files.deleteIfExists(path);
        Files.createFile(path, AtomicFile.ownerOnly(path.toAbsolutePath()));
        return new GZIPOutputStream(Files.newOutputStream(path), 64 * 1024) {
            {
                def.setLevel(
                        Deflater.BEST_SPEED); // logs shrink well, and the sidecar may be waiting
            }
        };
    }

    private Path turned() {
        return file.resolveSibling(file.getFileName() + ".turned");
    }

    private Path part(int number) {
        return file.resolveSibling(file.getFileName() + "." + number + ".gz");
    }

    /**
     * Waits for the packing; false when it failed, which the next opening of the log tries again.
     */
    private boolean packed() {
        try {
            return packing.get();
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        packed();
        out.close();
    }
}
