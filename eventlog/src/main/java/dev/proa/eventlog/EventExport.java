package dev.proa.eventlog;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneId;
import java.util.List;

/** Writes events as lines of JSON, which an import can take in again. */
final class EventExport {
    static final List<String> COLUMNS =
            List.of(
                    "agent_type",
                    "event_type",
                    "session_id",
                    "project",
                    "branch",
                    "model",
                    "tool_name",
                    "source");

    private final Filter filter = new Filter();

    /**
     * An export of what parameters choose: {@code from} and {@code to}, by when an event happened,
     * and columns by their names.
     *
     * @throws ProaException if a time is none
     */
    EventExport(Parameters parameters) {
        for (var name : COLUMNS) {
            parameters.filled(name).ifPresent(value -> filter.and(name + " = ?", value));
        }
        time(parameters, "from", ">=");
        time(parameters, "to", "<=");
    }

    private void time(Parameters parameters, String name, String sign) {
        var text = parameters.filled(name);
        if (text.isEmpty()) {
            return;
        }
        var time = ImportRequest.time(name, text.get(), ZoneId.systemDefault());
        if (time.isEmpty()) {
            throw new ProaException(
                    ExitCode.USAGE,
                    new Problem(
                            Where.of("--" + name),
                            "\"" + text.get() + "\" is no time",
                            "Write a day, such as 2026-02-01, or a time with a zone"));
        }
        filter.and("coalesce(client_timestamp, created_at) " + sign + " ?", time.getAsLong());
    }

    /** Writes the events in the order of their ids, one a line; gives how many. */
    long write(Connection connection, OutputStream out) throws SQLException, IOException {
        var log = ImportTables.log(connection);
        var count = 0L;
        var query = "SELECT %s FROM events%s ORDER BY id".formatted(Columns.EVENT, filter.where());
        try (var statement = connection.prepareStatement(query)) {
            filter.bind(statement, 1);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    out.write(EventLine.of(Columns.event(rows), log));
                    out.write('\n');
                    count++;
                }
            }
        }
        return count;
    }
}
