package dev.proa.eventlog;

import java.sql.SQLException;
import java.util.List;

/** Readings of meters and spans of traces on their way into the log, and what became of them. */
final class Telemetry implements Along {
    private final List<MeterReading> readings;
    private final List<NewSpan> spans;
    private int grown; // the writer's thread, then whoever waited for it
    private int fresh; // likewise

    Telemetry(List<MeterReading> readings, List<NewSpan> spans) {
        this.readings = List.copyOf(readings);
        this.spans = List.copyOf(spans);
    }

    boolean isEmpty() {
        return readings.isEmpty() && spans.isEmpty();
    }

    /** How many readings became events. */
    int grown() {
        return grown;
    }

    /** How many readings were no growth. */
    int unchanged() {
        return readings.size() - grown;
    }

    /** How many spans were stored. */
    int fresh() {
        return fresh;
    }

    /** How many spans were there already. */
    int repeated() {
        return spans.size() - fresh;
    }

    @Override
    public void store(Posting posting) throws SQLException {
        grown = 0;
        for (var reading : readings) {
            var growth = posting.sql().otlp().growth(reading, posting.now());
            if (growth > 0) {
                posting.store(reading.event().apply(growth));
                grown++;
            }
        }
        fresh = 0;
        for (var span : spans) {
            fresh += store(span, posting) ? 1 : 0;
        }
    }

    /** False if it is known already. */
    private static boolean store(NewSpan span, Posting posting) throws SQLException {
        var rows = posting.sql().otlp();
        var named = span.sessionId();
        var session = named == null ? rows.sessionOf(span.traceId()).orElse(null) : named;
        if (!rows.save(span, session, posting.now())) {
            return false;
        }
        if (named != null) {
            rows.adopt(span.traceId(), named);
        }
        if (session != null) {
            posting.traced(session, span.agentType());
        }
        return true;
    }

    @Override
    public long weight() {
        return readings.stream().mapToLong(MeterReading::weight).sum()
                + spans.stream().mapToLong(NewSpan::weight).sum();
    }
}
