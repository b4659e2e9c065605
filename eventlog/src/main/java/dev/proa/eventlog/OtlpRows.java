package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The writer's statements for meters and spans; the writer's thread only. */
final class OtlpRows {
    /** A meter that nobody has read for so long has gone with its process. */
    private static final Duration METERS_KEPT = Duration.ofDays(30);

    /** How long a span waits for another one of its trace to name their session. */
    private static final Duration SPANS_WAIT = Duration.ofDays(1);

    private final PreparedStatement meter;
    private final PreparedStatement saveMeter;
    private final PreparedStatement forgetMeters;
    private final PreparedStatement span;
    private final PreparedStatement session;
    private final PreparedStatement adopt;
    private final PreparedStatement forgetSpans;

    OtlpRows(Connection connection) throws SQLException {
        meter = connection.prepareStatement("SELECT total, read_at FROM meters WHERE meter = ?");
        saveMeter =
                connection.prepareStatement("INSERT OR REPLACE INTO meters VALUES (?, ?, ?, ?)");
        forgetMeters = connection.prepareStatement("DELETE FROM meters WHERE seen_at < ?");
        span =
                connection.prepareStatement(
                        "INSERT OR IGNORE INTO spans VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        session =
                connection.prepareStatement(
                        "SELECT session_id FROM spans WHERE trace_id = ?"
                                + " AND session_id IS NOT NULL LIMIT 1");
        adopt =
                connection.prepareStatement(
                        "UPDATE spans SET session_id = ? WHERE trace_id = ? AND session_id IS NULL");
        forgetSpans =
                connection.prepareStatement(
                        "DELETE FROM spans WHERE session_id IS NULL AND stored_at < ?");
    }

    /**
     * How much a meter has grown since its last reading, the first one counts whole. A reading that
     * is older than the last one, or lower, is no growth; a lower one is where it goes on from.
     */
    long growth(MeterReading reading, long now) throws SQLException {
        var before = 0L;
        meter.setString(1, reading.meter());
        try (var rows = meter.executeQuery()) {
            if (rows.next()) {
                before = rows.getLong(1);
                if (reading.atNanos() != 0 && reading.atNanos() < rows.getLong(2)) {
                    return 0;
                }
            }
        }
        saveMeter.setString(1, reading.meter());
        saveMeter.setLong(2, reading.total());
        saveMeter.setLong(3, reading.atNanos());
        saveMeter.setLong(4, now);
        saveMeter.executeUpdate();
        return Math.max(0, reading.total() - before);
    }

    /** Forgets the meters that nobody reads any more, and the spans that have no session. */
    void forget(long now) throws SQLException {
        forgetMeters.setLong(1, now - METERS_KEPT.toMillis());
        forgetMeters.executeUpdate();
        forgetSpans.setLong(1, now - SPANS_WAIT.toMillis());
        forgetSpans.executeUpdate();
    }

    /** Keeps a span; false if it is there already. */
    boolean save(NewSpan kept, @Nullable String sessionId, long now) throws SQLException {
        span.setString(1, kept.traceId());
        span.setString(2, kept.spanId());
        span.setString(3, kept.parentSpanId());
        span.setString(4, sessionId);
        span.setString(5, kept.agentType());
        span.setString(6, kept.name());
        span.setString(7, kept.kind());
        span.setLong(8, kept.startNanos());
        span.setLong(9, kept.durationNanos());
        span.setString(10, kept.status());
        span.setString(11, kept.message());
        span.setString(12, kept.attributes().json());
        span.setLong(13, now);
        return span.executeUpdate() > 0;
    }

    /** The session that a stored span of a trace names. */
    Optional<String> sessionOf(String traceId) throws SQLException {
        session.setString(1, traceId);
        try (var rows = session.executeQuery()) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }

    /** Gives the spans of a trace that had no session one. */
    void adopt(String traceId, String sessionId) throws SQLException {
        adopt.setString(1, sessionId);
        adopt.setString(2, traceId);
        adopt.executeUpdate();
    }
}
