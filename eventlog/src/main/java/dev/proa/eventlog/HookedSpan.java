package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * From when to when hooks told of a session. What a history says of prompts and calls within that
 * time has been told already, under ids that cannot be compared; what it says of use has not, since
 * hooks know nothing of it. The writer's thread only; remembers for one transaction.
 */
final class HookedSpan {
    static final String INDEX =
            "CREATE INDEX events_hooked ON events (session_id) WHERE source = 'hook'";

    private static final Set<String> TOLD_BY_HOOKS =
            Set.of("user_prompt", "tool_use", "session_start", "session_end");

    /** A hook runs a moment before or after what the history writes down. */
    private static final long SLACK = Duration.ofSeconds(2).toMillis();

    private record Span(long first, long last) {
        static final Span NONE = new Span(Long.MAX_VALUE, Long.MIN_VALUE);

        boolean holds(long moment) {
            return first != Long.MAX_VALUE && moment >= first - SLACK && moment <= last + SLACK;
        }
    }

    private final PreparedStatement find;
    private final Map<String, Span> spans = new HashMap<>();

    HookedSpan(Connection connection) throws SQLException {
        find =
                connection.prepareStatement(
                        "SELECT min(%1$s), max(%1$s) FROM events WHERE session_id = ? AND source = 'hook'"
                                .formatted(UsageTables.HAPPENED));
    }

    /** Whether an event of a history is one that hooks have told of. */
    boolean told(NewEvent event) throws SQLException {
        var moment = event.clientMillis();
        return moment != null
                && event.source().equals("import")
                && TOLD_BY_HOOKS.contains(event.eventType())
                && !event.tokens().any()
                && span(event.sessionId()).holds(moment);
    }

    private Span span(String session) throws SQLException {
        var known = spans.get(session);
        if (known == null) {
            find.setString(1, session);
            try (var row = find.executeQuery()) {
                var first = row.next() ? Columns.whole(row, 1) : null;
                known = first == null ? Span.NONE : new Span(first, row.getLong(2));
            }
            spans.put(session, known);
        }
        return known;
    }

    /** Forgets what it found, since the transaction is over. */
    void forget() {
        spans.clear();
    }
}
