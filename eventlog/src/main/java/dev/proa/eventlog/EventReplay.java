package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
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
             FROM events WHERE id > ?1 AND NOT (source = 'import'
                AND (client_timestamp IS NULL OR created_at - client_timestamp > ?2))
                AND (?3 IS NULL OR agent_type = ?3) AND (?4 IS NULL OR event_type = ?4)
                AND (?5 IS NULL OR session_id = ?5)\
            """;

    /** A page of more is ended; an event alone may be larger. */
    private static final long PAGE_BYTES = 4L * 1024 * 1024;

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

    /**
     * What is given again of the news after an id.
     *
     * @param after where it begins
     * @param left how many older ones are left out
     */
    public record Newest(long after, long left) {}

    /** Where the newest {@code most} begin of the wanted news after an id. */
    public Newest newest(long id, long most, WantedEvents wanted) throws InterruptedException {
        return log.read(connection -> {
            if (LastId.of(connection) - id <= most) {
                return new Newest(id, 0);
            }
            var count = number(connection, "SELECT count(*)" + NEWS, id, wanted);
            return count <= most
                    ? new Newest(id, 0)
                    : new Newest(
                            number(
                                    connection,
                                    "SELECT id" + NEWS + " ORDER BY id DESC LIMIT 1 OFFSET " + most,
                                    id,
                                    wanted),
                            count - most);
        });
    }

    private long number(Connection connection, String query, long id, WantedEvents wanted)
            throws SQLException {
        try (var statement = news(connection, query, id, wanted);
                var found = statement.executeQuery()) {
            return found.next() ? found.getLong(1) : id;
        }
    }

    /** The wanted news after an id, oldest first, at most so many. */
    public List<Commit.StoredEvent> after(long id, int most, WantedEvents wanted)
            throws InterruptedException {
        return log.read(connection -> {
            var query = "SELECT " + Columns.EVENT + NEWS + " ORDER BY id LIMIT " + most;
            try (var statement = news(connection, query, id, wanted)) {
                var events = new ArrayList<Commit.StoredEvent>();
                var bytes = 0L;
                try (var found = statement.executeQuery()) {
                    while (bytes < PAGE_BYTES && found.next()) {
                        var event = Commit.StoredEvent.of(Columns.event(found));
                        bytes += event.json().length;
                        events.add(event);
                    }
                }
                return List.copyOf(events);
            }
        });
    }

    private PreparedStatement news(
            Connection connection, String query, long id, WantedEvents wanted) throws SQLException {
        var statement = connection.prepareStatement(query);
        statement.setLong(1, id);
        statement.setLong(2, log.lifecycle().history().toMillis());
        statement.setString(3, wanted.agentType().orElse(null));
        statement.setString(4, wanted.eventType().orElse(null));
        statement.setString(5, wanted.sessionId().orElse(null));
        return statement;
    }
}
