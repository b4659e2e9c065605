package dev.proa.eventlog;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Takes in the SQLite database of the agent monitor whose contract this log keeps: events, and
 * after them what else it knows of sessions, agents and imported files. How far it has come is
 * stored with the events, so that a database is taken in once, whatever its file is called.
 */
final class OldMonitor {
    private static final byte[] HEAD = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final List<String> NEEDED =
            List.of("id", "session_id", "agent_type", "event_type", "created_at");
    private static final List<String> EVENT =
            List.of(
                    "id",
                    "event_id",
                    "session_id",
                    "agent_type",
                    "event_type",
                    "tool_name",
                    "status",
                    "tokens_in",
                    "tokens_out",
                    "branch",
                    "project",
                    "duration_ms",
                    "created_at",
                    "client_timestamp",
                    "metadata",
                    "payload_truncated",
                    "model",
                    "cost_usd",
                    "cache_read_tokens",
                    "cache_write_tokens",
                    "source");

    /** Its tables, and those of this log that hold the same. */
    private static final Map<String, String> TABLES =
            Map.of(
                    "events", "events",
                    "sessions", "sessions",
                    "agents", "agents",
                    "import_state", "import_files");

    private static final String KEY = "monitor:";

    private final EventLog log;
    private final ImportWish wish;

    OldMonitor(EventLog log, ImportWish wish) {
        this.log = log;
        this.wish = wish;
    }

    /** Whether a file is a database at all. */
    static boolean database(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(HEAD.length), HEAD);
        }
    }

    void take(Path file, ImportProgress progress)
            throws IOException, InterruptedException, Intake.Refused {
        var resting = !Files.exists(Path.of(file + "-wal"));
        var access = resting ? Database.Access.AT_REST : Database.Access.SHARED;
        try (var old = new Database(file).reader(access)) {
            var there = columns(old, "events");
            if (!there.containsAll(NEEDED)) {
                throw new IOException("it is no database of an agent monitor");
            }
            var before = counts(TABLES.values());
            events(old, there, progress);
            if (!wish.dryRun() && !progress.cancelled()) {
                rest(old);
            }
            var after = counts(TABLES.values());
            for (var table : TABLES.entrySet()) {
                progress.counted(
                        table.getKey(),
                        columns(old, table.getKey()).isEmpty() ? 0 : count(old, table.getKey()),
                        before.getOrDefault(table.getValue(), 0L),
                        after.getOrDefault(table.getValue(), 0L));
            }
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private Map<String, Long> counts(Iterable<String> tables) throws InterruptedException {
        return log.read(connection -> {
            var counts = new LinkedHashMap<String, Long>();
            for (var table : tables) {
                counts.put(table, count(connection, table));
            }
            return counts;
        });
    }

    private static long count(Connection connection, String table) throws SQLException {
        return Schema.number(connection, "SELECT count(*) FROM " + table);
    }

    private static Set<String> columns(Connection connection, String table) throws SQLException {
        var names = new HashSet<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("PRAGMA table_info(" + table + ")")) {
            while (rows.next()) {
                names.add(rows.getString("name"));
            }
        }
        return names;
    }

    private void events(Connection old, Set<String> there, ImportProgress progress)
            throws SQLException, InterruptedException, Intake.Refused {
        var key = key(old);
        var known = log.read(connection -> ImportTables.of(connection, key));
        var last =
                wish.scoped() || wish.force() ? 0 : known.map(m -> m.place().offset()).orElse(0L);
        var events = known.map(ImportMark::events).orElse(0L);
        var shown =
                EVENT.stream()
                        .map(name -> there.contains(name) ? name : "NULL AS " + name)
                        .collect(Collectors.joining(", "));
        var pump = new Pump(log, wish, progress);
        try (var statement =
                old.prepareStatement("SELECT " + shown + " FROM events WHERE id > ? ORDER BY id")) {
            statement.setLong(1, last);
            try (var rows = statement.executeQuery()) {
                while (rows.next() && !progress.cancelled()) {
                    pump.add(event(rows, key));
                    last = rows.getLong("id");
                    if (pump.full()) {
                        events += pump.size();
                        pump.store(mark(key, last, events));
                    }
                }
            }
        }
        pump.store(mark(key, last, events + pump.size()));
    }

    /** The same for every copy of a database, and for no other one. */
    private static String key(Connection old) throws SQLException {
        try (var statement = old.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT id || session_id || event_type || created_at FROM events"
                                        + " ORDER BY id LIMIT 1")) {
            return Scene.id(KEY, row.next() ? row.getString(1) : "");
        }
    }

    private Along mark(String key, long last, long events) {
        var mark =
                new ImportMark(
                        key,
                        "monitor",
                        new ImportMark.Place(last, "", 0, 0),
                        "{}",
                        false,
                        ImportMark.Stamp.NONE,
                        events);
        var now = log.now();
        return wish.recorded()
                ? posting -> ImportTables.save(posting.sql().connection(), mark, now)
                : Along.NOTHING;
    }

    private static NewEvent event(ResultSet row, String key) throws SQLException {
        var id = row.getString("event_id");
        var metadata = metadata(row.getString("metadata"));
        var tool = row.getString("tool_name");
        var status = row.getString("status");
        var source = row.getString("source");
        return new EventDraft(
                        row.getString("session_id"),
                        row.getString("agent_type"),
                        row.getString("event_type"))
                .id(
                        id != null
                                ? id
                                : EventLines.named(key.substring(KEY.length()), row.getLong("id")))
                .tool(tool)
                .status(status == null ? "success" : status)
                .tokens(
                        new NewEvent.Tokens(
                                whole(row, "tokens_in"),
                                whole(row, "tokens_out"),
                                whole(row, "cache_read_tokens"),
                                whole(row, "cache_write_tokens")))
                .branch(row.getString("branch"))
                .project(row.getString("project"))
                .durationMs(
                        row.getString("duration_ms") == null
                                ? null
                                : (Long) whole(row, "duration_ms"))
                .happened(time(row.getString("client_timestamp")))
                .metadata(new Metadata(metadata, whole(row, "payload_truncated") != 0))
                .model(row.getString("model"))
                .cost(cost(row))
                .source(source == null ? "api" : source)
                .edit(Contract.edit(tool, Json.read(metadata)))
                .past(new NewEvent.Past(time(row.getString("created_at"))))
                .event();
    }

    private static long whole(ResultSet row, String column) throws SQLException {
        return Math.max(0, row.getLong(column));
    }

    private static @Nullable Long cost(ResultSet row) throws SQLException {
        var dollars = row.getDouble("cost_usd");
        return row.wasNull() || dollars < 0 || dollars > 1e9
                ? null
                : (Long)
                        BigDecimal.valueOf(dollars)
                                .movePointRight(9)
                                .setScale(0, RoundingMode.HALF_EVEN)
                                .longValue();
    }

    /** What is no JSON is kept as a text. */
    private static String metadata(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return "{}";
        }
        try {
            return Json.read(text).toString();
        } catch (JacksonException e) {
            return Json.text(out -> out.writeString(text));
        }
    }

    /** Its times are of UTC, also where they do not say so. */
    private static @Nullable Long time(@Nullable String text) {
        var time = text == null ? null : JsDate.parse(text, ZoneOffset.UTC);
        return time == null || time.isEmpty() ? null : (Long) time.getAsLong();
    }

    /** Sessions, agents and files, in one transaction after all events. */
    private void rest(Connection old) throws SQLException, InterruptedException, Intake.Refused {
        var sessions =
                rows(
                        old,
                        "sessions",
                        "id",
                        "agent_id",
                        "agent_type",
                        "project",
                        "branch",
                        "started_at",
                        "ended_at",
                        "last_event_at",
                        "metadata");
        var agents =
                rows(old, "agents", "id", "agent_type", "name", "registered_at", "last_seen_at");
        var files =
                rows(
                        old,
                        "import_state",
                        "file_path",
                        "file_hash",
                        "file_size",
                        "source",
                        "events_imported",
                        "imported_at");
        // In a transaction of its own: an event that comes meanwhile must find what this writes.
        if (!wish.dryRun()
                && !log.change(posting -> {
                    var connection = posting.sql().connection();
                    OldMonitorRest.sessions(
                            connection, sessions, OldMonitor::time, OldMonitor::metadata);
                    OldMonitorRest.agents(connection, agents, OldMonitor::time);
                    OldMonitorRest.files(connection, files, OldMonitor::time);
                })) {
            throw new Intake.Refused(
                    "its sessions could not be stored beside its events; the monitor's own events say why");
        }
    }

    private static List<Map<String, @Nullable String>> rows(
            Connection old, String table, String... names) throws SQLException {
        var there = columns(old, table);
        if (there.isEmpty()) {
            return List.of();
        }
        var shown =
                Stream.of(names)
                        .map(name -> there.contains(name) ? name : "NULL AS " + name)
                        .collect(Collectors.joining(", "));
        var all = new ArrayList<Map<String, @Nullable String>>();
        try (var statement = old.createStatement();
                var rows = statement.executeQuery("SELECT " + shown + " FROM " + table)) {
            while (rows.next()) {
                var row = new HashMap<String, @Nullable String>();
                for (var name : names) {
                    row.put(name, rows.getString(name));
                }
                all.add(row);
            }
        }
        return all;
    }
}
