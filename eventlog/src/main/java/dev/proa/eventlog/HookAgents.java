package dev.proa.eventlog;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says of each agent that can be installed what has come from it. */
public final class HookAgents {
    private static final Duration DAY = Duration.ofHours(24);

    /** How the command line and the log call an agent, and what it reports by. */
    private record Agent(String name, String type, String source) {}

    private static final List<Agent> AGENTS =
            List.of(
                    new Agent("claude", "claude_code", "hook"),
                    new Agent("codex", "codex", "otel"));

    private record Seen(Agent agent, @Nullable Long lastAt, long recent) {}

    private HookAgents() {}

    /**
     * Answers {@code GET /api/hooks}: {@code {agents: [{agent, last_event_at, events_24h, spool:
     * {files, bytes}}]}}. Only Claude Code has a spool.
     */
    public static Reply reply(EventLog log, Optional<Path> spool) throws InterruptedException {
        var since = log.now() - DAY.toMillis();
        var seen = log.read(connection -> read(connection, since));
        var waiting = spool.map(HookSpool.Waiting::in).orElse(new HookSpool.Waiting(0, 0));
        return Reply.of(
                200,
                out -> {
                    out.writeStartObject();
                    out.writeName("agents");
                    out.writeStartArray();
                    for (var each : seen) {
                        var claude = each.agent().name().equals("claude");
                        out.writeStartObject();
                        out.writeStringProperty("agent", each.agent().name());
                        Json.time(out, "last_event_at", each.lastAt());
                        out.writeNumberProperty("events_24h", each.recent());
                        out.writeName("spool");
                        out.writeStartObject();
                        out.writeNumberProperty("files", claude ? waiting.files() : 0);
                        out.writeNumberProperty("bytes", claude ? waiting.bytes() : 0);
                        out.writeEndObject();
                        out.writeEndObject();
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                });
    }

    /**
     * Answers {@code GET /api/hooks/probes/{id}}: {@code {id, arrived_at}} of a probe that came as
     * far as the writer since the start, else 404.
     */
    public static Reply probe(EventLog log, String id) {
        var at = log.probes().when(id);
        if (at.isEmpty()) {
            return Reply.error(404, "No probe of that id has arrived since the start");
        }
        return Reply.of(
                200,
                out ->
                        Json.object(
                                out,
                                o -> {
                                    o.writeStringProperty("id", id);
                                    Json.time(o, "arrived_at", at.getAsLong());
                                }));
    }

    private static List<Seen> read(Connection connection, long since) throws SQLException {
        var seen = new ArrayList<Seen>();
        for (var agent : AGENTS) {
            seen.add(new Seen(agent, lastAt(connection, agent), recent(connection, agent, since)));
        }
        return seen;
    }

    /** The newest event of the newest hour that has any: the roll-up says which hour that is. */
    private static @Nullable Long lastAt(Connection connection, Agent agent) throws SQLException {
        try (var query =
                connection.prepareStatement(
                        """
                        WITH last AS MATERIALIZED (
                            SELECT max(hour) AS hour FROM rollup
                            WHERE agent_type = ?1 AND source = ?2)
                        SELECT max(created_at) FROM last CROSS JOIN event_zones%s
                        WHERE created_to >= hour AND created_from < hour + 3600000
                            AND created_at >= hour AND created_at < hour + 3600000
                            AND agent_type = ?1 AND source = ?2\
                        """
                                .formatted(Zones.EVENTS))) {
            query.setString(1, agent.type());
            query.setString(2, agent.source());
            try (var rows = query.executeQuery()) {
                var last = rows.next() ? rows.getLong(1) : 0;
                return rows.wasNull() || last == 0 ? null : (Long) last;
            }
        }
    }

    /** From the roll-up, and from events only in the hour that the day begins in. */
    private static long recent(Connection connection, Agent agent, long since) throws SQLException {
        var hour = Tally.hour(since) + Duration.ofHours(1).toMillis();
        try (var query =
                connection.prepareStatement(
                        "SELECT coalesce((SELECT sum(events) FROM rollup WHERE hour >= ?1"
                                + " AND agent_type = ?2 AND source = ?3), 0)"
                                + " + (SELECT count(*) FROM event_zones"
                                + Zones.EVENTS
                                + " WHERE created_to >= ?4 AND created_from < ?1"
                                + " AND created_at >= ?4 AND created_at < ?1"
                                + " AND agent_type = ?2 AND source = ?3)")) {
            query.setLong(1, hour);
            query.setString(2, agent.type());
            query.setString(3, agent.source());
            query.setLong(4, since);
            try (var rows = query.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }
}
