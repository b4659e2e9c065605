package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives stored events again to whoever has missed some. An event's place is its log's epoch and its
 * id: both stay over restarts. Safe to use from any thread; every method throws {@link
 * dev.proa.core.ProaException} if the log cannot be read.
 */
public final class EventReplay {
    static final List<String> TABLES =
            List.of(
                    "INSERT INTO meta VALUES ('epoch',"
                            + " cast(1000000000 + abs(random() % 1000000000) AS TEXT))");

    /** Who was there was not told of history that was imported meanwhile, either. */
    private static final String NEWS =
            """
            SELECT %s FROM events WHERE id > ?1 AND NOT (source = 'import'
                AND (client_timestamp IS NULL OR created_at - client_timestamp > ?2))
            ORDER BY id LIMIT ?3\
            """
                    .formatted(Columns.EVENT);

    private final EventLog log;

    public EventReplay(EventLog log) {
        this.log = log;
    }

    /**
     * What the log holds.
     *
     * @param epoch tells this log from any other
     * @param oldest the id of its oldest event, or of its next one if it has none
     * @param latest the greatest id that an event of it ever had; 0 if it never had any
     */
    public record Span(long epoch, long oldest, long latest) {}

    /** What the log holds now. */
    public Span span() throws InterruptedException {
        return log.read(EventReplay::span);
    }

    private static Span span(Connection connection) throws SQLException {
        var latest = LastId.of(connection);
        return new Span(
                Schema.number(connection, "SELECT value FROM meta WHERE name = 'epoch'"),
                Schema.number(
                        connection, "SELECT coalesce(min(id), " + (latest + 1) + ") FROM events"),
                latest);
    }

    /** The news after an id, oldest first, at most so many. */
    public List<Commit.StoredEvent> after(long id, int most) throws InterruptedException {
        return log.read(connection -> {
            try (var statement = connection.prepareStatement(NEWS)) {
                statement.setLong(1, id);
                statement.setLong(2, log.lifecycle().history().toMillis());
                statement.setInt(3, most);
                var events = new ArrayList<Commit.StoredEvent>();
                try (var found = statement.executeQuery()) {
                    while (found.next()) {
                        events.add(Commit.StoredEvent.of(Columns.event(found)));
                    }
                }
                return List.copyOf(events);
            }
        });
    }
}
