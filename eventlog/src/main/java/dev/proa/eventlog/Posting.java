package dev.proa.eventlog;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One transaction's work, from events to rows, sessions and sums. Nothing of it outlives it. */
final class Posting {
    private final Statements sql;
    private final long now;
    private long lastId;
    private final Set<String> eventIds = new HashSet<>();
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Map<String, Session> changed = new LinkedHashMap<>();
    private final Set<String> agents = new HashSet<>();
    private final Map<Tally.Key, Tally> tallies = new LinkedHashMap<>();
    private final List<EventRow> rows = new ArrayList<>();

    Posting(Statements sql, long now, long lastId) {
        this.sql = sql;
        this.now = now;
        this.lastId = lastId;
    }

    /** Takes one append; its rows are written by {@link #finish}. */
    Appended.Stored take(List<NewEvent> events, Along along) throws SQLException {
        var ids = new ArrayList<Long>(events.size());
        var duplicates = 0;
        for (var event : events) {
            if (known(event.eventId())) {
                duplicates++;
            } else {
                ids.add(store(event));
            }
        }
        along.store(sql.connection());
        return new Appended.Stored(ids, duplicates);
    }

    private boolean known(@Nullable String eventId) throws SQLException {
        return eventId != null && (!eventIds.add(eventId) || sql.known(eventId));
    }

    private long store(NewEvent event) throws SQLException {
        var session = session(event);
        session.placedBy(event);
        var head = head(event);
        var row = row(event, session, head);
        head.ifPresent(session::movedTo);
        session.took(event, row, now, newFile(row, event));
        sql.followers().took(row, event);
        changed.put(session.id(), session);
        agents.add(event.agentType());
        tallies.computeIfAbsent(Tally.Key.of(event, event.arrived(now)), _ -> new Tally())
                .add(event);
        if (Lifecycle.news(event, now)) {
            rows.add(row);
        }
        sql.insert(row);
        return row.id();
    }

    private Session session(NewEvent event) throws SQLException {
        var id = event.sessionId();
        var session = sessions.get(id);
        if (session == null) {
            session =
                    sql.session(id)
                            .orElseGet(() -> Session.begunBy(event, Lifecycle.moment(event, now)));
            sessions.put(id, session);
        }
        return session;
    }

    /** What is checked out now says nothing about an event of long ago. */
    private Optional<String> head(NewEvent event) {
        var history =
                event.source().equals("import") && Lifecycle.historical(event.clientMillis(), now);
        return history ? Optional.empty() : event.headBranch();
    }

    private EventRow row(NewEvent event, Session session, Optional<String> head) {
        var branch = event.branch() != null ? event.branch() : session.branch();
        return new EventRow(
                ++lastId,
                event.eventId(),
                event.sessionId(),
                event.agentType(),
                event.eventType(),
                event.toolName(),
                event.status(),
                event.tokens().in(),
                event.tokens().out(),
                branch != null ? branch : head.orElse(null),
                event.project() != null ? event.project() : session.project(),
                event.durationMs(),
                event.arrived(now),
                event.clientMillis(),
                event.metadata().json(),
                event.metadata().truncated(),
                event.model(),
                event.costNanos(),
                event.tokens().cacheRead(),
                event.tokens().cacheWrite(),
                event.source(),
                new EventRow.Usage(
                        event.tokens().cacheWriteHour(), event.costNanos(), null, null, true),
                event.identity());
    }

    private boolean newFile(EventRow row, NewEvent event) throws SQLException {
        return !row.eventType().equals("plan_step")
                && sql.newFile(event.sessionId(), event.edit(), row.happenedMillis());
    }

    /** Ages the sessions that have been silent. */
    void age() throws SQLException {
        for (var session : sql.silentSince(now - Lifecycle.IDLE_AFTER.toMillis())) {
            if (session.aged(now)) {
                changed.put(session.id(), session);
            }
        }
    }

    /** What is news and what has changed. */
    record Posted(List<EventRow> events, List<SessionRow> sessions) {
        boolean empty() {
            return events.isEmpty() && sessions.isEmpty();
        }

        Commit commit() {
            return new Commit(
                    events.stream().map(Commit.StoredEvent::of).toList(),
                    sessions.stream().map(Commit.ChangedSession::of).toList());
        }
    }

    /** Writes everything; the transaction is the caller's to commit. */
    Posted finish() throws SQLException {
        sql.insertAll();
        sql.save(changed.values());
        for (var agent : agents) {
            sql.seen(agent, now);
        }
        for (var line : tallies.entrySet()) {
            sql.add(line.getKey(), line.getValue());
        }
        sql.addAll();
        sql.followers().finish();
        var sessions = new ArrayList<SessionRow>(changed.size());
        for (var session : changed.values()) {
            sessions.add(session.row().with(sql.followers().subagents(session.id())));
        }
        return new Posted(rows, sessions);
    }

    long lastId() {
        return lastId;
    }
}
