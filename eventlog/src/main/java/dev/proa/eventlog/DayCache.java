package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is kept of each day of arrival, held in memory: a question reads only the days anew that
 * have changed since, which is mostly today. Safe to use from any thread.
 *
 * @param <T> what there is of a day; never changed
 */
final class DayCache<T> {
    /** Reads a day, given as its first millisecond since 1970. */
    @FunctionalInterface
    interface Loader<T> {
        T load(Connection connection, long day) throws SQLException;
    }

    private record Kept<T>(long version, T value) {}

    private final Loader<T> loader;
    private final Map<Long, Kept<T>> days = new HashMap<>(); // guarded by this

    DayCache(Loader<T> loader) {
        this.loader = loader;
    }

    /** Everything from a day on, as the connection sees it. */
    List<T> since(Connection connection, long firstDay) throws SQLException {
        return between(connection, firstDay, Long.MAX_VALUE);
    }

    /** Everything from a day to before another one. */
    List<T> between(Connection connection, long firstDay, long end) throws SQLException {
        var found = new ArrayList<T>();
        try (var statement =
                connection.prepareStatement(
                        "SELECT day, version FROM rollup_changed WHERE day >= ? AND day < ?")) {
            statement.setLong(1, firstDay);
            statement.setLong(2, end);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(one(connection, rows.getLong(1), rows.getLong(2)));
                }
            }
        }
        return found;
    }

    /** How many days are held. */
    synchronized int size() {
        return days.size();
    }

    private T one(Connection connection, long day, long version) throws SQLException {
        Kept<T> kept;
        synchronized (this) {
            kept = days.get(day);
        }
        if (kept != null && kept.version() == version) {
            return kept.value();
        }
        var value = loader.load(connection, day);
        synchronized (this) {
            // A reader whose view is older than another's keeps nothing.
            days.merge(
                    day,
                    new Kept<>(version, value),
                    (old, fresh) -> fresh.version() > old.version() ? fresh : old);
        }
        return value;
    }
}
