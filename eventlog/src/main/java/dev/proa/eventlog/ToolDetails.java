package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Keeps what is told of tools beyond the roll-up's sums. */
final class ToolDetails implements Follower {
    static final long DAY = Duration.ofDays(1).toMillis();

    private static final int LONGEST_ERROR = 160;

    /** What differs from call to call and says nothing about the kind of the error. */
    private static final Pattern PARTICULAR =
            Pattern.compile("(?<![\\w.])(/[\\w.@+-]+){2,}|\\b[0-9a-fA-F-]{12,}\\b|\\d{2,}");

    private record Tool(long day, String agentType, String name) {}

    private record Step(Tool tool, int step) {}

    private record Failure(Tool tool, String text) {}

    private final PreparedStatement last;
    private final PreparedStatement time;
    private final PreparedStatement error;
    private final Map<Tool, Long> lasts = new HashMap<>();
    private final Map<Step, Long> times = new HashMap<>();
    private final Map<Failure, Long> errors = new HashMap<>();

    ToolDetails(Connection connection) throws SQLException {
        last =
                connection.prepareStatement(
                        "INSERT INTO tool_days VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
                                + " SET last_at = max(last_at, excluded.last_at)");
        time =
                connection.prepareStatement(
                        "INSERT INTO tool_times VALUES (?, ?, ?, ?, ?)"
                                + " ON CONFLICT DO UPDATE SET calls = calls + excluded.calls");
        error =
                connection.prepareStatement(
                        "INSERT INTO tool_errors VALUES (?, ?, ?, ?, ?)"
                                + " ON CONFLICT DO UPDATE SET errors = errors + excluded.errors");
    }

    @Override
    public void took(EventRow row, NewEvent event) {
        var name = row.toolName();
        // A planned step names the tool of a call that is counted when it was made.
        if (name == null || row.eventType().equals("plan_step") || !row.call().counted()) {
            return;
        }
        var tool = new Tool(day(row.createdMillis()), row.agentType(), name);
        lasts.merge(tool, row.happenedMillis(), Math::max);
        var millis = row.durationMs();
        if (millis != null) {
            times.merge(new Step(tool, DurationSteps.of(millis)), 1L, Long::sum);
        }
        if (row.failed()) {
            errors.merge(new Failure(tool, kind(event.texts().error())), 1L, Long::sum);
        }
    }

    /** The day that a moment lies in, in milliseconds since 1970. */
    static long day(long millis) {
        return millis - Math.floorMod(millis, DAY);
    }

    /** What went wrong, in the words under which it is counted. */
    static String kindOf(EventRow row) {
        return kind(EventTexts.of(row.eventType(), row.status(), row.metadata()).error());
    }

    /** An error without what is particular to one call, on one line; empty if nothing is said. */
    static String kind(@Nullable String error) {
        if (error == null) {
            return "";
        }
        var start = error.strip().lines().findFirst().orElse("");
        var line = start.substring(0, Math.min(start.length(), 2 * LONGEST_ERROR));
        var kind = PARTICULAR.matcher(line).replaceAll("…").strip();
        return kind.length() <= LONGEST_ERROR ? kind : kind.substring(0, LONGEST_ERROR);
    }

    @Override
    public void finish() throws SQLException {
        for (var entry : lasts.entrySet()) {
            bind(last, entry.getKey());
            last.setLong(4, entry.getValue());
            last.addBatch();
        }
        for (var entry : times.entrySet()) {
            bind(time, entry.getKey().tool());
            time.setInt(4, entry.getKey().step());
            time.setLong(5, entry.getValue());
            time.addBatch();
        }
        for (var entry : errors.entrySet()) {
            bind(error, entry.getKey().tool());
            error.setString(4, entry.getKey().text());
            error.setLong(5, entry.getValue());
            error.addBatch();
        }
        last.executeBatch();
        time.executeBatch();
        error.executeBatch();
        clear();
    }

    private static void bind(PreparedStatement to, Tool tool) throws SQLException {
        to.setLong(1, tool.day());
        to.setString(2, tool.agentType());
        to.setString(3, tool.name());
    }

    private void clear() {
        lasts.clear();
        times.clear();
        errors.clear();
    }

    @Override
    public void forget() throws SQLException {
        last.clearBatch();
        time.clearBatch();
        error.clearBatch();
        clear();
    }
}
