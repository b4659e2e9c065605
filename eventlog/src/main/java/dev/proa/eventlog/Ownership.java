package dev.proa.eventlog;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The right to write a log, held by one process at a time; it ends with the process. */
final class Ownership implements AutoCloseable {
    // Behind the text: where locks are mandatory, a second opener must still be able to read it.
    private static final long LOCKED_BYTE = 1L << 40;

    private final FileChannel file;

    private Ownership(FileChannel file) {
        this.file = file;
    }

    /**
     * Takes the right to {@code folder}.
     *
     * @throws ProaException naming the owner, if there is one
     */
    static Ownership take(Path folder) throws IOException {
        var path = folder.resolve("events.lock");
        var file =
                FileChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.READ,
                                StandardOpenOption.WRITE),
                        AtomicFile.ownerOnly(folder));
        try {
            if (lock(file) == null) {
                throw taken(path);
            }
            OwnFiles.narrow(path);
            file.truncate(0);
            file.write(ByteBuffer.wrap(ownPid().getBytes(StandardCharsets.US_ASCII)));
            return new Ownership(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static @Nullable FileLock lock(FileChannel file) throws IOException {
        try {
            return file.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException e) {
            return null; // this very process
        }
    }

    private static ProaException taken(Path path) throws IOException {
        var owner = Files.readString(path).strip();
        return new ProaException(
                ExitCode.TRY_LATER,
                new Problem(
                        Where.of(path.toString()),
                        "the event log is in use by pid " + (owner.isEmpty() ? "unknown" : owner),
                        "Stop that process, or use another data folder"));
    }

    private static String ownPid() throws IOException {
        // The management bean knows it everywhere but takes 30 ms to load.
        var self = Path.of("/proc/self");
        return Files.isSymbolicLink(self)
                ? Files.readSymbolicLink(self).toString()
                : Long.toString(ManagementFactory.getRuntimeMXBean().getPid());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
