package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Lists of sessions in the states that they have now. What is stored may be older than that, so
 * each state is read in the parts that silence has made it of, as many of each as are asked for.
 */
final class SessionsQuery {
    private static final int USUAL_ROWS = 50;

    /** In which order sessions are listed; {@code lively} is by their states first. */
    private record Order(String sql, boolean lively, Comparator<SessionRow> rows) {
        Order {
            rows = rows.thenComparing(SessionRow::id);
        }
    }

    private static final Map<String, Order> ORDERS =
            Map.of(
                    // The liveliest first, then by the last event.
                    "recent",
                    new Order(
                            "last_event_at DESC",
                            true,
                            Comparator.<SessionRow>comparingInt(row -> rank(row.status()))
                                    .thenComparing(
                                            Comparator.comparingLong(SessionRow::lastEventMillis)
                                                    .reversed())),
                    // The dearest first; an unknown cost is less than none.
                    "cost",
                    new Order(
                            "cost_nanos DESC",
                            false,
                            Comparator.<SessionRow>comparingLong(row -> cost(row.counts()))
                                    .reversed()),
                    "tokens",
                    new Order(
                            "tokens_in + tokens_out + cache_read_tokens + cache_write_tokens DESC",
                            false,
                            Comparator.<SessionRow>comparingLong(row -> tokens(row.counts()))
                                    .reversed()));

    private static int rank(String status) {
        return switch (status) {
            case Lifecycle.ACTIVE -> 0;
            case Lifecycle.IDLE -> 1;
            default -> 2;
        };
    }

    private static long cost(SessionCounts counts) {
        var nanos = counts.costNanos();
        return nanos == null ? -1 : nanos;
    }

    /** All of them, those to and from a cache with them. */
    private static long tokens(SessionCounts counts) {
        return Sums.plus(
                Sums.plus(counts.tokensIn(), counts.tokensOut()),
                Sums.plus(counts.cacheRead(), counts.cacheWrite()));
    }

    private final Filter filter;
    private final Optional<String> status;
    private final Optional<String> excluded;
    private final Order order;
    private final long limit;
    private final long offset;
    private final long now;
    private final Lifecycle rules;

    /** What was found, and how many there are altogether. */
    record Found(List<SessionRow> sessions, long matching) {}

    private SessionsQuery(
            Parameters parameters, Filter filter, Order order, long now, Lifecycle rules) {
        this.filter = filter;
        this.order = order;
        this.now = now;
        this.rules = rules;
        status = parameters.filled("status");
        excluded = parameters.filled("exclude_status");
        var most = parameters.whole("limit").orElse(USUAL_ROWS);
        limit = most > 0 ? most : Integer.MAX_VALUE;
        offset = Math.max(0, parameters.whole("offset").orElse(0));
    }

    /** Empty if the order is none. */
    static Optional<SessionsQuery> of(
            Parameters parameters,
            OptionalLong since,
            OptionalLong until,
            long now,
            Lifecycle rules) {
        var filter = new Filter();
        for (var column : List.of("agent_type", "project", "branch")) {
            parameters.filled(column).ifPresent(value -> filter.and(column + " = ?", value));
        }
        parameters
                .filled("q")
                .ifPresent(
                        text -> filter.and("title LIKE ? ESCAPE '\\'", "%" + literal(text) + "%"));
        since.ifPresent(millis -> filter.and("last_event_at >= ?", millis));
        until.ifPresent(millis -> filter.and("last_event_at <= ?", millis));
        return Optional.ofNullable(ORDERS.get(parameters.filled("order").orElse("recent")))
                .map(order -> new SessionsQuery(parameters, filter, order, now, rules));
    }

    private static String literal(String text) {
        return text.replaceAll("([\\\\%_])", "\\\\$1");
    }

    /** Sessions of one stored state that were last heard of from a moment on and before another. */
    private record Part(String status, String stored, long from, long before) {}

    /** All parts, those that come first when the liveliest do first. */
    private List<Part> parts() {
        var awake = now - rules.idleAfter().toMillis();
        var alive = rules.aliveSince(now);
        return List.of(
                new Part(Lifecycle.ACTIVE, Lifecycle.ACTIVE, awake, Long.MAX_VALUE),
                new Part(Lifecycle.IDLE, Lifecycle.ACTIVE, alive, awake),
                new Part(Lifecycle.IDLE, Lifecycle.IDLE, alive, Long.MAX_VALUE),
                new Part(Lifecycle.ENDED, Lifecycle.ACTIVE, Long.MIN_VALUE, alive),
                new Part(Lifecycle.ENDED, Lifecycle.IDLE, Long.MIN_VALUE, alive),
                new Part(Lifecycle.ENDED, Lifecycle.ENDED, Long.MIN_VALUE, Long.MAX_VALUE));
    }

    Found run(Connection connection) throws SQLException {
        var rows = new ArrayList<SessionRow>();
        var matching = 0L;
        var last = "";
        for (var part : parts()) {
            if (!wanted(part.status())) {
                continue;
            }
            matching += count(connection, part);
            // A livelier state that fills the page leaves no room for others.
            var full = order.lively() && !part.status().equals(last) && rows.size() >= page();
            if (!full) {
                read(connection, part, rows);
                last = part.status();
            }
        }
        rows.sort(order.rows());
        var shown = rows.stream().skip(offset).limit(limit).toList();
        return new Found(withSubagents(connection, shown, now, rules), matching);
    }

    /** How many rows lie up to the end of the page. */
    private long page() {
        return limit + offset;
    }

    private boolean wanted(String state) {
        return status.map(state::equals).orElse(true) && !excluded.map(state::equals).orElse(false);
    }

    private static final String WITHIN = "status = ? AND last_event_at >= ? AND last_event_at < ?";

    private void read(Connection connection, Part part, List<SessionRow> into) throws SQLException {
        var query =
                "SELECT %s FROM sessions%s ORDER BY %s, id LIMIT ?"
                        .formatted(Session.COLUMNS, filter.where(WITHIN), order.sql());
        try (var statement = connection.prepareStatement(query)) {
            statement.setLong(bind(statement, part), page());
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    into.add(aged(Session.stored(found), now, rules));
                }
            }
        }
    }

    private int bind(PreparedStatement to, Part part) throws SQLException {
        var next = filter.bind(to, 1);
        to.setString(next++, part.stored());
        to.setLong(next++, part.from());
        to.setLong(next++, part.before());
        return next;
    }

    private long count(Connection connection, Part part) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "SELECT count(*) FROM sessions" + filter.where(WITHIN))) {
            bind(statement, part);
            try (var found = statement.executeQuery()) {
                return found.next() ? found.getLong(1) : 0;
            }
        }
    }

    private static SessionRow aged(Session session, long now, Lifecycle rules) {
        session.aged(now, rules);
        return session.row();
    }

    private static List<SessionRow> withSubagents(
            Connection connection, List<SessionRow> rows, long now, Lifecycle rules)
            throws SQLException {
        var whole = new ArrayList<SessionRow>();
        try (var statement =
                connection.prepareStatement(
                        "SELECT %s FROM subagents WHERE session_id = ?"
                                .formatted(Subagent.COLUMNS))) {
            for (var row : rows) {
                statement.setString(1, row.id());
                var some = new ArrayList<Subagent>();
                try (var found = statement.executeQuery()) {
                    while (found.next()) {
                        some.add(Subagent.stored(found).aged(now, rules));
                    }
                }
                whole.add(row.with(Subagents.ordered(some)));
            }
        }
        return whole;
    }

    /** One session with its sub-agents. */
    static Optional<SessionRow> one(Connection connection, String id, long now, Lifecycle rules)
            throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "SELECT %s FROM sessions WHERE id = ?".formatted(Session.COLUMNS))) {
            statement.setString(1, id);
            try (var found = statement.executeQuery()) {
                if (!found.next()) {
                    return Optional.empty();
                }
                var row = aged(Session.stored(found), now, rules);
                return withSubagents(connection, List.of(row), now, rules).stream().findFirst();
            }
        }
    }
}
