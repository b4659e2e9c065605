package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/**
 * The answer of {@code GET /api/costs/events}: the events behind a total, the latest first. The
 * roll-up tells in which hours a page lies, so that only those are read.
 *
 * @param total how many events the total sums up
 * @param pruned how many of them have been deleted since, so that they cannot be shown
 */
record CostEvents(List<EventRow> events, long total, long pruned) {
    private static final int USUAL_ROWS = 50;
    private static final int MOST_ROWS = 1_000;

    static CostEvents read(Connection connection, UsageQuery query, Parameters parameters)
            throws SQLException {
        var unpriced = parameters.filled("unpriced").filter("true"::equals).isPresent();
        var limit =
                Math.min(
                        parameters.whole("limit").filter(n -> n > 0).orElse(USUAL_ROWS), MOST_ROWS);
        var skip = (long) Math.max(0, parameters.whole("offset").orElse(0));
        var counts = new TreeMap<Long, Long>(Comparator.reverseOrder());
        query.byHour(connection, "")
                .forEach((cell, use) ->
                        counts.merge(cell.at(), unpriced ? use.unpriced() : use.told(), Long::sum));
        var total = sum(counts.values());
        query.pruned(connection, unpriced)
                .forEach((hour, gone) ->
                        counts.computeIfPresent(hour, (_, told) -> Math.max(0, told - gone)));
        var hours = new ArrayList<Long>();
        var found = 0L;
        for (var hour : counts.entrySet()) {
            if (hour.getValue() == 0) {
                continue;
            }
            if (hours.isEmpty() && hour.getValue() <= skip) {
                skip -= hour.getValue();
                continue;
            }
            hours.add(hour.getKey());
            found += hour.getValue();
            if (found >= skip + limit) {
                break;
            }
        }
        var rows =
                hours.isEmpty()
                        ? List.<EventRow>of()
                        : page(connection, query, unpriced, hours, limit, skip);
        return new CostEvents(rows, total, total - sum(counts.values()));
    }

    private static long sum(Collection<Long> counts) {
        return counts.stream().mapToLong(Long::longValue).sum();
    }

    private static List<EventRow> page(
            Connection connection,
            UsageQuery query,
            boolean unpriced,
            List<Long> hours,
            int limit,
            long skip)
            throws SQLException {
        var sql =
                """
                WITH hours AS MATERIALIZED (SELECT value AS hour FROM json_each(?)),
                    zones AS MATERIALIZED (
                        SELECT DISTINCT first_id, last_id FROM hours CROSS JOIN event_zones
                        WHERE happened_to >= hour AND happened_from < hour + 3600000)
                SELECT %1$s FROM (
                    SELECT events.*, %2$s AS happened FROM zones%6$s
                    WHERE %2$s >= ? AND %2$s < ? AND %7$s IN hours
                        AND %3$s%4$s
                )
                %5$s ORDER BY happened DESC, id DESC LIMIT ? OFFSET ?\
                """
                        .formatted(
                                Columns.EVENT,
                                UsageTables.HAPPENED,
                                UsageTables.USES,
                                unpriced ? " AND counted AND cost_nanos IS NULL" : "",
                                query.filter().where(),
                                Zones.EVENTS,
                                UsageTables.hour());
        var rows = new ArrayList<EventRow>();
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, hours.toString());
            statement.setLong(2, query.span().first());
            statement.setLong(3, query.span().end());
            var next = query.filter().bind(statement, 4);
            statement.setInt(next, limit);
            statement.setLong(next + 1, skip);
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    rows.add(Columns.event(found));
                }
            }
        }
        return rows;
    }

    void write(JsonGenerator out) {
        out.writeStartObject();
        out.writeName("events");
        out.writeStartArray();
        for (var row : events) {
            out.writeStartObject();
            RowJson.properties(out, row);
            var usage = row.usage();
            out.writeBooleanProperty("counted", usage.counted());
            Json.dollars(out, "given_cost_usd", usage.givenNanos());
            Json.dollars(out, "computed_cost_usd", usage.computedNanos());
            Json.text(out, "prices", usage.prices());
            Json.text(out, "message_id", row.identity().messageId());
            Json.text(out, "request_id", row.identity().requestId());
            Json.whole(out, "duplicate_of", usage.duplicateOf());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeNumberProperty("total", total);
        out.writeNumberProperty("pruned", pruned);
        out.writeEndObject();
    }
}
