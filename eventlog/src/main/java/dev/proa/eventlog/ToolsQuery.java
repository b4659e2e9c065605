package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The tools of {@code GET /api/stats/tools}; one reading, one use. Calls, errors and durations are
 * between any two moments; percentiles, errors' texts and the last call are of the whole days that
 * these lie in and those between. Of errors those are counted that are among the most frequent ones
 * of a day.
 */
final class ToolsQuery {
    private static final int ERRORS_SHOWN = 3;

    /** What is known of one tool. */
    private static final class Tool {
        private final Map<String, Long> agents = new HashMap<>();
        private final TreeMap<Integer, Long> steps = new TreeMap<>();
        private final Map<String, Long> errors = new HashMap<>();
        private long calls;
        private long failed;
        private double duration;
        private long timed;
        private @Nullable Long last;
    }

    private final Map<String, Tool> tools = new HashMap<>();

    private ToolsQuery() {}

    static ToolsQuery run(
            Connection connection,
            DayCache<List<RollupLine>> days,
            DayCache<List<ToolDay>> details,
            Optional<String> agentType,
            OptionalLong since,
            OptionalLong until)
            throws SQLException {
        var query = new ToolsQuery();
        for (var line : RollupLine.of(connection, days, RollupSpan.between(since, until))) {
            if (wanted(agentType, line.agentType())
                    && !line.toolName().isEmpty()
                    && line.calls() > 0
                    && !line.eventType().equals("plan_step")) {
                query.add(line);
            }
        }
        var from = since.isEmpty() ? Long.MIN_VALUE : ToolDetails.day(since.getAsLong());
        var end =
                until.isEmpty()
                        ? Long.MAX_VALUE
                        : ToolDetails.day(until.getAsLong()) + ToolDetails.DAY;
        for (var day : details.between(connection, from, end)) {
            for (var tool : day) {
                if (wanted(agentType, tool.agentType())) {
                    query.add(tool);
                }
            }
        }
        return query;
    }

    private static boolean wanted(Optional<String> agentType, String of) {
        return agentType.map(of::equals).orElse(true);
    }

    private void add(RollupLine line) {
        var tool = tools.computeIfAbsent(line.toolName(), _ -> new Tool());
        tool.agents.merge(line.agentType(), line.calls(), Long::sum);
        tool.calls += line.calls();
        tool.failed += line.errors();
        tool.duration += line.durationMs();
        tool.timed += line.timed();
    }

    /** Adds to a tool that has calls. */
    private void add(ToolDay day) {
        var tool = tools.get(day.toolName());
        if (tool != null) {
            tool.last = tool.last == null ? day.last() : Math.max(tool.last, day.last());
            for (var i = 0; i < day.steps().size(); i++) {
                tool.steps.merge(day.steps().get(i), day.calls().get(i), Long::sum);
            }
            day.errors().forEach((text, count) -> tool.errors.merge(text, count, Long::sum));
        }
    }

    void write(JsonGenerator out) {
        out.writeStartObject();
        out.writeName("tools");
        out.writeStartArray();
        tools.entrySet().stream()
                .sorted(
                        Comparator.<Map.Entry<String, Tool>>comparingLong(e -> -e.getValue().calls)
                                .thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> tool(out, entry.getKey(), entry.getValue()));
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void tool(JsonGenerator out, String name, Tool tool) {
        out.writeStartObject();
        out.writeStringProperty("tool_name", name);
        out.writeNumberProperty("total_calls", tool.calls);
        out.writeNumberProperty("error_count", tool.failed);
        var rate = Math.round(10_000.0 * tool.failed / Math.max(1, tool.calls)) / 10_000.0;
        out.writeNumberProperty("error_rate", rate);
        Json.whole(
                out,
                "avg_duration_ms",
                tool.timed == 0 ? null : (Long) Math.round(tool.duration / tool.timed));
        out.writeName("by_agent");
        out.writeStartObject();
        largest(tool.agents).forEach(e -> out.writeNumberProperty(e.getKey(), e.getValue()));
        out.writeEndObject();
        percentile(out, "p50_ms", tool, 0.5);
        percentile(out, "p95_ms", tool, 0.95);
        Json.time(out, "last_at", tool.last);
        out.writeName("by_error");
        out.writeStartArray();
        for (var error : largest(tool.errors).stream().limit(ERRORS_SHOWN).toList()) {
            out.writeStartObject();
            out.writeStringProperty("text", error.getKey());
            out.writeNumberProperty("count", error.getValue());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void percentile(JsonGenerator out, String name, Tool tool, double share) {
        Json.whole(
                out,
                name,
                tool.steps.isEmpty() ? null : (Long) DurationSteps.percentile(tool.steps, share));
    }

    private static List<Map.Entry<String, Long>> largest(Map<String, Long> counts) {
        var entries = new ArrayList<>(counts.entrySet());
        entries.sort(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()));
        return entries;
    }
}
