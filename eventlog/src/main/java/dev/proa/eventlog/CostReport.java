package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The answer of {@code GET /api/costs}. */
record CostReport(
        UsageSpan span, Use total, Map<String, Use> rows, Map<String, Use> unknown, Prices prices) {
    /** The dimension that a word of {@code by} stands for; time is none. */
    private static final Map<String, String> DIMENSIONS =
            Map.of(
                    "model", "model",
                    "project", "project",
                    "branch", "branch",
                    "agent", "agent_type",
                    "session", "session_id");

    static final List<String> WORDS =
            List.of("day", "model", "project", "branch", "agent", "session");

    /** What a log without events says. */
    static CostReport none(Prices prices) {
        var span = new UsageSpan(OptionalLong.empty(), OptionalLong.empty(), ZoneOffset.UTC);
        return new CostReport(span, new Use(), Map.of(), Map.of(), prices);
    }

    /** The column of a word of {@code by}, such as {@code agent}. */
    static @Nullable String dimension(String word) {
        return DIMENSIONS.get(word);
    }

    static CostReport read(Connection connection, UsageQuery query, String by, Prices prices)
            throws SQLException {
        var dimension = dimension(by);
        var cells =
                dimension == null
                        ? query.byDayAndModel(connection)
                        : query.byModel(connection, dimension);
        var total = new Use();
        cells.values().forEach(total::add);
        var unknown = new LinkedHashMap<String, Use>();
        sorted(summed(cells, UsageQuery.Cell::model))
                .forEach((model, use) -> {
                    if (use.unpriced() > 0) {
                        unknown.put(model, use);
                    }
                });
        var rows =
                dimension == null
                        ? days(cells, query.span())
                        : sorted(summed(cells, UsageQuery.Cell::key));
        return new CostReport(query.span(), total, rows, unknown, prices);
    }

    /** Puts groups together that have the same of something. */
    static Map<String, Use> summed(
            Map<UsageQuery.Cell, Use> cells, Function<UsageQuery.Cell, String> by) {
        var sums = new HashMap<String, Use>();
        cells.forEach((cell, use) -> sums.computeIfAbsent(by.apply(cell), _ -> new Use()).add(use));
        return sums;
    }

    private static Map<String, Use> days(Map<UsageQuery.Cell, Use> cells, UsageSpan span) {
        var days = new TreeMap<Long, Use>();
        cells.forEach((cell, use) -> days.computeIfAbsent(cell.at(), _ -> new Use()).add(use));
        var rows = new LinkedHashMap<String, Use>();
        days.forEach((start, use) -> rows.put(span.day(start).toString(), use));
        return rows;
    }

    /** What costs most first; of what costs the same, what used most tokens. */
    static <T> Comparator<Map.Entry<String, T>> dearest(
            ToLongFunction<T> cost, ToLongFunction<T> tokens) {
        return Comparator.<Map.Entry<String, T>>comparingLong(
                        row -> cost.applyAsLong(row.getValue()))
                .thenComparingLong(row -> tokens.applyAsLong(row.getValue()))
                .reversed()
                .thenComparing(Map.Entry.comparingByKey());
    }

    static Map<String, Use> sorted(Map<String, Use> found) {
        var sorted = new LinkedHashMap<String, Use>();
        found.entrySet().stream()
                .sorted(dearest(Use::knownCost, Use::tokens))
                .forEach(row -> sorted.put(row.getKey(), row.getValue()));
        return sorted;
    }

    void write(JsonGenerator out) {
        out.writeStartObject();
        Json.time(out, "from", span.from().isPresent() ? (Long) span.first() : total.first());
        Json.time(out, "to", span.to().isPresent() ? (Long) span.end() : total.last());
        out.writeStringProperty("zone", span.zone().getId());
        Json.time(out, "first_at", total.first());
        Json.time(out, "last_at", total.last());
        out.writeName("total");
        Json.object(out, total::write);
        out.writeName("rows");
        out.writeStartArray();
        rows.forEach((key, use) -> {
            out.writeStartObject();
            Json.text(out, "key", key.isEmpty() ? null : key);
            use.write(out);
            out.writeEndObject();
        });
        out.writeEndArray();
        writeUnknown(out);
        out.writeName("prices");
        out.writeStartObject();
        writePrices(out, prices);
        out.writeEndObject();
        out.writeEndObject();
    }

    private void writeUnknown(JsonGenerator out) {
        out.writeName("unknown_models");
        out.writeStartArray();
        unknown.forEach((model, use) -> {
            out.writeStartObject();
            Json.text(out, "model", model.isEmpty() ? null : model);
            out.writeNumberProperty("events", use.unpriced());
            use.writeTokens(out);
            Json.time(out, "first_at", use.first());
            Json.time(out, "last_at", use.last());
            out.writeEndObject();
        });
        out.writeEndArray();
    }

    static void writePrices(JsonGenerator out, Prices prices) {
        out.writeStringProperty("version", prices.version());
        out.writeStringProperty("updated", prices.updated());
        out.writeStringProperty("source", prices.source());
    }
}
