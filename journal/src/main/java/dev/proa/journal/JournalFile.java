package dev.proa.journal;

import dev.proa.core.AtomicFile;
import dev.proa.core.Redaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The journal of one data folder, {@code runtime/journal.jsonl}: one JSON object a line, rolled at
 * 4 MiB with three older files kept beside it ({@code .1} is the newest of them). One thread
 * writes; what does not fit its queue or the disk is counted, and the count is the next entry that
 * fits.
 */
public final class JournalFile implements Journal, AutoCloseable {
    private static final int QUEUE = 10_000;
    private static final int OLDER = 3;

    private record Entry(Instant at, RuntimeEvent event) {}

    private final Path path;
    private final long rollAt;
    private final InstantSource time;
    private final Redaction redaction;
    // An empty entry ends the writer.
    private final BlockingQueue<Optional<Entry>> inbox = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong lost = new AtomicLong();
    private final Thread writer;
    private long seq; // writer thread only
    private FileChannel out; // writer thread only

    private JournalFile(
            Path path,
            long rollAt,
            InstantSource time,
            Redaction redaction,
            long seq,
            FileChannel out) {
        this.path = path;
        this.rollAt = rollAt;
        this.time = time;
        this.redaction = redaction;
        this.seq = seq;
        this.out = out;
        this.writer = Thread.ofPlatform().name("proa-journal").daemon(true).unstarted(this::run);
    }

    /**
     * Opens or begins the journal at {@code path}; numbering goes on where it ended.
     *
     * @param redaction takes secrets out of what other programs said
     * @throws IOException if the file cannot be opened for writing
     */
    public static JournalFile open(Path path, InstantSource time, Redaction redaction)
            throws IOException {
        return open(path, 4L * 1024 * 1024, time, redaction);
    }

    static JournalFile open(Path path, long rollAt, InstantSource time, Redaction redaction)
            throws IOException {
        var last = new JournalReader(path).newest();
        var out = append(path);
        if (torn(path)) {
            out.write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
        var journal = new JournalFile(path, rollAt, time, redaction, last, out);
        journal.writer.start();
        return journal;
    }

    private static boolean torn(Path path) throws IOException {
        try (var in = FileChannel.open(path, StandardOpenOption.READ)) {
            var last = ByteBuffer.allocate(1);
            return in.size() > 0 && in.read(last, in.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    private static FileChannel append(Path path) throws IOException {
        var folder = path.toAbsolutePath().getParent();
        return FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                AtomicFile.ownerOnly(folder == null ? path : folder));
    }

    @Override
    public void record(RuntimeEvent event) {
        if (!inbox.offer(Optional.of(new Entry(time.instant(), event)))) {
            lost.incrementAndGet();
        }
    }

    /** Writes what was recorded before the call, then closes the file. */
    @Override
    public void close() {
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                inbox.put(Optional.empty());
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    // Ended by an entry and never by interruption, which would close the file under a write.
    private void run() {
        try {
            for (var entry = inbox.take(); entry.isPresent(); entry = inbox.take()) {
                write(entry.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeFile();
        }
    }

    private void write(Entry entry) {
        try {
            long missing = lost.get();
            if (missing > 0) {
                writeLine(new Entry(entry.at(), new RuntimeEvent.EntriesLost(missing)));
                lost.addAndGet(-missing);
            }
            writeLine(entry);
        } catch (IOException e) {
            lost.incrementAndGet();
            reopen();
        }
    }

    private void writeLine(Entry entry) throws IOException {
        if (out.size() >= rollAt) {
            roll();
        }
        var line = ByteBuffer.wrap(JournalLine.of(seq + 1, entry.at(), entry.event(), redaction));
        var start = out.size();
        try {
            while (line.hasRemaining()) {
                out.write(line);
            }
        } catch (IOException e) {
            out.truncate(start); // half a line would hide the next one
            throw e;
        }
        seq++;
    }

    private void roll() throws IOException {
        out.close();
        for (int i = OLDER; i > 0; i--) {
            var from = i == 1 ? path : older(i - 1);
            if (Files.exists(from)) {
                Files.move(from, older(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        out = append(path);
    }

    private Path older(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private void reopen() {
        if (out.isOpen()) {
            return;
        }
        try {
            out = append(path);
        } catch (IOException e) {
            lost.incrementAndGet();
        }
    }

    private void closeFile() {
        try {
            out.close();
        } catch (IOException e) {
            lost.incrementAndGet();
        }
    }
}
