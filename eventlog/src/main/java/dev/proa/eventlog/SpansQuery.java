package dev.proa.eventlog;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** The spans of one session, in the order in which they began. */
final class SpansQuery {
    private static final int USUAL_ROWS = 1_000;
    private static final int MOST_ROWS = 10_000;
    private static final long MOST_CHARACTERS = 16L * 1024 * 1024;
    private static final int NANO_DIGITS_OF_A_MILLISECOND = 6;

    private record Row(
            String traceId,
            String spanId,
            @Nullable String parentSpanId,
            String name,
            String kind,
            long startNanos,
            long durationNanos,
            String status,
            @Nullable String message,
            String attributes) {}

    private final List<Row> rows = new ArrayList<>();
    private long total;

    private SpansQuery() {}

    static SpansQuery run(Connection connection, String session, Parameters parameters)
            throws SQLException {
        var query = new SpansQuery();
        var limit = parameters.whole("limit").filter(n -> n > 0).orElse(USUAL_ROWS);
        try (var count =
                connection.prepareStatement("SELECT count(*) FROM spans WHERE session_id = ?")) {
            count.setString(1, session);
            try (var found = count.executeQuery()) {
                query.total = found.next() ? found.getLong(1) : 0;
            }
        }
        try (var statement =
                connection.prepareStatement(
                        """
                        SELECT trace_id, span_id, parent_span_id, name, kind, started_at, duration,
                            status, message, attributes
                        FROM spans WHERE session_id = ? ORDER BY started_at, trace_id, span_id
                        LIMIT ? OFFSET ?\
                        """)) {
            statement.setString(1, session);
            statement.setInt(2, Math.min(limit, MOST_ROWS));
            statement.setInt(3, Math.max(0, parameters.whole("offset").orElse(0)));
            try (var found = statement.executeQuery()) {
                query.read(found);
            }
        }
        return query;
    }

    private void read(ResultSet found) throws SQLException {
        var room = MOST_CHARACTERS;
        while (room > 0 && found.next()) {
            var row =
                    new Row(
                            found.getString(1),
                            found.getString(2),
                            found.getString(3),
                            found.getString(4),
                            found.getString(5),
                            found.getLong(6),
                            found.getLong(7),
                            found.getString(8),
                            found.getString(9),
                            found.getString(10));
            room -= row.attributes().length();
            rows.add(row);
        }
    }

    void write(JsonGenerator out) {
        out.writeStartObject();
        out.writeName("spans");
        out.writeStartArray();
        rows.forEach(row -> write(out, row));
        out.writeEndArray();
        out.writeNumberProperty("total", total);
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, Row row) {
        out.writeStartObject();
        out.writeStringProperty("trace_id", row.traceId());
        out.writeStringProperty("span_id", row.spanId());
        Json.text(out, "parent_span_id", row.parentSpanId());
        out.writeStringProperty("name", row.name());
        out.writeStringProperty("kind", row.kind());
        Json.time(out, "started_at", row.startNanos() / 1_000_000);
        out.writeName("duration_ms");
        var millis =
                BigDecimal.valueOf(row.durationNanos(), NANO_DIGITS_OF_A_MILLISECOND)
                        .setScale(3, RoundingMode.HALF_EVEN)
                        .stripTrailingZeros();
        out.writeNumber(millis.toPlainString());
        out.writeStringProperty("status", row.status());
        Json.text(out, "message", row.message());
        out.writeName("attributes");
        out.writeRawValue(row.attributes());
        out.writeEndObject();
    }
}
