package dev.proa.eventlog;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.Pragma;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteOpenMode;

/** The database file and how connections to it are set up. */
final class Database {
    private static final int BUSY_MILLIS = 5_000;
    private static final int WRITER_CACHE_KIB = 16_000;
    private static final int READER_CACHE_KIB = 8_000;
    private static final int FOLLOWER_CACHE_KIB = 8_000;

    /** Under steady load a commit checkpoints at this many pages; else the idle writer does. */
    private static final int CHECKPOINT_PAGES = 16_000;

    private static final int WAL_BYTES_KEPT = 64 * 1024 * 1024;
    static final int FOLLOWER_BUSY_MILLIS = 30_000;
    private static final int FOLLOWER_WAL_BYTES_KEPT = 8 * 1024 * 1024;

    private final Path file;

    Database(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /** The bytes that a file takes whose name is this one's with an ending; 0 if there is none. */
    long bytes(String ending) {
        return EventLog.size(Path.of(file + ending));
    }

    /** A connection that writes: what it has committed is on the disk. */
    Connection writer() throws SQLException {
        var config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setCacheSize(-WRITER_CACHE_KIB);
        config.setJournalSizeLimit(WAL_BYTES_KEPT);
        config.enableFullSync(true);
        config.setGetGeneratedKeys(false);
        var connection = open(config, Access.SHARED);
        try {
            run(connection, "PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * A connection that writes what can be read again from elsewhere: a loss of power costs at most
     * the end of what it has committed.
     */
    Connection follower() throws SQLException {
        var config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.NORMAL);
        config.setBusyTimeout(FOLLOWER_BUSY_MILLIS);
        config.setCacheSize(-FOLLOWER_CACHE_KIB);
        config.setJournalSizeLimit(FOLLOWER_WAL_BYTES_KEPT);
        config.setPragma(Pragma.TEMP_STORE, "MEMORY");
        config.setGetGeneratedKeys(false);
        return open(config, Access.SHARED);
    }

    /** How a reader stands to writers. */
    enum Access {
        /** Beside a writer, by means of the -wal and -shm files, which are made if need be. */
        SHARED(""),
        /** The database file alone, without any lock: sound only while nobody writes. */
        AT_REST("?immutable=1");

        private final String parameter;

        Access(String parameter) {
            this.parameter = parameter;
        }
    }

    /** A connection that can only read. */
    Connection reader() throws SQLException {
        return reader(Access.SHARED);
    }

    Connection reader(Access access) throws SQLException {
        var config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setCacheSize(-READER_CACHE_KIB);
        config.setPragma(Pragma.TEMP_STORE, "MEMORY");
        config.setGetGeneratedKeys(false);
        return open(config, access);
    }

    private Connection open(SQLiteConfig config, Access access) throws SQLException {
        // A connection belongs to one thread at a time, so SQLite needs no lock for every call.
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        // As a URI, since the driver takes what follows a question mark in a path for settings.
        return config.createConnection("jdbc:sqlite:" + uri() + access.parameter);
    }

    private String uri() {
        return file.toUri().toASCIIString();
    }

    /** Lets a connection to another file read this one, too, whose tables it calls by a name. */
    void attach(Connection to, String name) throws SQLException {
        try (var statement = to.prepareStatement("ATTACH ? AS " + name)) {
            statement.setString(1, uri());
            statement.execute();
        }
    }

    static boolean attached(Connection to, String name) throws SQLException {
        var query = "SELECT count(*) FROM pragma_database_list WHERE name = '" + name + "'";
        return Schema.number(to, query) > 0;
    }

    static void run(Connection connection, String command) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(command);
        }
    }
}
