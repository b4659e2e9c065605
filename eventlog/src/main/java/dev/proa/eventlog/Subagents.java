package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Keeps the sub-agents of sessions; remembers those of the sessions that were told of last. */
final class Subagents implements Follower {
    private static final int REMEMBERED = 1_000;

    private record Key(String session, String id) {}

    private final PreparedStatement read;
    private final PreparedStatement save;
    private final Set<Key> changed = new LinkedHashSet<>();
    private final Map<String, Map<String, Subagent>> known =
            new LinkedHashMap<>(64, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(
                        Map.Entry<String, Map<String, Subagent>> eldest) {
                    return size() > REMEMBERED;
                }
            };

    Subagents(Connection connection) throws SQLException {
        read =
                connection.prepareStatement(
                        "SELECT %s FROM subagents WHERE session_id = ?"
                                .formatted(Subagent.COLUMNS));
        save =
                connection.prepareStatement(
                        "INSERT OR REPLACE INTO subagents (%s) VALUES (%s)"
                                .formatted(
                                        Subagent.COLUMNS,
                                        Statements.places(Subagent.COLUMN_COUNT)));
    }

    @Override
    public void took(EventRow row, NewEvent event) throws SQLException {
        change(row, one -> one.after(row, event.texts()));
    }

    @Override
    public void count(EventRow row, int sign) throws SQLException {
        change(row, one -> one.count(row, sign));
    }

    private void change(EventRow row, UnaryOperator<Subagent> change) throws SQLException {
        var id = row.identity().subagent();
        if (id == null) {
            return;
        }
        var its = its(row.sessionId());
        var before = its.get(id);
        var one = before == null ? Subagent.begunBy(id, row) : before;
        its.put(id, change.apply(one));
        if (changed.add(new Key(row.sessionId(), id)) && changed.size() >= REMEMBERED) {
            finish(); // before one that has changed is forgotten
        }
    }

    private Map<String, Subagent> its(String session) throws SQLException {
        var its = known.get(session);
        if (its == null) {
            its = new HashMap<>();
            read.setString(1, session);
            try (var rows = read.executeQuery()) {
                while (rows.next()) {
                    var one = Subagent.stored(rows);
                    its.put(one.id(), one);
                }
            }
            known.put(session, its);
        }
        return its;
    }

    /** Those of a session, the oldest first. */
    List<Subagent> of(String session) throws SQLException {
        return ordered(its(session).values().stream().toList());
    }

    static List<Subagent> ordered(List<Subagent> some) {
        return some.stream()
                .sorted(
                        Comparator.comparingLong(Subagent::startedMillis)
                                .thenComparing(Subagent::id))
                .toList();
    }

    @Override
    public void finish() throws SQLException {
        if (changed.isEmpty()) {
            return;
        }
        for (var key : changed) {
            var one = its(key.session()).get(key.id());
            if (one != null) {
                one.bind(save, key.session());
                save.addBatch();
            }
        }
        save.executeBatch();
        changed.clear();
    }

    @Override
    public void forget() throws SQLException {
        save.clearBatch();
        changed.clear();
        known.clear();
    }
}
