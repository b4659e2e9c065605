package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What follows the events in other tables; the writer's thread only. */
final class Followers {
    private final Subagents subagents;
    private final List<Follower> all;
    private List<SearchEntry> words = new ArrayList<>(); // of the present transaction

    Followers(Connection connection) throws SQLException {
        subagents = new Subagents(connection);
        all =
                List.of(
                        subagents,
                        new ToolDetails(connection),
                        new UsageMinutes(connection),
                        new ZoneRows(connection));
    }

    void took(EventRow row, NewEvent event) throws SQLException {
        for (var each : all) {
            each.took(row, event);
        }
        words.add(SearchEntry.of(row, event.texts()));
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

    /** What the transaction that was committed has for the index of words; given once. */
    List<SearchEntry> words() {
        var taken = words;
        words = new ArrayList<>();
        return taken;
    }

    void forget() throws SQLException {
        for (var each : all) {
            each.forget();
        }
        words.clear();
    }

    /** The sub-agents of a session, the oldest first. */
    List<Subagent> subagents(String session) throws SQLException {
        return subagents.of(session);
    }
}
