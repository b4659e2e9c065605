package dev.proa.eventlog;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** A session while something works on it; never shared between threads. */
final class Session {
    /** What {@link #stored} reads and {@link #bind} writes, in that order. */
    static final String COLUMNS =
            "id, agent_id, agent_type, project, branch, status, started_at, ended_at,"
                    + " last_event_at, metadata, event_count, tokens_in, tokens_out, cost_nanos,"
                    + " files_edited, lines_added, lines_removed, waiting, waiting_request,"
                    + " cache_read_tokens, cache_write_tokens, priced_events, unpriced_events,"
                    + " witnesses";

    /** How many those are. */
    static final int COLUMN_COUNT = 24;

    private final String id;
    private final String agentId;
    private final String agentType;
    private @Nullable String project;
    private @Nullable String branch;
    private String status = Lifecycle.ACTIVE;
    private final long started;
    private @Nullable Long ended;
    private long lastEvent;
    private String metadata = "{}";
    private long events;
    private long tokensIn;
    private long tokensOut;
    private long costNanos;
    private long filesEdited;
    private long linesAdded;
    private long linesRemoved;
    private @Nullable String waiting;
    private @Nullable String waitingRequest;
    private long cacheRead;
    private long cacheWrite;
    private long priced;
    private long unpriced;
    private Witnesses witnesses = Witnesses.NONE;

    private Session(String id, String agentId, String agentType, long started) {
        this.id = id;
        this.agentId = agentId;
        this.agentType = agentType;
        this.started = started;
    }

    /** The session that an event begins, without that event. */
    static Session begunBy(NewEvent event, long now) {
        var type = event.agentType();
        return new Session(event.sessionId(), agentId(type), type, now);
    }

    static Session stored(ResultSet row) throws SQLException {
        var session =
                new Session(row.getString(1), row.getString(2), row.getString(3), row.getLong(7));
        session.project = row.getString(4);
        session.branch = row.getString(5);
        session.status = row.getString(6);
        session.ended = Columns.whole(row, 8);
        session.lastEvent = row.getLong(9);
        session.metadata = row.getString(10);
        session.events = row.getLong(11);
        session.tokensIn = row.getLong(12);
        session.tokensOut = row.getLong(13);
        session.costNanos = row.getLong(14);
        session.filesEdited = row.getLong(15);
        session.linesAdded = row.getLong(16);
        session.linesRemoved = row.getLong(17);
        session.waiting = row.getString(18);
        session.waitingRequest = row.getString(19);
        session.cacheRead = row.getLong(20);
        session.cacheWrite = row.getLong(21);
        session.priced = row.getLong(22);
        session.unpriced = row.getLong(23);
        session.witnesses = new Witnesses(row.getInt(24));
        return session;
    }

    void bind(PreparedStatement to) throws SQLException {
        to.setString(1, id);
        to.setString(2, agentId);
        to.setString(3, agentType);
        to.setString(4, project);
        to.setString(5, branch);
        to.setString(6, status);
        to.setLong(7, started);
        to.setObject(8, ended, Types.INTEGER);
        to.setLong(9, lastEvent);
        to.setString(10, metadata);
        to.setLong(11, events);
        to.setLong(12, tokensIn);
        to.setLong(13, tokensOut);
        to.setObject(14, knownCost(), Types.INTEGER);
        to.setLong(15, filesEdited);
        to.setLong(16, linesAdded);
        to.setLong(17, linesRemoved);
        to.setString(18, waiting);
        to.setString(19, waitingRequest);
        to.setLong(20, cacheRead);
        to.setLong(21, cacheWrite);
        to.setLong(22, priced);
        to.setLong(23, unpriced);
        to.setInt(24, witnesses.bits());
    }

    /** The sum of the costs that are known; null if none is. */
    private @Nullable Long knownCost() {
        return priced > 0 ? (Long) costNanos : null;
    }

    SessionRow row() {
        return new SessionRow(
                id,
                agentId,
                agentType,
                project,
                branch,
                status,
                started,
                ended,
                lastEvent,
                metadata,
                events,
                tokensIn,
                tokensOut,
                knownCost(),
                filesEdited,
                linesAdded,
                linesRemoved,
                waiting,
                cacheRead,
                cacheWrite,
                unpriced);
    }

    static String agentId(String agentType) {
        return agentType + "-default";
    }

    String id() {
        return id;
    }

    @Nullable String project() {
        return project;
    }

    @Nullable String branch() {
        return branch;
    }

    /** Takes what an event says about project and branch; what it does not say stays. */
    void placedBy(NewEvent event) {
        project = event.project() == null ? project : event.project();
        branch = event.branch() == null ? branch : event.branch();
    }

    /** The branch that the project's working tree has now. */
    void movedTo(String head) {
        branch = head;
    }

    /** Counts a stored event and goes into the state that it brings. */
    void took(NewEvent event, long now, boolean newFile) {
        status = Lifecycle.after(event, now);
        ended = status.equals(Lifecycle.ENDED) ? (Long) now : null;
        lastEvent = Math.max(now, lastEvent);
        events++;
        filesEdited += newFile ? 1 : 0;
        linesAdded = Sums.plus(linesAdded, event.edit().added());
        linesRemoved = Sums.plus(linesRemoved, event.edit().removed());
        attend(event.attention());
    }

    /** Adds what an event used, or takes it away. */
    void count(EventRow row, int sign) {
        tokensIn = Sums.add(tokensIn, sign * row.tokensIn());
        tokensOut = Sums.add(tokensOut, sign * row.tokensOut());
        cacheRead = Sums.add(cacheRead, sign * row.cacheReadTokens());
        cacheWrite = Sums.add(cacheWrite, sign * row.cacheWriteTokens());
        var cost = row.costNanos();
        if (cost != null) {
            costNanos = Sums.add(costNanos, sign * cost);
            priced += sign;
        } else {
            unpriced += sign;
        }
    }

    /** Who has told of what it used. */
    Witnesses witnesses() {
        return witnesses;
    }

    void heard(Witnesses all) {
        witnesses = all;
    }

    private void attend(NewEvent.Attention attention) {
        switch (attention) {
            case NewEvent.Attention.Keeps() -> {}
            case NewEvent.Attention.Asks(var text, var request) -> {
                waiting = text;
                waitingRequest = request.orElse(null);
            }
            case NewEvent.Attention.Clears(var request) -> {
                if (request.isEmpty() || !request.get().equals(waitingRequest)) {
                    waiting = null;
                }
            }
        }
        settleWaiting();
    }

    /** Nothing that has ended waits, and what does not wait has no request. */
    private void settleWaiting() {
        if (status.equals(Lifecycle.ENDED)) {
            waiting = null;
        }
        if (waiting == null) {
            waitingRequest = null;
        }
    }

    /** Goes where silence has brought it; false if nowhere. */
    boolean aged(long now) {
        var next = Lifecycle.status(status, lastEvent, now);
        if (next.equals(status)) {
            return false;
        }
        status = next;
        if (next.equals(Lifecycle.ENDED)) {
            ended = Lifecycle.endedBySilence(lastEvent);
        }
        settleWaiting();
        return true;
    }
}
