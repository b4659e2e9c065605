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
    private static final String NO_HISTORY =
            """
            NOT (source = 'import'
                AND (client_timestamp IS NULL OR created_at - client_timestamp > ?))\
            """;

    /** A page of more is ended; an event alone may be larger. */
    private static final long PAGE_BYTES = 4L * 1024 * 1024;

    /** How many ids before those that are given again are looked at to count what is left out. */
    private static final long MOST_COUNTED = 100_000;

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
     * @param left how many older ones are left out; of those that lie far back, at most
     */
    public record Newest(long after, long left) {}

    /** Where the newest {@code most} begin of the wanted news after an id. */
    public Newest newest(long id, long most, WantedEvents wanted) throws InterruptedException {
        return newest(id, most, wanted, MOST_COUNTED);
    }

    Newest newest(long id, long most, WantedEvents wanted, long counted)
            throws InterruptedException {
        return log.read(connection -> {
            if (LastId.of(connection) - id <= most) {
                return new Newest(id, 0);
            }
            var news = news(id, wanted);
            var last =
                    number(
                            connection,
                            "SELECT id"
                                    + news.from()
                                    + news.order(" DESC")
                                    + " LIMIT 1 OFFSET "
                                    + most,
                            news);
            if (last == 0) {
                return new Newest(id, 0);
            }
            var from = Math.max(id, last - counted);
            var left = news(from, wanted);
            left.filter().and("id <= ?", last);
            return new Newest(
                    last, from - id + number(connection, "SELECT count(*)" + left.from(), left));
        });
    }

    /** What a query about the events that pass gives; 0 if it is nothing. */
    private static long number(Connection connection, String query, News news) throws SQLException {
        try (var statement = connection.prepareStatement(query)) {
            news.filter().bind(statement, 1);
            try (var found = statement.executeQuery()) {
                return found.next() ? found.getLong(1) : 0;
            }
        }
    }

    /** The wanted news after an id, oldest first, at most so many. */
    public List<Commit.StoredEvent> after(long id, int most, WantedEvents wanted)
            throws InterruptedException {
        return log.read(connection -> {
            var news = news(id, wanted);
            var query = "SELECT " + Columns.EVENT + news.from() + news.order("") + " LIMIT " + most;
            try (var statement = connection.prepareStatement(query)) {
                news.filter().bind(statement, 1);
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

    /**
     * Where wanted events are found in the order of their ids, and what they have to be.
     *
     * @param place a session's by its index, a kind's by its zones
     * @param zone what goes before the id in the order
     */
    record News(String place, String zone, Filter filter) {
        String from() {
            return " FROM " + place + filter.where();
        }

        /** By id, upwards or, with {@code DESC}, downwards. */
        String order(String direction) {
            return " ORDER BY " + zone + direction + ", id" + direction;
        }
    }

    /** With no other condition than it needs, so that what finds the wanted is used. */
    News news(long id, WantedEvents wanted) {
        var kind = wanted.eventType().or(wanted::agentType);
        var zoned = wanted.sessionId().isEmpty() && kind.isPresent();
        // The plus keeps SQLite from looking in each zone from that id on.
        var filter = new Filter().and(zoned ? "+id > ?" : "id > ?", id);
        filter.and(NO_HISTORY, log.lifecycle().history().toMillis());
        wanted.agentType().ifPresent(type -> filter.and("agent_type = ?", type));
        wanted.eventType().ifPresent(type -> filter.and("event_type = ?", type));
        wanted.sessionId().ifPresent(session -> filter.and("session_id = ?", session));
        if (!zoned) {
            return new News("events", "id", filter);
        }
        var name = wanted.eventType().isPresent() ? "event_type" : "agent_type";
        filter.and(Zones.VALUE, name, kind.get()).and("zone > ?", id - Zones.SIZE);
        return new News(Zones.OF_VALUE, "zone", filter);
    }
}
