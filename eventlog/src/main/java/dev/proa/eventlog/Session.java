package dev.proa.eventlog;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session while something works on it; never shared between threads. */
final class Session {
    /** What {@link #stored} reads and {@link #bind} writes, in that order. */
    static final String COLUMNS =
            "id, agent_id, agent_type, project, branch, status, started_at, ended_at,"
                    + " last_event_at, metadata, waiting, waiting_request, "
                    + SessionCounts.COLUMNS
                    + ", "
                    + SessionStory.COLUMNS
                    + ", witnesses";

    private static final int COUNTS = 13;
    private static final int STORY = COUNTS + SessionCounts.COLUMN_COUNT;
    private static final int WITNESSES = STORY + SessionStory.COLUMN_COUNT;

    /** How many those are. */
    static final int COLUMN_COUNT = WITNESSES;

    private final String id;
    private final String agentId;
    private final String agentType;
    private @Nullable String project;
    private @Nullable String branch;
    private String status = Lifecycle.ACTIVE;
    private long started;
    private @Nullable Long ended;
    private long lastEvent;
    private String metadata = "{}";
    private @Nullable String waiting;
    private @Nullable String waitingRequest;
    private SessionCounts counts = SessionCounts.NONE;
    private SessionStory story = SessionStory.UNTOLD;
    private Witnesses witnesses = Witnesses.NONE;

    private Session(String id, String agentId, String agentType, long started) {
        this.id = id;
        this.agentId = agentId;
        this.agentType = agentType;
        this.started = started;
    }

    /** The session that an event begins, without that event. */
    static Session begunBy(NewEvent event, long at) {
        var type = event.agentType();
        return new Session(event.sessionId(), agentId(type), type, at);
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
        session.waiting = row.getString(11);
        session.waitingRequest = row.getString(12);
        session.counts = SessionCounts.stored(row, COUNTS);
        session.story = SessionStory.stored(row, STORY);
        session.witnesses = new Witnesses(row.getInt(WITNESSES));
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
        to.setString(11, waiting);
        to.setString(12, waitingRequest);
        counts.bind(to, COUNTS);
        story.bind(to, STORY);
        to.setInt(WITNESSES, witnesses.bits());
    }

    SessionRow row() {
        return new SessionRow(
                id, agentId, agentType, project, branch, status, started, ended, lastEvent,
                metadata, counts, story, waiting, List.of());
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
    void took(NewEvent event, EventRow row, long now, boolean newFile, Lifecycle rules) {
        var at = rules.moment(event, now);
        var told = at < now && !rules.historical(lastEvent, now);
        started = Math.min(started, at);
        lastEvent = Math.max(at, lastEvent);
        if (!told) { // else it is the past of a session that goes on
            status = rules.status(rules.after(event, now), lastEvent, now);
            ended = status.equals(Lifecycle.ENDED) ? (Long) lastEvent : null;
        }
        counts = counts.plus(row, event.edit(), newFile);
        story = story.after(row, event.texts());
        if (!(event.attention() instanceof NewEvent.Attention.Asks && rules.late(event, now))) {
            attend(event.attention());
        }
    }

    /** Adds what an event used, or takes it away. */
    void count(EventRow row, int sign) {
        counts = counts.count(row, sign);
    }

    /** Who has told of what it used. */
    Witnesses witnesses() {
        return witnesses;
    }

    void heard(Witnesses all) {
        witnesses = all;
    }

    /** Lives on by a span if it has no events to live by; false if it has. */
    boolean traced(long now) {
        if (counts.events() > 0) {
            return false;
        }
        status = Lifecycle.ACTIVE;
        ended = null;
        lastEvent = Math.max(now, lastEvent);
        return true;
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
    boolean aged(long now, Lifecycle rules) {
        var next = rules.status(status, lastEvent, now);
        if (next.equals(status)) {
            return false;
        }
        status = next;
        if (next.equals(Lifecycle.ENDED)) {
            ended = rules.endedBySilence(lastEvent);
        }
        settleWaiting();
        return true;
    }
}
