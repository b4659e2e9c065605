package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Every {@link Follower} of the writer's connection; the writer's thread only. */
final class Followers {
    private final Subagents subagents;
    private final List<Follower> all;

    Followers(Connection connection) throws SQLException {
        subagents = new Subagents(connection);
        all =
                List.of(
                        subagents,
                        new ToolDetails(connection),
                        new UsageMinutes(connection),
                        new SearchIndex(connection));
    }

    void took(EventRow row, NewEvent event) throws SQLException {
        for (var each : all) {
            each.took(row, event);
        }
    }

    void count(EventRow row, int sign) throws SQLException {
        for (var each : all) {
            each.count(row, sign);
        }
    }

    void finish() throws SQLException {
        for (var each : all) {
            each.finish();
        }
    }

    void forget() throws SQLException {
        for (var each : all) {
            each.forget();
        }
    }

    /** The sub-agents of a session, the oldest first. */
    List<Subagent> subagents(String session) throws SQLException {
        return subagents.of(session);
    }
}
