package dev.proa.eventlog;

import java.util.List;

/**
 * The tables for telemetry. {@code meters} has the last reading of each meter that sums up; times
 * within telemetry are nanoseconds since 1970, those of the log milliseconds.
 */
final class OtlpTables {
    static final List<String> ALL =
            List.of(
                    """
                    CREATE TABLE meters (
                        meter TEXT PRIMARY KEY,
                        total INTEGER NOT NULL,
                        read_at INTEGER NOT NULL,
                        seen_at INTEGER NOT NULL
                    ) WITHOUT ROWID\
                    """,
                    "CREATE INDEX meters_seen ON meters (seen_at)",
                    """
                    CREATE TABLE spans (
                        trace_id TEXT NOT NULL,
                        span_id TEXT NOT NULL,
                        parent_span_id TEXT,
                        session_id TEXT,
                        agent_type TEXT NOT NULL,
                        name TEXT NOT NULL,
                        kind TEXT NOT NULL,
                        started_at INTEGER NOT NULL,
                        duration INTEGER NOT NULL,
                        status TEXT NOT NULL,
                        message TEXT,
                        attributes TEXT NOT NULL,
                        stored_at INTEGER NOT NULL,
                        PRIMARY KEY (trace_id, span_id)
                    ) WITHOUT ROWID\
                    """,
                    "CREATE INDEX spans_session ON spans (session_id, started_at)",
                    "CREATE INDEX spans_waiting ON spans (stored_at) WHERE session_id IS NULL");

    private OtlpTables() {}
}
