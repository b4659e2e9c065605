package dev.proa.runtime;

import dev.proa.core.AtomicFile;
import dev.proa.supervisor.OwnProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The lock of a data folder: a POSIX lock on {@code runtime/lock}, which the kernel frees whatever
 * ends the process, so that a stale one does not exist. The file tells others who holds it; it is
 * believed only while the lock is held.
 */
final class DataLock implements AutoCloseable {
    private static final String NAME = "lock";

    private final FileChannel file;

    private DataLock(FileChannel file) {
        this.file = file;
    }

    /** Empty if somebody else holds it. */
    static Optional<DataLock> take(Path runtime) throws IOException {
        var file =
                FileChannel.open(
                        runtime.resolve(NAME),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        AtomicFile.ownerOnly(runtime));
        try {
            if (file.tryLock() != null) {
                // No other open of this file may be closed in this process: that would free the
                // lock (fcntl(2)).
                var lock = new DataLock(file);
                lock.sayWho();
                return Optional.of(lock);
            }
        } catch (OverlappingFileLockException e) {
            // held by another run in this very process
        } catch (IOException e) {
            file.close();
            throw e;
        }
        file.close();
        return Optional.empty();
    }

    private void sayWho() throws IOException {
        var json =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("pid", OwnProcess.pid())
                        .put("user", System.getProperty("user.name"))
                        .put("host", host());
        file.truncate(0);
        file.write(ByteBuffer.wrap((json + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** Who holds it, for a person: {@code pid 4711 (ann on box)}; only while it is held. */
    static String holder(Path runtime) {
        try {
            var json = new JsonMapper().readTree(Files.readString(runtime.resolve(NAME)));
            if (json.path("pid").isNumber()) {
                var host = json.path("host").asString("");
                return "pid %d (%s%s)"
                        .formatted(
                                json.path("pid").asLong(),
                                json.path("user").asString(""),
                                host.isEmpty() ? "" : " on " + host);
            }
        } catch (IOException | JacksonException e) {
            // not readable for us, or written by a version that did not say
        }
        return "another process";
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
