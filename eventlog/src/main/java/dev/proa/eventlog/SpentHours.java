package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/**
 * Sums up what was used from hour to hour: whole quarters from their roll-up, what is left of
 * quarters from events. A week has thousands of lines, and of each the driver takes longer to hand
 * over a column than SQLite to read it.
 */
final class SpentHours {
    private final UsageQuery query;
    private final String dimension;

    /** By the value of the dimension, and by the beginning of the hour. */
    private final Map<String, Map<Long, Spent>> found = new HashMap<>();

    private SpentHours(UsageQuery query, String dimension) {
        this.query = query;
        this.dimension = dimension;
    }

    /**
     * Reads it.
     *
     * @param dimension one of {@link UsageQuery#DIMENSIONS}, or empty for all in one
     * @return by the value of the dimension, and by the hour in milliseconds since 1970
     */
    static Map<String, Map<Long, Spent>> read(
            Connection connection, UsageQuery query, String dimension) throws SQLException {
        var hours = new SpentHours(query, dimension);
        hours.read(connection);
        return hours.found;
    }

    private void read(Connection connection) throws SQLException {
        var begin = query.span().first();
        var end = query.span().end();
        var first = UsageSpan.upTo(begin, SumTables.QUARTER);
        var last = UsageSpan.downTo(end, SumTables.QUARTER);
        if (first > last) {
            collect(connection, UsageSources.EVENTS, begin, end);
            return;
        }
        collect(connection, UsageSources.EVENTS, begin, first);
        collect(connection, query.source(dimension), first, last);
        collect(connection, UsageSources.EVENTS, last, end);
    }

    private void collect(Connection connection, String source, long from, long to)
            throws SQLException {
        if (from >= to) {
            return;
        }
        var filter = query.filter(source).and("events + duplicates > 0");
        var text =
                "SELECT start, %s, %s FROM %s%s"
                        .formatted(
                                UsageQuery.column(source, dimension),
                                Spent.COLUMNS,
                                source,
                                filter.where());
        try (var statement = connection.prepareStatement(text)) {
            statement.setLong(1, from);
            statement.setLong(2, to);
            filter.bind(statement, 3);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.computeIfAbsent(rows.getString(2), _ -> new HashMap<>())
                            .computeIfAbsent(Tally.hour(rows.getLong(1)), _ -> new Spent())
                            .add(rows, 3);
                }
            }
        }
    }
}
