package dev.proa.eventlog;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides within one transaction what an event's use counts and costs, and takes back what earlier
 * events counted where a better one tells of the same.
 */
final class Ledger {
    /** Where what counts is summed up. */
    interface Sheets {
        /** Adds what an event used, or takes it away. */
        void count(EventRow row, int sign) throws SQLException;

        /** Notes an event that tells what another one counts. */
        void repeat(EventRow row);
    }

    private final UsageStatements sql;
    private final PendingRows pending;
    private final Prices prices;
    private final Sheets sheets;

    Ledger(UsageStatements sql, PendingRows pending, Prices prices, Sheets sheets) {
        this.sql = sql;
        this.pending = pending;
        this.prices = prices;
        this.sheets = sheets;
    }

    /** Enters a new event of a session, and gives it as it is to be stored. */
    EventRow enter(EventRow fresh, Session session) throws SQLException {
        if (!fresh.uses()) {
            return fresh;
        }
        var kind = Witnesses.Kind.of(fresh);
        var heard = session.witnesses();
        var row = priced(fresh, heard);
        var gone = sql.gone().of(row);
        if (gone.isPresent()) {
            row = row.givingWayTo(gone.getAsLong()); // its sums have stayed
            sheets.repeat(row);
            return row;
        }
        row = heard.believe(kind) ? settled(row) : row.givingWayTo(null);
        if (!row.usage().counted()) {
            sheets.repeat(row);
            return row;
        }
        session.heard(heard.and(kind));
        if (heard.silencesNameless(kind)) {
            silence(sql.requests(session.id()), session, told -> told == Witnesses.Kind.NAMELESS);
        }
        if (heard.silencesMeters(kind)) {
            silence(sql.meters(session.id()), session, Witnesses.Kind::meter);
        }
        if (heard.takesOverCosts(kind)) {
            payByMeter(session);
        }
        sheets.count(row, 1);
        return row;
    }

    /** Finds the cost of an event by the prices in force. */
    EventRow priced(EventRow row, Witnesses heard) {
        var price = row.tokens().any() ? prices.of(row.model()) : Optional.<ModelPrice>empty();
        var metered = row.identity().metered();
        var computed =
                price.map(p -> metered ? p.ofSum(row.tokens()) : p.ofRequest(row.tokens()))
                        .orElse(null);
        var usage = row.usage();
        return row.with(
                counting(row, computed, heard),
                new EventRow.Usage(
                        usage.cacheWriteHourTokens(),
                        usage.givenNanos(),
                        computed,
                        computed == null ? null : prices.version(),
                        usage.counted(),
                        usage.duplicateOf()));
    }

    private static @Nullable Long counting(EventRow row, @Nullable Long computed, Witnesses heard) {
        if (row.usage().givenNanos() != null) {
            return row.usage().givenNanos();
        }
        return row.identity().metered() && heard.paidByMeter() ? (Long) 0L : computed;
    }

    /** Finds those that tell of the same request, and lets the best of them count. */
    private EventRow settled(EventRow row) throws SQLException {
        var best = row;
        var losers = new ArrayList<EventRow>();
        for (var id : equals(row)) {
            var near = pending.row(id);
            var rival = near.isPresent() ? near : sql.row(id);
            if (rival.isEmpty()) {
                return row.givingWayTo(id); // it has been deleted, and its sums have stayed
            }
            if (better(best, rival.get())) {
                losers.add(rival.get());
            } else {
                losers.add(best);
                best = rival.get();
            }
        }
        var result = row;
        for (var loser : losers) {
            if (loser.id() == row.id()) {
                result = row.givingWayTo(best.id());
            } else {
                retire(loser, best.id());
                follow(best.id(), loser.id());
            }
        }
        return result;
    }

    /** The events that count for what a new one tells; two if it shows that those are the same. */
    private List<Long> equals(EventRow row) throws SQLException {
        var message = row.identity().messageId();
        var request = row.identity().requestId();
        var found = new ArrayList<Long>(2);
        if (row.identity().metered()) {
            return found;
        }
        if (message != null) {
            var near = pending.ofMessage(message, request).map(Ledger::counting);
            if (near.isPresent()) {
                found.add(near.get());
            } else {
                sql.ofMessage(message, request).ifPresent(found::add);
            }
        }
        if (request != null) {
            var near = pending.ofRequest(request, message).map(Ledger::counting);
            var id = near.isPresent() ? near : boxed(sql.ofRequest(request, message));
            id.filter(other -> !found.contains(other)).ifPresent(found::add);
        }
        return found;
    }

    private static Optional<Long> boxed(OptionalLong id) {
        return id.isPresent() ? Optional.of(id.getAsLong()) : Optional.empty();
    }

    private static long counting(EventRow row) {
        return Objects.requireNonNullElse(row.usage().duplicateOf(), row.id());
    }

    /** A later line of an answer that was still being written has more output. */
    private static boolean better(EventRow row, EventRow than) {
        if (row.tokensOut() != than.tokensOut()) {
            return row.tokensOut() > than.tokensOut();
        }
        var given = row.usage().givenNanos() != null;
        if (given != (than.usage().givenNanos() != null)) {
            return given;
        }
        return row.tokens().sum() > than.tokens().sum();
    }

    /** Takes back what events of a session counted that another witness tells better. */
    private void silence(List<EventRow> stored, Session session, Predicate<Witnesses.Kind> silenced)
            throws SQLException {
        for (var row : of(stored, session)) {
            if (silenced.test(Witnesses.Kind.of(row))) {
                retire(row, null);
            }
        }
    }

    /** From now on a meter of costs says what the tokens of this session's meters cost. */
    private void payByMeter(Session session) throws SQLException {
        for (var row : of(sql.meters(session.id()), session)) {
            if (row.usage().givenNanos() == null) {
                sheets.count(row, -1);
                var paid = row.with(0L, row.usage());
                sheets.count(paid, 1);
                save(paid);
            }
        }
    }

    /** What counts of a session: stored events, and those of this transaction. */
    private List<EventRow> of(List<EventRow> stored, Session session) {
        var rows = new ArrayList<>(stored);
        rows.addAll(
                pending.those(row ->
                        row.sessionId().equals(session.id())
                                && row.uses()
                                && row.usage().counted()));
        return rows;
    }

    private void retire(EventRow row, @Nullable Long instead) throws SQLException {
        if (row.usage().counted()) {
            sheets.count(row, -1);
            sheets.repeat(row);
        }
        save(row.givingWayTo(instead));
    }

    private void follow(long newer, long older) throws SQLException {
        sql.follow(newer, older);
        for (var row : pending.those(row -> Objects.equals(row.usage().duplicateOf(), older))) {
            pending.replace(row.givingWayTo(newer));
        }
    }

    private void save(EventRow changed) throws SQLException {
        if (!pending.replace(changed)) {
            sql.save(changed);
        }
    }

    /** Prices a stored event anew; false if nothing of it changes. */
    boolean reprice(EventRow row, Witnesses heard) throws SQLException {
        var fresh = priced(row, heard);
        if (fresh.equals(row)) {
            return false;
        }
        if (row.usage().counted()) {
            sheets.count(row, -1);
            sheets.count(fresh, 1);
        }
        sql.save(fresh);
        return true;
    }
}
