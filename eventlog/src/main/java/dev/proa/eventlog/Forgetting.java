package dev.proa.eventlog;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes the words of deleted events out of their index, some hundred at a time, in the order of
 * their ids. The indexer's thread only.
 */
final class Forgetting {
    /** So many events one step forgets. */
    static final int STEP = 500;

    private static final long BEGINNING = Long.MIN_VALUE;

    private final Database log;
    private final SearchIndex index;
    private final Consumer<List<Long>> forgot;
    private long after = BEGINNING; // the last one that was forgotten
    private boolean again; // more were deleted meanwhile, perhaps earlier ones

    /**
     * That of an index.
     *
     * @param forgot is given the ids of those whose words are gone
     */
    Forgetting(Database log, SearchIndex index, Consumer<List<Long>> forgot) {
        this.log = log;
        this.index = index;
        this.forgot = forgot;
    }

    /** Whether there are more to forget, as far as it knows. */
    boolean underWay() {
        return after != BEGINNING || again;
    }

    /**
     * Forgets some.
     *
     * @param deleted whether events may have been deleted since the last time
     * @param upTo the words of later ones may not be in the index yet
     */
    void step(boolean deleted, long upTo) throws SQLException {
        if (!deleted && !underWay()) {
            return;
        }
        var first = after == BEGINNING;
        again = !first && (again || deleted);
        var ids = ids(upTo);
        if (!ids.isEmpty()) {
            index.forget(ids);
            forgot.accept(ids);
        }
        if (ids.size() == STEP) {
            after = ids.getLast();
            return;
        }
        after = BEGINNING;
        if (!first || !ids.isEmpty()) {
            index.giveBack();
        }
    }

    private List<Long> ids(long upTo) {
        try (var reader = log.reader();
                var statement =
                        reader.prepareStatement(
                                "SELECT id FROM forgotten WHERE id > ? AND id <= ?"
                                        + " ORDER BY id LIMIT "
                                        + STEP)) {
            statement.setLong(1, after);
            statement.setLong(2, upTo);
            var ids = new ArrayList<Long>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getLong(1));
                }
            }
            return ids;
        } catch (SQLException e) {
            throw Storage.exception(log.file(), e); // no fault of the index
        }
    }
}
