package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Lists of sessions in the states that they have now. Those that have not ended are few: they are
 * all looked at. Of the ended ones as many as are asked for.
 */
final class SessionsQuery {
    private static final int USUAL_ROWS = 50;

    /** In which order sessions are listed. */
    private record Order(String sql, Comparator<SessionRow> rows) {
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
                            Comparator.<SessionRow>comparingInt(row -> rank(row.status()))
                                    .thenComparing(
                                            Comparator.comparingLong(SessionRow::lastEventMillis)
                                                    .reversed())),
                    // The dearest first; an unknown cost is less than none.
                    "cost",
                    new Order(
                            "cost_nanos DESC",
                            Comparator.<SessionRow>comparingLong(row -> cost(row.counts()))
                                    .reversed()),
                    "tokens",
                    new Order(
                            "tokens_in + tokens_out DESC",
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

    private static long tokens(SessionCounts counts) {
        return Sums.plus(counts.tokensIn(), counts.tokensOut());
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
            Parameters parameters, OptionalLong since, long now, Lifecycle rules) {
        var filter = new Filter();
        for (var column : List.of("agent_type", "project", "branch")) {
            parameters.filled(column).ifPresent(value -> filter.and(column + " = ?", value));
        }
        parameters
                .filled("q")
                .ifPresent(
                        text -> filter.and("title LIKE ? ESCAPE '\\'", "%" + literal(text) + "%"));
        since.ifPresent(millis -> filter.and("last_event_at >= ?", millis));
        return Optional.ofNullable(ORDERS.get(parameters.filled("order").orElse("recent")))
                .map(order -> new SessionsQuery(parameters, filter, order, now, rules));
    }

    private static String literal(String text) {
        return text.replaceAll("([\\\\%_])", "\\\\$1");
    }

    Found run(Connection connection) throws SQLException {
        var rows = new ArrayList<SessionRow>();
        for (var row : read(connection, "status IN ('active', 'idle')", Long.MAX_VALUE)) {
            if (wanted(row.status())) {
                rows.add(row);
            }
        }
        var matching = (long) rows.size();
        if (wanted(Lifecycle.ENDED)) {
            var ended = "status = 'ended'";
            matching += count(connection, ended);
            rows.addAll(read(connection, ended, limit + offset));
        }
        rows.sort(order.rows());
        var page = new ArrayList<SessionRow>();
        for (var row : rows.stream().skip(offset).limit(limit).toList()) {
            page.add(row.with(subagents(connection, row.id(), now, rules)));
        }
        return new Found(page, matching);
    }

    private boolean wanted(String state) {
        return status.map(state::equals).orElse(true) && !excluded.map(state::equals).orElse(false);
    }

    private List<SessionRow> read(Connection connection, String states, long most)
            throws SQLException {
        var query =
                "SELECT %s FROM sessions%s ORDER BY %s, id LIMIT ?"
                        .formatted(Session.COLUMNS, filter.where(states), order.sql());
        var rows = new ArrayList<SessionRow>();
        try (var statement = connection.prepareStatement(query)) {
            statement.setLong(filter.bind(statement, 1), most);
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    rows.add(aged(Session.stored(found), now, rules));
                }
            }
        }
        return rows;
    }

    private static SessionRow aged(Session session, long now, Lifecycle rules) {
        session.aged(now, rules);
        return session.row();
    }

    private long count(Connection connection, String states) throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "SELECT count(*) FROM sessions" + filter.where(states))) {
            filter.bind(statement, 1);
            try (var found = statement.executeQuery()) {
                return found.next() ? found.getLong(1) : 0;
            }
        }
    }

    private static List<Subagent> subagents(
            Connection connection, String session, long now, Lifecycle rules) throws SQLException {
        var some = new ArrayList<Subagent>();
        try (var statement =
                connection.prepareStatement(
                        "SELECT %s FROM subagents WHERE session_id = ?"
                                .formatted(Subagent.COLUMNS))) {
            statement.setString(1, session);
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    some.add(Subagent.stored(found).aged(now, rules));
                }
            }
        }
        return Subagents.ordered(some);
    }

    /** One session with its sub-agents. */
    static Optional<SessionRow> one(Connection connection, String id, long now, Lifecycle rules)
            throws SQLException {
        try (var statement =
                connection.prepareStatement(
                        "SELECT %s FROM sessions WHERE id = ?".formatted(Session.COLUMNS))) {
            statement.setString(1, id);
            try (var found = statement.executeQuery()) {
                return found.next()
                        ? Optional.of(
                                aged(Session.stored(found), now, rules)
                                        .with(subagents(connection, id, now, rules)))
                        : Optional.empty();
            }
        }
    }
}
