package dev.proa.eventlog;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One transaction's work, from events to rows, sessions and sums. Nothing of it outlives it. */
final class Posting {
    private final Statements sql;
    private final Ledger ledger;
    private final long now;
    private final Lifecycle rules;
    private long lastId;
    private boolean aged;
    private final Set<String> eventIds = new HashSet<>();
    private final Set<String> freshEvents = new HashSet<>(); // that the log does not have
    private final Set<String> askedSessions = new HashSet<>(); // sessions has those there are
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Map<String, Session> changed = new LinkedHashMap<>();
    private final Set<String> agents = new HashSet<>();
    private final Map<Tally.Key, Tally> tallies = new LinkedHashMap<>();
    private final Map<UsageLine.Key, UsageLine> used = new LinkedHashMap<>();
    private final Map<String, UsageLine.Place> places = new HashMap<>(); // before, if stored
    private final Map<UsageSums.Hour, UsageSums.Happened> happened = new LinkedHashMap<>();
    private final PendingRows rows = new PendingRows();
    private final Set<Long> news = new HashSet<>();

    Posting(Statements sql, Prices prices, long now, Lifecycle rules, long lastId) {
        this.sql = sql;
        this.ledger = new Ledger(sql.usage(), rows, prices, new Sheets());
        this.now = now;
        this.rules = rules;
        this.lastId = lastId;
    }

    /** Looks up at once what the log has of events that are about to be taken. */
    void expect(Stream<NewEvent> events) throws SQLException {
        var ids = new LinkedHashSet<String>();
        events.forEach(event -> {
            if (event.eventId() != null) {
                ids.add(event.eventId());
            }
            if (sound(event.sessionId())) {
                askedSessions.add(event.sessionId());
            }
        });
        freshEvents.addAll(sql.lookups().noEvents(ids));
        for (var session : sql.lookups().sessions(askedSessions)) {
            known(session.id(), session);
        }
    }

    /** Whether an id comes back as it is stored: half of a character becomes a question mark. */
    private static boolean sound(String id) {
        return id.codePoints()
                .noneMatch(letter -> Character.getType(letter) == Character.SURROGATE);
    }

    /** Takes one append; its rows are written by {@link #finish}. */
    Appended.Stored take(List<NewEvent> events, Along along) throws SQLException {
        var ids = new ArrayList<Long>(events.size());
        var duplicates = 0;
        for (var event : events) {
            if (known(event.eventId()) || sql.hooked().told(event)) {
                duplicates++;
            } else {
                ids.add(store(event));
            }
        }
        along.store(this);
        return new Appended.Stored(ids, duplicates);
    }

    Statements sql() {
        return sql;
    }

    long now() {
        return now;
    }

    /** Lets a session of nothing but spans live by one. */
    void traced(String sessionId, String agentType) throws SQLException {
        var session =
                session(new EventDraft(sessionId, agentType, "response").source("otel").event());
        if (session.traced(now)) {
            changed.put(sessionId, session);
            agents.add(agentType);
        }
    }

    private boolean known(@Nullable String eventId) throws SQLException {
        if (eventId == null) {
            return false;
        }
        return !eventIds.add(eventId)
                || (!freshEvents.contains(eventId) && sql.lookups().event(eventId));
    }

    /** Stores an event that is known to be new, and gives its id. */
    long store(NewEvent told) throws SQLException {
        var earlier = sameCall(told);
        var event = earlier.map(row -> withoutEdit(told, row)).orElse(told);
        var session = session(event);
        session.placedBy(event);
        var head = head(event);
        var call =
                new EventRow.Call(
                        event.texts().call().id(),
                        event.texts().call().made() && earlier.isEmpty());
        var row = ledger.enter(row(event, session, head, call), session);
        head.ifPresent(session::movedTo);
        session.took(event, row, now, newFile(row, event), rules);
        sql.followers().took(row, event);
        changed.put(session.id(), session);
        agents.add(event.agentType());
        tally(row).add(row);
        happened(row).add();
        rows.add(row);
        if (rules.news(event, now)) {
            news.add(row.id());
        }
        return row.id();
    }

    /** What another source has told of the same call. */
    private Optional<EventRow> sameCall(NewEvent event) throws SQLException {
        var call = event.texts().call();
        var id = call.id();
        if (id == null || !call.made()) {
            return Optional.empty();
        }
        var near = rows.ofCall(event.sessionId(), id, event.source());
        return near.isPresent() ? near : sql.call(event.sessionId(), id, event.source());
    }

    /** A call edits once; who tells of the edit first is believed. */
    private static NewEvent withoutEdit(NewEvent event, EventRow earlier) {
        var known = Contract.edit(earlier.toolName(), Json.read(earlier.metadata()));
        return known.added() + known.removed() > 0
                ? event.with(event.metadata(), NewEvent.Edit.NONE, event.attention())
                : event;
    }

    private Tally tally(EventRow row) {
        return tallies.computeIfAbsent(Tally.Key.of(row), _ -> new Tally());
    }

    private UsageSums.Happened happened(EventRow row) {
        return happened.computeIfAbsent(
                new UsageSums.Hour(Tally.hour(row.happenedMillis()), row.agentType()),
                _ -> new UsageSums.Happened());
    }

    /** All sums that an event's use goes into. */
    private final class Sheets implements Ledger.Sheets {
        @Override
        public void count(EventRow row, int sign) throws SQLException {
            tally(row).count(row, sign);
            line(row).count(row, sign);
            happened(row).count(row, sign);
            var session = stored(row.sessionId());
            if (session.isPresent()) {
                session.get().count(row, sign);
                sql.followers().count(row, sign);
                changed.put(row.sessionId(), session.get());
            }
        }

        @Override
        public void repeat(EventRow row) {
            line(row).repeat(row);
        }

        private UsageLine line(EventRow row) {
            return used.computeIfAbsent(UsageLine.Key.of(row), _ -> new UsageLine());
        }
    }

    /**
     * Prices the next stored events anew that used something; gives the last one's id, 0 if there
     * are no more.
     *
     * @param seen gets the number of those events
     * @param changes gets the number of those that changed
     */
    long reprice(long after, int limit, boolean unpricedOnly, LongAdder seen, LongAdder changes)
            throws SQLException {
        var last = 0L;
        for (var row : sql.usage().after(after, limit, unpricedOnly)) {
            var session = stored(row.sessionId());
            var heard = session.map(Session::witnesses).orElse(Witnesses.NONE);
            seen.increment();
            changes.add(ledger.reprice(row, heard) ? 1 : 0);
            last = row.id();
        }
        return last;
    }

    private Session session(NewEvent event) throws SQLException {
        var known = stored(event.sessionId());
        if (known.isPresent()) {
            return known.get();
        }
        var begun = Session.begunBy(event, rules.moment(event, now));
        sessions.put(begun.id(), begun);
        return begun;
    }

    private Optional<Session> stored(String id) throws SQLException {
        var session = sessions.get(id);
        if (session == null && !askedSessions.contains(id)) {
            session = sql.lookups().session(id).orElse(null);
            if (session != null) {
                known(id, session);
            }
        }
        return Optional.ofNullable(session);
    }

    private void known(String id, Session session) {
        sessions.put(id, session);
        places.put(id, UsageLine.Place.of(session));
    }

    /** What is checked out now says nothing about an event of long ago. */
    private Optional<String> head(NewEvent event) {
        var history =
                event.source().equals("import") && rules.historical(event.clientMillis(), now);
        return history ? Optional.empty() : event.headBranch();
    }

    private EventRow row(
            NewEvent event, Session session, Optional<String> head, EventRow.Call call) {
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
                        event.tokens().cacheWriteHour(), event.costNanos(), null, null, true, null),
                event.identity(),
                call);
    }

    private boolean newFile(EventRow row, NewEvent event) throws SQLException {
        return !row.eventType().equals("plan_step")
                && sql.newFile(event.sessionId(), event.edit(), row.happenedMillis());
    }

    /** Ages the sessions that have been silent. */
    void age() throws SQLException {
        aged = true;
        sql.otlp().forget(now);
        for (var session : sql.silentSince(now - rules.idleAfter().toMillis())) {
            if (session.aged(now, rules)) {
                changed.put(session.id(), session);
            }
        }
    }

    /** What is news and what has changed. */
    record Posted(List<EventRow> events, List<SessionRow> sessions, boolean aged, long latest) {
        boolean empty() {
            return events.isEmpty() && sessions.isEmpty();
        }

        Commit commit() {
            return new Commit(
                    events.stream().map(Commit.StoredEvent::of).toList(),
                    sessions.stream().map(Commit.ChangedSession::of).toList(),
                    aged,
                    latest);
        }
    }

    /** Writes everything; the transaction is the caller's to commit. */
    Posted finish() throws SQLException {
        for (var row : rows.all()) {
            sql.insert(row);
        }
        sql.insertAll();
        sql.save(changed.values());
        for (var agent : agents) {
            sql.seen(agent, now);
        }
        for (var line : tallies.entrySet()) {
            sql.add(line.getKey(), line.getValue());
        }
        sql.addAll();
        sumUp();
        sql.followers().finish();
        var sessions = new ArrayList<SessionRow>(changed.size());
        for (var session : changed.values()) {
            sessions.add(session.row().with(sql.followers().subagents(session.id())));
        }
        return new Posted(
                rows.those(row -> news.contains(row.id())),
                sessions,
                aged,
                rows.all().isEmpty() ? 0 : lastId);
    }

    private void sumUp() throws SQLException {
        for (var place : places.entrySet()) {
            var now = UsageLine.Place.of(Objects.requireNonNull(sessions.get(place.getKey())));
            if (!now.equals(place.getValue())) {
                sql.used().move(place.getKey(), place.getValue(), now);
            }
        }
        for (var line : used.entrySet()) {
            var session = stored(line.getKey().sessionId());
            var place = session.map(UsageLine.Place::of).orElse(UsageLine.Place.UNKNOWN);
            sql.used().add(line.getKey(), line.getValue(), place);
        }
        for (var hour : happened.entrySet()) {
            sql.used().add(hour.getKey(), hour.getValue());
        }
        sql.used().finish();
    }

    long lastId() {
        return lastId;
    }
}
