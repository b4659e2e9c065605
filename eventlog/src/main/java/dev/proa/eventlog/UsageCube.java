package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The roll-up of what was used, held in memory: a question looks at all of its lines, which takes a
 * database too long. Before each question it reads the lines that have changed. Safe to use from
 * any thread.
 */
final class UsageCube {
    private static final String CHANGED =
            """
            SELECT hour, session_id, agent_type, model, project, branch, events, duplicates,
                tokens_in, tokens_out, cache_read_tokens, cache_write_tokens, cost_nanos, priced,
                unpriced, unpriced_tokens, first_at, last_at, version
            FROM usage_hour WHERE version > ?\
            """;

    /** Whose project and branch are those of its session, where the events said none. */
    private record Place(String project, String branch) {
        static final Place UNKNOWN = new Place("", "");
    }

    private record Line(UsageHour.Key key, Use use, long version) {}

    private final Map<UsageHour.Key, Line> lines = new HashMap<>(); // guarded by this
    private final Map<String, String> words = new HashMap<>(); // guarded by this
    private final Set<String> placeless = new HashSet<>(); // guarded by this
    private long seen = -1; // guarded by this

    /** Sums up the lines that a question is about. */
    Map<UsageQuery.Cell, Use> read(
            Connection connection,
            UsageQuery query,
            boolean hourly,
            String dimension,
            Set<Long> cut)
            throws SQLException {
        refresh(connection);
        var places = places(connection);
        var found = new HashMap<UsageQuery.Cell, Use>();
        synchronized (this) {
            for (var line : lines.values()) {
                var hour = line.key().hour();
                if (hour >= query.span().first()
                        && hour < query.span().end()
                        && line.use().told() > 0
                        && !cut.contains(hour)
                        && fits(line.key(), query.wanted(), places)) {
                    var cell =
                            new UsageQuery.Cell(
                                    hourly ? hour : 0, value(line.key(), dimension, places));
                    found.computeIfAbsent(cell, _ -> new Use()).add(line.use());
                }
            }
        }
        return found;
    }

    private static boolean fits(
            UsageHour.Key key, Map<String, String> wanted, Map<String, Place> places) {
        for (var each : wanted.entrySet()) {
            if (!value(key, each.getKey(), places).equals(each.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static String value(UsageHour.Key key, String dimension, Map<String, Place> places) {
        return switch (dimension) {
            case "session_id" -> key.sessionId();
            case "agent_type" -> key.agentType();
            case "model" -> key.model();
            case "project" ->
                    key.project().isEmpty() ? place(key, places).project() : key.project();
            case "branch" -> key.branch().isEmpty() ? place(key, places).branch() : key.branch();
            default -> "";
        };
    }

    private static Place place(UsageHour.Key key, Map<String, Place> places) {
        return places.getOrDefault(key.sessionId(), Place.UNKNOWN);
    }

    private void refresh(Connection connection) throws SQLException {
        long after;
        synchronized (this) {
            after = seen;
        }
        var changed = new ArrayList<Line>();
        try (var statement = connection.prepareStatement(CHANGED)) {
            statement.setLong(1, after);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    var use = new Use();
                    use.add(rows, 7);
                    var key =
                            new UsageHour.Key(
                                    rows.getLong(1),
                                    rows.getString(2),
                                    rows.getString(3),
                                    rows.getString(4),
                                    rows.getString(5),
                                    rows.getString(6));
                    changed.add(new Line(key, use, rows.getLong(19)));
                }
            }
        }
        take(changed);
    }

    /** A reader whose view is older than another's changes nothing that is newer. */
    private synchronized void take(List<Line> changed) {
        for (var line : changed) {
            var key = line.key();
            var kept =
                    new UsageHour.Key(
                            key.hour(),
                            word(key.sessionId()),
                            word(key.agentType()),
                            word(key.model()),
                            word(key.project()),
                            word(key.branch()));
            lines.merge(
                    kept,
                    new Line(kept, line.use(), line.version()),
                    (old, fresh) -> fresh.version() > old.version() ? fresh : old);
            if (key.project().isEmpty() || key.branch().isEmpty()) {
                placeless.add(kept.sessionId());
            }
            seen = Math.max(seen, line.version());
        }
    }

    /** One text for all that are equal. */
    private String word(String text) {
        return words.computeIfAbsent(text, same -> same);
    }

    private Map<String, Place> places(Connection connection) throws SQLException {
        String ids;
        synchronized (this) {
            if (placeless.isEmpty()) {
                return Map.of();
            }
            ids =
                    Json.text(out -> {
                        out.writeStartArray();
                        placeless.forEach(out::writeString);
                        out.writeEndArray();
                    });
        }
        var places = new HashMap<String, Place>();
        try (var statement =
                connection.prepareStatement(
                        "SELECT id, coalesce(project, ''), coalesce(branch, '') FROM sessions"
                                + " WHERE id IN (SELECT value FROM json_each(?))")) {
            statement.setString(1, ids);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    places.put(
                            rows.getString(1), new Place(rows.getString(2), rows.getString(3)));
                }
            }
        }
        return places;
    }
}
