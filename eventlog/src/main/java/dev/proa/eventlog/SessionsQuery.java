package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Lists of sessions in the states that they have now, the liveliest first. */
final class SessionsQuery {
    private static final int USUAL_ROWS = 50;

    /** Lifecycle.status in SQL; its place, the present moment, has to be the query's first. */
    private static final String STATUS =
            "(CASE WHEN status = 'ended' OR ?1 - last_event_at > %d THEN 'ended'"
                            .formatted(Lifecycle.ENDED_AFTER.toMillis())
                    + " WHEN ?1 - last_event_at > %d THEN 'idle' ELSE status END)"
                            .formatted(Lifecycle.IDLE_AFTER.toMillis());

    private final Filter filter;
    private final int limit;
    private final long now;

    private SessionsQuery(Filter filter, int limit, long now) {
        this.filter = filter;
        this.limit = limit;
        this.now = now;
    }

    static SessionsQuery of(Parameters parameters, OptionalLong since, long now) {
        var filter = new Filter();
        parameters.filled("status").ifPresent(value -> filter.and(STATUS + " = ?", value));
        parameters.filled("exclude_status").ifPresent(value -> filter.and(STATUS + " <> ?", value));
        parameters.filled("agent_type").ifPresent(value -> filter.and("agent_type = ?", value));
        since.ifPresent(millis -> filter.and("last_event_at >= ?", millis));
        var limit = parameters.whole("limit").orElse(USUAL_ROWS);
        return new SessionsQuery(filter, limit > 0 ? limit : -1, now);
    }

    List<SessionRow> run(Connection connection) throws SQLException {
        var query =
                """
                SELECT %s, ?1 FROM sessions%s
                ORDER BY CASE %s WHEN 'active' THEN 0 WHEN 'idle' THEN 1 ELSE 2 END,
                    last_event_at DESC, id
                LIMIT ?\
                """
                        .formatted(Session.COLUMNS, filter.where(), STATUS);
        try (var statement = connection.prepareStatement(query)) {
            statement.setLong(1, now);
            statement.setInt(filter.bind(statement, 2), limit);
            var rows = new ArrayList<SessionRow>();
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    var session = Session.stored(found);
                    session.aged(now);
                    rows.add(session.row());
                }
            }
            return rows;
        }
    }

    static Optional<SessionRow> one(Connection connection, String id, long now)
            throws SQLException {
        var one = new SessionsQuery(new Filter().and("id = ?", id), 1, now);
        return one.run(connection).stream().findFirst();
    }
}
