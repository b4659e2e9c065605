package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * What a log holds.
 *
 * @param kinds by event type; the bytes are estimated from the newest events of a type
 * @param oldestMillis when the oldest event was stored; null if there is none
 */
record StorageReport(SortedMap<String, Pruning.Share> kinds, @Nullable Long oldestMillis) {
    private static final int SAMPLE = 200;

    static StorageReport of(Connection connection) throws SQLException {
        var kinds = new TreeMap<String, Pruning.Share>();
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT event_type, sum(events) FROM rollup_day GROUP BY event_type")) {
            while (rows.next()) {
                if (rows.getLong(2) > 0) {
                    kinds.put(
                            rows.getString(1),
                            share(connection, rows.getString(1), rows.getLong(2)));
                }
            }
        }
        return new StorageReport(kinds, oldest(connection));
    }

    private static Pruning.Share share(Connection connection, String type, long events)
            throws SQLException {
        var query =
                "SELECT avg(size) FROM (SELECT length(CAST(metadata AS BLOB)) + "
                        + Pruning.ROW_BYTES
                        + " AS size FROM "
                        + Zones.OF_VALUE
                        + " WHERE name = 'event_type' AND value = ?1 AND event_type = ?1"
                        + " ORDER BY zone DESC, id DESC LIMIT "
                        + SAMPLE
                        + ")";
        try (var statement = connection.prepareStatement(query)) {
            statement.setString(1, type);
            try (var row = statement.executeQuery()) {
                var usual = row.next() ? row.getDouble(1) : 0;
                return new Pruning.Share(events, Math.round(usual * events));
            }
        }
    }

    private static @Nullable Long oldest(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(Zones.OLDEST)) {
            return row.next() ? Columns.whole(row, 1) : null;
        }
    }

    void write(JsonGenerator out) {
        out.writeNumberProperty("events", Pruning.all(kinds).events());
        kinds(out, kinds);
        Json.time(out, "oldest_at", oldestMillis);
    }

    static void kinds(JsonGenerator out, Map<String, Pruning.Share> kinds) {
        out.writeName("by_kind");
        out.writeStartArray();
        kinds.forEach((type, share) -> {
            out.writeStartObject();
            out.writeStringProperty("event_type", type);
            out.writeNumberProperty("events", share.events());
            out.writeNumberProperty("bytes", share.bytes());
            out.writeEndObject();
        });
        out.writeEndArray();
    }

    /** Null for what was not looked at since the start. */
    static void integrity(JsonGenerator out, @Nullable Integrity looked) {
        out.writeName("integrity");
        out.writeStartObject();
        out.writeName("ok");
        if (looked == null) {
            out.writeNull();
        } else {
            out.writeBoolean(looked.ok());
        }
        Json.time(out, "checked_at", looked == null ? null : (Long) looked.checkedMillis());
        out.writeName("faults");
        out.writeStartArray();
        if (looked != null) {
            looked.faults().forEach(out::writeString);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    static void retention(JsonGenerator out, SettingValues.Retention wanted) {
        out.writeName("retention");
        out.writeStartObject();
        Json.whole(out, "days", days(wanted.days()));
        Json.whole(out, "max_bytes", bytes(wanted.maxBytes()));
        out.writeName("kinds");
        out.writeStartObject();
        wanted.kinds().forEach((type, days) -> Json.whole(out, type, days(days)));
        out.writeEndObject();
        out.writeEndObject();
    }

    private static @Nullable Long days(OptionalInt days) {
        return days.isPresent() ? (Long) (long) days.getAsInt() : null;
    }

    private static @Nullable Long bytes(OptionalLong bytes) {
        return bytes.isPresent() ? (Long) bytes.getAsLong() : null;
    }
}
