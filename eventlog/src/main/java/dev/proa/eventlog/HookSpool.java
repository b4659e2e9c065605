package dev.proa.eventlog;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Takes in what hooks wrote into their spool while no monitor listened: at the start and every few
 * seconds from then on, oldest first. A hook may deliver the same file at the same moment; the id
 * in its name makes that one event.
 */
public final class HookSpool implements AutoCloseable {
    /** MILLISECONDS-ID.json, as the hook program names them. */
    private static final Pattern NAME = Pattern.compile("([0-9]{13})-([0-9a-f]{32})\\.json");

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LONGEST = 8 * 1024 * 1024;

    private final Path folder;
    private final ClaudeHooks hooks;
    private final LinkedBlockingQueue<Boolean> stop = new LinkedBlockingQueue<>(1);
    private final Thread thread;

    private HookSpool(Path folder, ClaudeHooks hooks) {
        this.folder = folder;
        this.hooks = hooks;
        this.thread = Thread.ofVirtual().name("proa-hook-spool").unstarted(this::run);
    }

    /**
     * Begins to take in.
     *
     * @param folder the spool, which need not exist
     */
    public static HookSpool open(Path folder, ClaudeHooks hooks) {
        var spool = new HookSpool(folder, hooks);
        spool.thread.start();
        return spool;
    }

    /**
     * What waits in a spool.
     *
     * @param bytes their sizes together
     */
    public record Waiting(long files, long bytes) {
        /** What waits now; nothing if the folder cannot be read. */
        public static Waiting in(Path folder) {
            long files = 0;
            long bytes = 0;
            for (var file : payloads(folder)) {
                var size = size(file);
                files += size < 0 ? 0 : 1;
                bytes += Math.max(0, size);
            }
            return new Waiting(files, bytes);
        }
    }

    /** -1 if it was taken in meanwhile. */
    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return -1;
        }
    }

    private static List<Path> payloads(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> NAME.matcher(name(file)).matches()).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private void run() {
        try {
            do {
                takeAll();
            } while (stop.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS) == null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops at the first that cannot be stored now; it comes again with the next look. */
    private void takeAll() throws InterruptedException {
        for (var file : payloads(folder)) {
            if (!stop.isEmpty() || !take(file)) {
                return;
            }
        }
    }

    /** False if storing makes no sense now. */
    private boolean take(Path file) throws InterruptedException {
        var name = NAME.matcher(name(file));
        if (!name.matches()) {
            return true;
        }
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return true; // nothing that a hook has written
            }
            var at = Instant.ofEpochMilli(Long.parseLong(name.group(1)));
            var reply = hooks.take(read(file), Optional.of(name.group(2)), Optional.of(at));
            var later = reply.status() == 429 || reply.status() >= 500;
            if (!later) {
                // Stored, or of a kind that never will be: the ingest would say the same.
                Files.deleteIfExists(file);
            }
            return !later;
        } catch (NoSuchFileException e) {
            return true; // a hook was quicker
        } catch (IOException e) {
            return true; // unreadable now: it stays, and does not hold up the others
        }
    }

    private static byte[] read(Path file) throws IOException {
        var how = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (var channel = Files.newByteChannel(file, how)) {
            return Channels.newInputStream(channel).readNBytes(LONGEST);
        }
    }

    /** Ends after the payload that is being stored. */
    @Override
    public void close() {
        stop.offer(true);
        Threads.join(thread);
    }
}
