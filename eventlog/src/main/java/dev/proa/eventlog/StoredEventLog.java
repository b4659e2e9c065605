package dev.proa.eventlog;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The log in a folder as it lies there, whether or not a process owns it. It is only read: nobody
 * is kept from opening it, and a closed log in a folder that cannot be written is readable, too.
 * Safe to use from any thread.
 */
public final class StoredEventLog {
    private final Database database;

    public StoredEventLog(Path folder) {
        this.database = new Database(folder.resolve("events.db"));
    }

    /**
     * What {@link EventQueries#events} answers; no events if there is no log.
     *
     * @throws ProaException if a newer Proa or another program wrote it, or it cannot be read
     */
    public Reply events(Parameters parameters) {
        return EventQueries.events(parameters, this::page);
    }

    /** What {@link CostQueries#costs} answers; nothing if there is no log. */
    public Reply costs(Parameters parameters) {
        var prices = present();
        return CostQueries.costs(
                new UsageCube(),
                parameters,
                prices,
                reading -> read(reading, CostReport.none(prices)));
    }

    /** What {@link CostQueries#prices} answers. */
    public Reply prices() {
        return CostQueries.prices(present());
    }

    /**
     * Looks through the log for at most {@code patience}; empty if there is none.
     *
     * @throws ProaException if a newer Proa or another program wrote it, or it cannot be read
     */
    public Optional<QuickCheck> check(InstantSource clock, Duration patience) {
        var file = database.file();
        return read(
                connection ->
                        Optional.of(
                                QuickCheck.of(connection, EventLog.size(file), clock, patience)),
                Optional.empty());
    }

    private Prices present() {
        return new PriceFile(database.file().resolveSibling(PriceFile.NAME)).over(Prices.bundled());
    }

    private EventsQuery.Page page(EventsQuery query) {
        return read(query::run, new EventsQuery.Page(List.of(), 0));
    }

    private <T> T read(Readers.Query<T> query, T nothing) {
        if (!Files.exists(database.file())) {
            return nothing;
        }
        readable();
        try {
            return settled(access -> read(query, nothing, access));
        } catch (SQLException e) {
            throw Storage.exception(database.file(), e);
        } catch (IOException e) {
            throw unread(e);
        }
    }

    private void readable() {
        if (!Files.isReadable(database.file())) {
            throw new ProaException(
                    ExitCode.UNAVAILABLE,
                    new Problem(
                            Where.of(database.file().toString()),
                            "this user may not read the event log",
                            "Ask as its owner"));
        }
    }

    private ProaException unread(IOException because) {
        return new ProaException(
                ExitCode.UNAVAILABLE,
                new Problem(
                        Where.of(database.file().toString()),
                        "the event log cannot be read (" + because + ")",
                        "Check the disk and the rights of the file"),
                because);
    }

    /** Something to do with the log as one moment shows it. */
    private interface Work<T> {
        T with(Connection connection) throws SQLException, IOException;
    }

    /** The names of columns that {@link #export} knows. */
    public static List<String> exportColumns() {
        return EventExport.COLUMNS;
    }

    /**
     * Writes events as lines of JSON, in the order of their ids, and gives how many.
     *
     * @param parameters {@code from} and {@code to} by when an event happened, and the names of
     *     columns, such as {@code session_id}
     * @throws ProaException if the log cannot be read, or a process began to write it meanwhile
     * @throws IOException if {@code out} takes no more
     */
    public long export(Parameters parameters, OutputStream out) throws IOException {
        var export = new EventExport(parameters);
        return Files.exists(database.file())
                ? once(connection -> export.write(connection, out))
                : 0;
    }

    /**
     * Copies the log as it is at one moment into a new file that its owner alone can read.
     *
     * @throws ProaException if there is no log, or it cannot be read
     * @throws IOException if the file exists or cannot be written
     */
    public void backup(Path to) throws IOException {
        if (!Files.exists(database.file())) {
            throw new ProaException(
                    ExitCode.UNAVAILABLE,
                    new Problem(
                            Where.of(database.file().toString()),
                            "there is no event log",
                            "Name the data folder of the agent monitor with --data-dir"));
        }
        readable();
        var access = atRest() ? Database.Access.AT_REST : Database.Access.SHARED;
        try (var connection = database.reader(access)) {
            Schema.refuseForeign(connection, database.file());
            Backup.write(connection, to, false);
        } catch (SQLException e) {
            throw Storage.exception(database.file(), e);
        }
    }

    /** Reads a log at rest or beside its writer; what was told already cannot be told again. */
    private <T> T once(Work<T> work) throws IOException {
        readable();
        var resting = atRest();
        var before = Stamp.of(database.file());
        try (var connection =
                database.reader(resting ? Database.Access.AT_REST : Database.Access.SHARED)) {
            Database.run(connection, "BEGIN");
            Schema.refuseForeign(connection, database.file());
            OldVersion.present(connection);
            var result = work.with(connection);
            if (resting && !undisturbed(before)) {
                throw new ProaException(
                        ExitCode.TRY_LATER,
                        new Problem(
                                Where.of(database.file().toString()),
                                "a process began to write the event log meanwhile",
                                "Do it again"));
            }
            return result;
        } catch (SQLException e) {
            throw Storage.exception(database.file(), e);
        }
    }

    /** Whether everything is in the database itself: the last process that owned it closed it. */
    private boolean atRest() {
        return !Files.exists(Path.of(database.file() + "-wal"));
    }

    /** Something to read once or, if that was in vain, again. */
    interface Reading<T> {
        T by(Database.Access access) throws SQLException;
    }

    /**
     * Reads a log at rest without making the files that readers and writers share, which need not
     * be possible. Nothing guards such a reader from a writer that begins meanwhile, so what it saw
     * then counts for nothing.
     */
    <T> T settled(Reading<T> reading) throws SQLException, IOException {
        if (!atRest()) {
            return reading.by(Database.Access.SHARED);
        }
        var before = Stamp.of(database.file());
        try {
            var found = reading.by(Database.Access.AT_REST);
            if (undisturbed(before)) {
                return found;
            }
        } catch (SQLException | ProaException e) {
            if (undisturbed(before)) {
                throw e;
            }
        }
        return reading.by(Database.Access.SHARED);
    }

    private boolean undisturbed(Stamp before) throws IOException {
        return atRest() && Stamp.of(database.file()).equals(before);
    }

    private <T> T read(Readers.Query<T> query, T nothing, Database.Access access)
            throws SQLException {
        try (var connection = database.reader(access)) {
            Database.run(connection, "BEGIN");
            Schema.refuseForeign(connection, database.file());
            if (Schema.absent(connection)) {
                return nothing;
            }
            OldVersion.present(connection);
            return query.run(connection);
        }
    }

    /** What changes when a file is written. */
    private record Stamp(FileTime modified, long bytes) {
        static Stamp of(Path file) throws IOException {
            var attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size());
        }
    }
}
