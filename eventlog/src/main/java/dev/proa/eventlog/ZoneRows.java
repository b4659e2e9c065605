package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps the zones of new events; the writer's thread only. */
final class ZoneRows implements Follower {
    private final PreparedStatement zone;
    private final PreparedStatement value;
    private final TreeMap<Long, Zone> fresh = new TreeMap<>();

    private record Value(String name, String value) {}

    /** What the new events of a zone add to it. */
    private static final class Zone {
        private final Set<Value> values = new HashSet<>();
        private long lastId;
        private long createdFrom = Long.MAX_VALUE;
        private long createdTo = Long.MIN_VALUE;
        private long happenedFrom = Long.MAX_VALUE;
        private long happenedTo = Long.MIN_VALUE;

        void add(EventRow row) {
            lastId = row.id();
            createdFrom = Math.min(createdFrom, row.createdMillis());
            createdTo = Math.max(createdTo, row.createdMillis());
            happenedFrom = Math.min(happenedFrom, row.happenedMillis());
            happenedTo = Math.max(happenedTo, row.happenedMillis());
            add("agent_type", row.agentType());
            add("event_type", row.eventType());
            add("tool_name", row.toolName());
            add("model", row.model());
            add("source", row.source());
            add("status", row.status());
            add("branch", row.branch());
        }

        private void add(String name, @Nullable String value) {
            if (value != null) {
                values.add(new Value(name, value));
            }
        }
    }

    ZoneRows(Connection connection) throws SQLException {
        zone =
                connection.prepareStatement(
                        """
                        INSERT INTO event_zones VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT DO UPDATE SET
                            last_id = max(last_id, excluded.last_id),
                            created_from = min(created_from, excluded.created_from),
                            created_to = max(created_to, excluded.created_to),
                            happened_from = min(happened_from, excluded.happened_from),
                            happened_to = max(happened_to, excluded.happened_to)\
                        """);
        value = connection.prepareStatement("INSERT OR IGNORE INTO zone_values VALUES (?, ?, ?)");
    }

    @Override
    public void took(EventRow row, NewEvent event) {
        fresh.computeIfAbsent(row.id() - row.id() % Zones.SIZE, _ -> new Zone()).add(row);
    }

    @Override
    public void finish() throws SQLException {
        for (var entry : fresh.entrySet()) {
            var first = entry.getKey();
            var added = entry.getValue();
            zone.setLong(1, first);
            zone.setLong(2, added.lastId);
            zone.setLong(3, added.createdFrom);
            zone.setLong(4, added.createdTo);
            zone.setLong(5, added.happenedFrom);
            zone.setLong(6, added.happenedTo);
            zone.addBatch();
            for (var each : added.values) {
                value.setString(1, each.name());
                value.setString(2, each.value());
                value.setLong(3, first);
                value.addBatch();
            }
        }
        zone.executeBatch();
        value.executeBatch();
        fresh.clear();
    }

    @Override
    public void forget() throws SQLException {
        fresh.clear();
        zone.clearBatch();
        value.clearBatch();
    }
}
