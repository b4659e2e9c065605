package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes what another monitor knows beside events; what this log knows already stays. */
final class OldMonitorRest {
    private OldMonitorRest() {}

    static void sessions(
            Connection connection,
            List<Map<String, @Nullable String>> rows,
            Function<@Nullable String, @Nullable Long> time,
            Function<@Nullable String, String> metadata)
            throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        """
                        INSERT INTO sessions (id, agent_id, agent_type, project, branch, status,
                            started_at, ended_at, last_event_at, metadata, event_count, tokens_in,
                            tokens_out, cost_nanos, files_edited, lines_added, lines_removed)
                        VALUES (?, ?, ?, ?, ?, 'ended', ?, ?, ?, ?, 0, 0, 0, NULL, 0, 0, 0)
                        ON CONFLICT DO UPDATE SET
                            project = iif(excluded.last_event_at < last_event_at,
                                coalesce(project, excluded.project),
                                coalesce(excluded.project, project)),
                            branch = iif(excluded.last_event_at < last_event_at,
                                coalesce(branch, excluded.branch),
                                coalesce(excluded.branch, branch)),
                            started_at = min(started_at, excluded.started_at),
                            last_event_at = max(last_event_at, excluded.last_event_at),
                            metadata = iif(metadata = '{}', excluded.metadata, metadata)\
                        """)) {
            for (var row : rows) {
                var started = Objects.requireNonNullElse(time.apply(row.get("started_at")), 0L);
                var last =
                        Objects.requireNonNullElse(time.apply(row.get("last_event_at")), started);
                statement.setString(1, row.get("id"));
                statement.setString(2, row.get("agent_id"));
                statement.setString(3, row.get("agent_type"));
                statement.setString(4, row.get("project"));
                statement.setString(5, row.get("branch"));
                statement.setLong(6, started);
                statement.setObject(
                        7,
                        Objects.requireNonNullElse(time.apply(row.get("ended_at")), last),
                        Types.INTEGER);
                statement.setLong(8, last);
                statement.setString(9, metadata.apply(row.get("metadata")));
                statement.executeUpdate();
            }
        }
    }

    static void agents(
            Connection connection,
            List<Map<String, @Nullable String>> rows,
            Function<@Nullable String, @Nullable Long> time)
            throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        """
                        INSERT INTO agents (id, agent_type, name, registered_at, last_seen_at)
                        VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT DO UPDATE SET name = coalesce(name, excluded.name),
                            registered_at = min(registered_at, excluded.registered_at),
                            last_seen_at = max(last_seen_at, excluded.last_seen_at)\
                        """)) {
            for (var row : rows) {
                statement.setString(1, row.get("id"));
                statement.setString(2, row.get("agent_type"));
                statement.setString(3, row.get("name"));
                statement.setLong(
                        4, Objects.requireNonNullElse(time.apply(row.get("registered_at")), 0L));
                statement.setLong(
                        5, Objects.requireNonNullElse(time.apply(row.get("last_seen_at")), 0L));
                statement.executeUpdate();
            }
        }
    }

    /** Files that the other monitor has read are read on from there: their hashes are alike. */
    static void files(
            Connection connection,
            List<Map<String, @Nullable String>> rows,
            Function<@Nullable String, @Nullable Long> time)
            throws SQLException {
        UnaryOperator<String> word = source -> source.startsWith("codex") ? "codex" : "claude";
        try (var statement =
                connection.prepareStatement(
                        "INSERT OR IGNORE INTO import_files VALUES"
                                + " (?, ?, ?, ?, 0, 0, '{}', 0, -1, 0, '', ?, ?)")) {
            for (var row : rows) {
                statement.setString(1, row.get("file_path"));
                statement.setString(
                        2, word.apply(Objects.requireNonNullElse(row.get("source"), "")));
                statement.setLong(3, number(row.get("file_size")));
                statement.setString(4, row.get("file_hash"));
                statement.setLong(5, number(row.get("events_imported")));
                statement.setLong(
                        6, Objects.requireNonNullElse(time.apply(row.get("imported_at")), 0L));
                statement.executeUpdate();
            }
        }
    }

    private static long number(@Nullable String text) {
        return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
    }
}
