package dev.proa.runtime;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.supervisor.DetachedProcess;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A run in a process of its own that outlives this one, as seen by the one that started it. What it
 * says is written to a file in the data folder, line by line.
 */
public final class DetachedRun implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(50);

    private final DetachedProcess process;
    private final Path output;
    private long read;

    private DetachedRun(DetachedProcess process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * Starts Proa again with {@code words}.
     *
     * @param launcher the program that Proa is started by
     * @throws ProaException (73) if that cannot be done
     */
    public static DetachedRun start(Path launcher, List<String> words, Path dataFolder) {
        try {
            AtomicFile.folder(dataFolder);
            var runtime = AtomicFile.ownFolder(dataFolder.resolve("runtime"));
            var output = Files.createTempFile(runtime, "starting-", ".log");
            var command = Stream.concat(Stream.of(launcher.toString()), words.stream()).toList();
            return new DetachedRun(DetachedProcess.start(command, output), output);
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.CANNOT_CREATE,
                    new Problem(
                            Where.of(dataFolder.toString()),
                            "A detached run cannot be started: " + e,
                            "See that the data folder is writable for you and the disk has room"),
                    e);
        }
    }

    /** To be called first by the process that was started so. */
    public static void leaveTerminal() {
        DetachedProcess.leaveSession();
    }

    public long pid() {
        return process.pid();
    }

    /** What it has said since the last call, in whole lines; waits a moment for it. */
    public List<String> lines() throws IOException, InterruptedException {
        var ended = process.exit(LOOK).isPresent();
        try (var file = FileChannel.open(output, Set.of(StandardOpenOption.READ))) {
            var bytes = new byte[(int) Math.min(file.size() - read, 1 << 20)];
            var in = java.nio.channels.Channels.newInputStream(file.position(read));
            int count = in.readNBytes(bytes, 0, bytes.length);
            var text = new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
            int end = ended ? count : text.lastIndexOf('\n') + 1;
            read += end;
            return new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** Its exit code, if it has ended. */
    public OptionalInt exit() throws InterruptedException {
        return process.exit(Duration.ZERO);
    }

    /** Asks it to stop in order. */
    public void stop() {
        process.stop();
    }

    /**
     * Keeps what it says from now on where people look for it.
     *
     * @return {@code runtime/detached.log}
     */
    public Path keep() throws IOException {
        return Files.move(
                output,
                output.resolveSibling("detached.log"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes the file away unless it was kept; the process goes on. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(output);
    }
}
