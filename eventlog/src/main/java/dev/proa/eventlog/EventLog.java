package dev.proa.eventlog;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A durable log of what the app's sessions did, in {@code events.db} of one folder, with an index
 * of its words beside it. One thread writes, readers do not disturb it, and what was acknowledged
 * is on the disk. One process at a time owns it. Safe to use from any thread.
 */
public final class EventLog implements AutoCloseable {
    private final Database database;
    private final InstantSource clock;
    private final Instant openedAt;
    private final Ownership ownership;
    private final PriceBook prices;
    private final PriceFile priceFile;
    private final UsageCube usage;
    private final DayCache<List<RollupLine>> days = new DayCache<>(RollupLine::ofDay);
    private final DayCache<List<ToolDay>> tools = new DayCache<>(ToolDay::ofDay);
    private final Writer writer;
    private final Readers readers;
    private final Privacy privacy;
    private final Probes probes = new Probes();
    private @Nullable Warming warming; // guarded by this
    private boolean closed; // guarded by this

    private EventLog(
            Database database,
            InstantSource clock,
            Ownership ownership,
            PriceBook prices,
            PriceFile priceFile,
            UsageCube usage,
            Writer writer,
            Privacy privacy) {
        this.privacy = privacy;
        this.usage = usage;
        this.database = database;
        this.clock = clock;
        this.openedAt = clock.instant();
        this.ownership = ownership;
        this.prices = prices;
        this.priceFile = priceFile;
        this.writer = writer;
        this.readers = new Readers(database, SearchIndex.beside(database));
    }

    /**
     * Opens the log of a folder, which exists; an absent log is begun. Everything is stored as it
     * comes.
     *
     * @param clock gives the time of records and of the life cycle
     * @param listener hears of every transaction
     * @throws ProaException if another process owns it, a newer Proa or another program wrote it,
     *     or it cannot be read or written; nothing is changed then
     */
    public static EventLog open(Path folder, InstantSource clock, EventLogListener listener) {
        return open(folder, clock, listener, Privacy.NONE, Writer.Limits.USUAL);
    }

    /**
     * As {@link #open(Path, InstantSource, EventLogListener)}, and what is stored of an event is
     * what the settings' rules of privacy leave.
     */
    public static EventLog open(
            Path folder, InstantSource clock, EventLogListener listener, Settings settings) {
        return open(folder, clock, listener, settings, Metadata.CAP);
    }

    /**
     * As {@link #open(Path, InstantSource, EventLogListener, Settings)}, with another cap than 10
     * KiB for an event's metadata, in bytes of UTF-8.
     */
    public static EventLog open(
            Path folder,
            InstantSource clock,
            EventLogListener listener,
            Settings settings,
            int cap) {
        return open(folder, clock, listener, Privacy.of(settings, cap), Writer.Limits.USUAL);
    }

    static EventLog open(
            Path folder,
            InstantSource clock,
            EventLogListener listener,
            Privacy privacy,
            Writer.Limits limits) {
        Ownership ownership;
        try {
            ownership = Ownership.take(folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        var database = new Database(folder.resolve("events.db"));
        try {
            return opened(database, clock, listener, privacy, limits, ownership);
        } catch (SQLException | IOException | RuntimeException e) {
            var failure =
                    switch (e) {
                        case SQLException broken -> Storage.exception(database.file(), broken);
                        case IOException denied -> unwritable(folder, denied);
                        default -> (RuntimeException) e;
                    };
            release(ownership, failure);
            throw failure;
        }
    }

    private static ProaException unwritable(Path folder, IOException because) {
        return new ProaException(
                ExitCode.CANNOT_CREATE,
                new Problem(
                        Where.of(folder.toString()),
                        "the event log's folder cannot be written (" + because + ")",
                        "Give its owner the right to write it"),
                because);
    }

    private static EventLog opened(
            Database database,
            InstantSource clock,
            EventLogListener listener,
            Privacy privacy,
            Writer.Limits limits,
            Ownership ownership)
            throws SQLException, IOException {
        if (size(database.file()) > 0) {
            // Connecting to write would already change the journal mode of a stranger's file.
            try (var reader = database.reader()) {
                Schema.refuseForeign(reader, database.file());
            }
        }
        OwnFiles.prepare(database.file());
        var connection = database.writer();
        try {
            Schema.prepare(connection, database.file());
            var priceFile = new PriceFile(database.file().resolveSibling(PriceFile.NAME));
            var prices = new PriceBook(priceFile.over(Prices.bundled(), listener));
            var usage = new UsageCube();
            var indexer = Indexer.of(database, connection, listener::troubled);
            try {
                var statements = new Statements(connection, usage.sessions());
                var writer =
                        new Writer(database, statements, prices, clock, listener, limits, indexer);
                return new EventLog(
                        database, clock, ownership, prices, priceFile, usage, writer, privacy);
            } catch (SQLException | RuntimeException e) {
                indexer.close();
                throw e;
            }
        } catch (SQLException | IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static void release(Ownership ownership, RuntimeException because) {
        try {
            ownership.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    /** Stores events all or none. */
    Appended append(List<NewEvent> events) throws InterruptedException {
        return append(events, Along.NOTHING);
    }

    /** Stores events, and what their source keeps about itself, all or none; but no probes. */
    Appended append(List<NewEvent> events, Along along) throws InterruptedException {
        var sent = events.stream().flatMap(event -> Probes.id(event).stream()).toList();
        var news = events.stream().filter(event -> Probes.id(event).isEmpty());
        var appended = writer.append(news.map(privacy::clean).toList(), along);
        if (appended instanceof Appended.Stored) {
            probes.arrived(sent, now());
        }
        return appended;
    }

    /** The probes that came through. */
    Probes probes() {
        return probes;
    }

    /** The rules for what is stored of what sources send. */
    Privacy privacy() {
        return privacy;
    }

    /** Runs on the writer's thread between two transactions. */
    boolean onWriter(Writer.Work work) throws InterruptedException {
        return writer.run(work);
    }

    /** Has sessions live by other rules from now on. */
    public void live(Lifecycle rules) {
        writer.live(rules);
    }

    Lifecycle lifecycle() {
        return writer.lifecycle();
    }

    /** What was used, by the day. */
    UsageCube usage() {
        return usage;
    }

    /** The roll-up, by the day of arrival. */
    DayCache<List<RollupLine>> days() {
        return days;
    }

    /** What is told of tools, by the day of arrival. */
    DayCache<List<ToolDay>> tools() {
        return tools;
    }

    /**
     * Reads in the background what questions hold in memory; the first ones of a long log would
     * wait for it.
     */
    public void warm() {
        warming();
    }

    synchronized Warming warming() {
        var present = warming;
        if (present == null) {
            present =
                    Warming.begin(
                            readers,
                            List.of(
                                    connection -> days.since(connection, Long.MIN_VALUE),
                                    connection -> tools.since(connection, Long.MIN_VALUE),
                                    usage::known));
            warming = present;
        }
        return present;
    }

    /** The prices in force. */
    PriceBook prices() {
        return prices;
    }

    /** Adds a model's prices to the user's, and lets them be in force. */
    synchronized void priced(ModelPrice price) throws IOException {
        priceFile.put(price);
        prices.replace(priceFile.over(Prices.bundled()));
    }

    /** Runs one transaction that is no append; false if it failed. */
    boolean change(Transactions.Part part) throws InterruptedException {
        return writer.change(part);
    }

    /** Waits until everything that has been acknowledged can be found by its words. */
    Indexer.State index(Duration patience) throws InterruptedException {
        return writer.indexer().await(patience);
    }

    /** The index of words was found to be damaged; gives what to say about it. */
    ProaException damagedWords(SQLException found) {
        return writer.indexer().damaged(found);
    }

    /** As {@link #read}, also in the tables of the index of words. */
    <T> T readWords(Readers.Query<T> query) throws InterruptedException {
        return readers.readWords(query);
    }

    /** Takes all that is in the {@code -wal} file into the database, and empties it. */
    void emptyWal() throws InterruptedException {
        writer.checkpoints().empty();
    }

    /** How many appends wait. */
    int waiting() {
        return writer.waiting();
    }

    /** Reads what is stored. */
    <T> T read(Readers.Query<T> query) throws InterruptedException {
        return readers.read(query);
    }

    /** As {@link #read}, with a connection of its own: see {@link Readers#readAnew}. */
    <T> T readAnew(Readers.Query<T> query) throws InterruptedException {
        return readers.readAnew(query);
    }

    /** The present moment in milliseconds since 1970. */
    long now() {
        return clock.millis();
    }

    /** The present moment. */
    Instant instant() {
        return clock.instant();
    }

    /** Whole seconds since it was opened. */
    long uptimeSeconds() {
        return clock.instant().getEpochSecond() - openedAt.getEpochSecond();
    }

    /** The bytes that the log and its index of words take on the disk. */
    long sizeBytes() {
        return fileBytes() + walBytes();
    }

    long fileBytes() {
        return database.bytes("") + SearchIndex.beside(database).bytes("");
    }

    long walBytes() {
        return database.bytes("-wal") + SearchIndex.beside(database).bytes("-wal");
    }

    /** The folder that holds it. */
    Path folder() {
        return database.file().toAbsolutePath().resolveSibling("");
    }

    /**
     * Copies it as it is at one moment into a new file that its owner alone can read, while it goes
     * on.
     *
     * @throws IOException if the file exists or cannot be written
     */
    void backup(Path to) throws IOException {
        var parent = to.toAbsolutePath().getParent();
        if (parent != null && parent.equals(folder().resolve("backups"))) {
            AtomicFile.ownFolder(parent);
        }
        try (var connection = database.reader()) {
            Backup.write(connection, to, false);
        } catch (SQLException e) {
            throw Storage.exception(database.file(), e);
        }
    }

    /** Tells the listener of a problem. */
    void trouble(Problem problem) {
        writer.tellOf(problem);
    }

    static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0; // an absent part takes nothing
        }
    }

    /**
     * Stores what silence has made of the sessions, and tells the listener; happens by itself every
     * minute. Readers always see the states as they are.
     */
    public void ageSessions() throws InterruptedException {
        writer.age();
    }

    /** Stores what waits, then ends; further appends fail. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        // SQLite folds the -wal file into the database when the last connection closes, if that one
        // may write.
        try (ownership;
                writer) {
            readers.close();
        } catch (IOException | SQLException e) {
            throw Storage.closing(database.file(), e);
        }
    }
}
