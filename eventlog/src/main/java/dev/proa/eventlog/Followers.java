package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What follows the events in other tables; the writer's thread only. */
final class Followers {
    private final Subagents subagents;
    private final List<Follower> all;
    private final SearchIndex search;

    Followers(Connection connection) throws SQLException {
        subagents = new Subagents(connection);
        all =
                List.of(
                        subagents,
                        new ToolDetails(connection),
                        new UsageMinutes(connection),
                        new ZoneRows(connection));
        search = new SearchIndex(connection);
    }

    void took(EventRow row, NewEvent event) throws SQLException {
        for (var each : all) {
            each.took(row, event);
        }
        search.took(row, event);
    }

    void count(EventRow row, int sign) throws SQLException {
        for (var each : all) {
            each.count(row, sign);
        }
    }

    void finish(long now) throws SQLException {
        for (var each : all) {
            each.finish();
        }
        search.finish(now);
    }

    /** The index of words. */
    SearchIndex search() {
        return search;
    }

    void forget() throws SQLException {
        for (var each : all) {
            each.forget();
        }
        search.forget();
    }

    /** The sub-agents of a session, the oldest first. */
    List<Subagent> subagents(String session) throws SQLException {
        return subagents.of(session);
    }
}
