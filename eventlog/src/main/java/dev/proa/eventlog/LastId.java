package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;

/** The greatest id that an event ever had. None is given twice, also when its event is gone. */
final class LastId {
    /** Keeps it while the newest events go. */
    static final String KEEP =
            """
            INSERT INTO meta SELECT 'last_id', coalesce(max(id), 0) FROM events WHERE true
            ON CONFLICT DO UPDATE SET
                value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))\
            """;

    private LastId() {}

    /** What it is; 0 if there never was an event. */
    static long of(Connection connection) throws SQLException {
        return Schema.number(
                connection,
                "SELECT max(coalesce((SELECT max(id) FROM events), 0), coalesce("
                        + "(SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'last_id'), 0))");
    }
}
