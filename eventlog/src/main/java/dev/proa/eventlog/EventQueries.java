package dev.proa.eventlog;

/**
 * Answers the contract's reading requests. Session states are those of the moment of the question.
 * Safe to use from any thread; every method throws {@link dev.proa.core.ProaException} if the log
 * cannot be read.
 */
public final class EventQueries {
    private static final int SESSION_EVENTS = 10;

    private final EventLog log;

    public EventQueries(EventLog log) {
        this.log = log;
    }

    /** {@code GET /api/events}: {@code {events, total}}, newest first. */
    public Reply events(Parameters parameters) throws InterruptedException {
        return events(parameters, query -> log.read(query::run));
    }

    /** Where the events of a query come from. */
    interface Events<X extends Exception> {
        EventsQuery.Page page(EventsQuery query) throws X;
    }

    static <X extends Exception> Reply events(Parameters parameters, Events<X> events) throws X {
        var since = Moment.of(parameters, "since");
        var until = Moment.of(parameters, "until");
        if (!since.valid() || !until.valid()) {
            return Moment.isNone(since.valid() ? "until" : "since");
        }
        var page = events.page(EventsQuery.of(parameters, since.millis(), until.millis()));
        return Reply.of(
                200,
                out -> {
                    out.writeStartObject();
                    out.writeName("events");
                    out.writeStartArray();
                    page.events().forEach(row -> RowJson.event(out, row));
                    out.writeEndArray();
                    out.writeNumberProperty("total", page.total());
                    out.writeEndObject();
                });
    }

    /**
     * {@code GET /api/sessions}: {@code {sessions, total, matching}}, active ones first; {@code
     * total} counts the answer's rows, {@code matching} all that the filters let through. {@code
     * since} and {@code until} bound the last event.
     */
    public Reply sessions(Parameters parameters) throws InterruptedException {
        var since = Moment.of(parameters, "since");
        var until = Moment.of(parameters, "until");
        if (!since.valid() || !until.valid()) {
            return Moment.isNone(since.valid() ? "until" : "since");
        }
        var query =
                SessionsQuery.of(
                        parameters, since.millis(), until.millis(), log.now(), log.lifecycle());
        if (query.isEmpty()) {
            return Reply.error(400, "order must be one of: recent, cost, tokens");
        }
        var found = log.read(query.get()::run);
        return Reply.of(
                200,
                out -> {
                    out.writeStartObject();
                    out.writeName("sessions");
                    out.writeStartArray();
                    found.sessions().forEach(row -> RowJson.session(out, row));
                    out.writeEndArray();
                    out.writeNumberProperty("total", found.sessions().size());
                    out.writeNumberProperty("matching", found.matching());
                    out.writeEndObject();
                });
    }

    /** {@code GET /api/sessions/{id}}: {@code {session, events}}, or 404. */
    public Reply session(String id, Parameters parameters) throws InterruptedException {
        var wanted =
                parameters
                        .whole("event_limit")
                        .or(() -> parameters.whole("limit"))
                        .filter(n -> n >= 0)
                        .orElse(SESSION_EVENTS);
        var limit = Math.min(wanted, EventsQuery.MOST_ROWS);
        var filter = new Filter().and("session_id = ?", id);
        var now = log.now();
        return log.read(connection -> {
            var session = SessionsQuery.one(connection, id, now, log.lifecycle());
            if (session.isEmpty()) {
                return Reply.error(404, "Session not found");
            }
            var events = EventsQuery.rows(connection, filter, limit, 0);
            return Reply.of(
                    200,
                    out -> {
                        out.writeStartObject();
                        out.writeName("session");
                        RowJson.session(out, session.get());
                        out.writeName("events");
                        out.writeStartArray();
                        events.forEach(row -> RowJson.event(out, row));
                        out.writeEndArray();
                        out.writeEndObject();
                    });
        });
    }

    /** {@code GET /api/stats}: totals and breakdowns; the cost is null if none is known. */
    public Reply stats(Parameters parameters) throws InterruptedException {
        var since = Moment.of(parameters, "since");
        if (!since.valid()) {
            return Moment.isNone("since");
        }
        var agentType = parameters.filled("agent_type");
        var now = log.now();
        var stats =
                log.read(connection ->
                        StatsQuery.run(
                                connection,
                                log.days(),
                                agentType,
                                since.millis(),
                                now,
                                log.lifecycle()));
        return Reply.of(200, stats::write);
    }

    /** {@code GET /api/stats/tools}: {@code {tools}}, the most called first. */
    public Reply tools(Parameters parameters) throws InterruptedException {
        var since = Moment.of(parameters, "since");
        var until = Moment.of(parameters, "until");
        if (!since.valid() || !until.valid()) {
            return Moment.isNone(since.valid() ? "until" : "since");
        }
        var agentType = parameters.filled("agent_type");
        var tools =
                log.read(connection ->
                        ToolsQuery.run(
                                connection,
                                log.days(),
                                log.tools(),
                                agentType,
                                since.millis(),
                                until.millis()));
        return Reply.of(200, tools::write);
    }

    /** {@code GET /api/filter-options}: every value that a filter can have. */
    public Reply filterOptions() throws InterruptedException {
        return Reply.of(
                200, log.read(connection -> FilterOptions.read(connection, log.days()))::write);
    }

    /** {@code GET /api/health}, with the number of open streams and of those that were dropped. */
    public Reply health(int streams, long dropped) {
        return Reply.of(
                200,
                out -> {
                    out.writeStartObject();
                    out.writeStringProperty("status", "ok");
                    out.writeNumberProperty("uptime", log.uptimeSeconds());
                    out.writeNumberProperty("db_size_bytes", log.sizeBytes());
                    out.writeNumberProperty("sse_clients", streams);
                    out.writeNumberProperty("sse_dropped", dropped);
                    out.writeEndObject();
                });
    }
}
