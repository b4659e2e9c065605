package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The answer of {@code GET /api/costs/series}: what was used from hour to hour or day to day. */
final class CostSeries {
    /** How many lines there are before the rest is one. */
    private static final int MOST_LINES = 5;

    /** How many buckets an answer has; of a longer time, the last ones. */
    private static final int MOST_BUCKETS = 2_000;

    private static final String OTHERS = "others";

    static final List<String> WORDS = List.of("model", "project", "agent", "branch", "none");

    private final UsageSpan span;
    private final boolean daily;
    private final List<Long> starts = new ArrayList<>();
    private final Map<String, Map<Long, Spent>> lines = new LinkedHashMap<>();

    private CostSeries(UsageSpan span, boolean daily) {
        this.span = span;
        this.daily = daily;
    }

    static CostSeries read(Connection connection, UsageQuery query, boolean daily, String by)
            throws SQLException {
        var named = CostReport.dimension(by);
        var dimension = named == null ? "" : named;
        var parts =
                daily
                        ? byDay(query.byDay(connection, dimension))
                        : SpentHours.read(connection, query, dimension);
        var series = new CostSeries(query.span(), daily);
        series.place(parts, named == null);
        return series;
    }

    private static Map<String, Map<Long, Spent>> byDay(Map<UsageQuery.Cell, Use> cells) {
        var parts = new HashMap<String, Map<Long, Spent>>();
        cells.forEach((cell, use) ->
                parts.computeIfAbsent(cell.key(), _ -> new HashMap<>())
                        .computeIfAbsent(cell.at(), _ -> new Spent())
                        .add(use));
        return parts;
    }

    /** Makes lines of the dearest parts, and one of the others. */
    private void place(Map<String, Map<Long, Spent>> parts, boolean oneLine) {
        var totals = new HashMap<String, Spent>();
        parts.forEach((key, uses) -> {
            var total = totals.computeIfAbsent(key, _ -> new Spent());
            uses.values().forEach(total::add);
        });
        var order = CostReport.dearest(Spent::knownCost, Spent::tokens);
        for (var key : totals.entrySet().stream().sorted(order).map(Map.Entry::getKey).toList()) {
            var line = oneLine ? "total" : lines.size() < MOST_LINES ? key : OTHERS;
            var uses = lines.computeIfAbsent(line, _ -> new HashMap<>());
            parts.getOrDefault(key, Map.of())
                    .forEach((at, use) -> uses.computeIfAbsent(at, _ -> new Spent()).add(use));
        }
        var times =
                parts.values().stream()
                        .flatMap(uses -> uses.keySet().stream())
                        .mapToLong(at -> at)
                        .summaryStatistics();
        if (times.getCount() > 0 || (span.from().isPresent() && span.to().isPresent())) {
            lay(span.from().orElse(times.getMin()), span.to().orElse(times.getMax() + 1));
        }
    }

    /** Lays out the buckets backwards, so that the newest stay when there are too many. */
    private void lay(long from, long to) {
        var begin = bucket(from);
        var start = bucket(to - 1);
        while (start >= begin && starts.size() < MOST_BUCKETS) {
            starts.addFirst(start);
            start = bucket(start - 1);
        }
    }

    private long bucket(long millis) {
        return daily ? span.dayStart(millis) : Tally.hour(millis);
    }

    void write(JsonGenerator out, long now) {
        out.writeStartObject();
        out.writeStringProperty("zone", span.zone().getId());
        out.writeStringProperty("bucket", daily ? "day" : "hour");
        out.writeName("starts");
        out.writeStartArray();
        starts.forEach(start -> out.writeString(Json.iso(start)));
        out.writeEndArray();
        Json.time(out, "incomplete", starts.contains(bucket(now)) ? (Long) bucket(now) : null);
        out.writeName("series");
        out.writeStartArray();
        lines.forEach((key, uses) -> {
            out.writeStartObject();
            Json.text(out, "key", key.isEmpty() ? null : key);
            out.writeName("cost_usd");
            out.writeStartArray();
            starts.forEach(start -> dollars(out, cost(uses.get(start))));
            out.writeEndArray();
            out.writeName("tokens");
            out.writeStartArray();
            starts.forEach(start -> whole(out, uses.get(start)));
            out.writeEndArray();
            out.writeEndObject();
        });
        out.writeEndArray();
        out.writeEndObject();
    }

    private static @Nullable Long cost(@Nullable Spent use) {
        return use == null ? null : use.cost();
    }

    private static void dollars(JsonGenerator out, @Nullable Long nanos) {
        if (nanos == null) {
            out.writeNull();
        } else {
            out.writeNumber(Json.dollars(nanos));
        }
    }

    private static void whole(JsonGenerator out, @Nullable Spent use) {
        if (use == null) {
            out.writeNull();
        } else {
            out.writeNumber(use.tokens());
        }
    }
}
