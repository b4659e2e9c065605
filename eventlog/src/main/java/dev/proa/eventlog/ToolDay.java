package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is told of a tool of an agent on one day.
 *
 * @param last when it was called last, in milliseconds since 1970
 * @param steps by {@link DurationSteps}, and {@code calls} of each
 * @param errors how often which went wrong, the most frequent {@link #MOST_ERRORS}
 */
record ToolDay(
        String agentType,
        String toolName,
        long last,
        List<Integer> steps,
        List<Long> calls,
        Map<String, Long> errors) {
    static final int MOST_ERRORS = 20;

    private record Name(String agentType, String toolName) {}

    private static final class Draft {
        private long last;
        private final List<Integer> steps = new ArrayList<>();
        private final List<Long> calls = new ArrayList<>();
        private final Map<String, Long> errors = new LinkedHashMap<>();
    }

    /** The tools of one day. */
    static List<ToolDay> ofDay(Connection connection, long day) throws SQLException {
        var drafts = new HashMap<Name, Draft>();
        try (var statement = of(connection, "tool_days", "last_at, 0", "", day);
                var row = statement.executeQuery()) {
            while (row.next()) {
                draft(drafts, row.getString(1), row.getString(2)).last = row.getLong(3);
            }
        }
        try (var statement = of(connection, "tool_times", "step, calls", "", day);
                var row = statement.executeQuery()) {
            while (row.next()) {
                var draft = draft(drafts, row.getString(1), row.getString(2));
                draft.steps.add(row.getInt(3));
                draft.calls.add(row.getLong(4));
            }
        }
        var often = " ORDER BY errors DESC, text";
        try (var statement = of(connection, "tool_errors", "text, errors", often, day);
                var row = statement.executeQuery()) {
            while (row.next()) {
                var errors = draft(drafts, row.getString(1), row.getString(2)).errors;
                if (errors.size() < MOST_ERRORS) {
                    errors.put(row.getString(3), row.getLong(4));
                }
            }
        }
        return drafts.entrySet().stream().map(ToolDay::of).toList();
    }

    private static Draft draft(Map<Name, Draft> drafts, String agentType, String toolName) {
        return drafts.computeIfAbsent(
                new Name(agentType.intern(), toolName.intern()), _ -> new Draft());
    }

    private static ToolDay of(Map.Entry<Name, Draft> entry) {
        var draft = entry.getValue();
        return new ToolDay(
                entry.getKey().agentType(),
                entry.getKey().toolName(),
                draft.last,
                List.copyOf(draft.steps),
                List.copyOf(draft.calls),
                draft.errors);
    }

    private static PreparedStatement of(
            Connection connection, String table, String columns, String order, long day)
            throws SQLException {
        var statement =
                connection.prepareStatement(
                        "SELECT agent_type, tool_name, %s FROM %s WHERE day = ?%s"
                                .formatted(columns, table, order));
        try {
            statement.setLong(1, day);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }
}
