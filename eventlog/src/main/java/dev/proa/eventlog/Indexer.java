package dev.proa.eventlog;

import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has the index of words follow the log, on a thread of its own, so that nobody who stores waits
 * for words.
 *
 * <p>The index takes many events at once for little more than one, so what was stored waits for it:
 * for a quarter of a second at most, until there is enough of it, or until somebody searches. What
 * was missing after a crash, or could not be taken in, is read from the log. Safe to use from any
 * thread.
 */
final class Indexer implements AutoCloseable {
    /** So many events are taken in at once, or so many characters of them. */
    static final int ENOUGH = 1_024;

    private static final long ENOUGH_CHARACTERS = 1_000_000;

    /** Beyond so many times of that whoever stores waits until the index has got on. */
    private static final int MOST_TIMES = 2;

    private static final long LONGEST_WAIT = 250; // milliseconds, as all times here
    private static final long BREATH = 10;
    private static final long RETRY = 1_000;
    private static final long FOR_EVER = 3_600_000; // or until somebody wakes it

    /** What is to be done next. */
    private sealed interface Turn {
        /**
         * Brings the index up to date.
         *
         * @param behind whether it has to read the log for that
         * @param deleted whether events may have been deleted
         * @param upTo the greatest id that may be forgotten: what comes later waits with its words
         * @param asked who waits for it
         */
        record Take(
                List<SearchEntry> entries, boolean behind, boolean deleted, long upTo, long asked)
                implements Turn {}

        record Spoil(SQLException damage) implements Turn {}

        record Merge() implements Turn {}

        record End() implements Turn {}
    }

    /** How the index stands to the log. */
    enum State {
        /** It has all that was stored, and nothing that was deleted, before it was asked. */
        CURRENT,
        /** It lacks something, and nobody knows for how long. */
        TROUBLED,
        /** It is getting there. */
        BEHIND
    }

    private final InstantSource time = new MonotonicTime();
    private final Database log;
    private final SearchIndex index;
    private final Consumer<Problem> listener;
    private @Nullable Thread thread; // once it has begun
    private List<SearchEntry> waiting = new ArrayList<>(); // guarded by this, as is what follows
    private long characters; // of those
    private long since; // when the first of them came
    private long arrived; // when the last one came
    private long last; // the greatest id that was stored
    private boolean behind = true; // what is missing has to be read from the log
    private long retryAt;
    private boolean deleted = true; // events whose words may still be in the index
    private long asked;
    private long answered; // of those who asked
    private boolean current; // it has all that was stored, and nothing that was deleted
    private boolean troubled; // the last time it was brought up to date
    private @Nullable SQLException damage; // that somebody else found
    private boolean closing;
    private boolean ended;
    private final Set<Class<?>> told = new HashSet<>(); // that thread only: which turns fail
    private Forgetting forgetting; // that thread only
    private long mergedAt; // that thread only

    /**
     * That of a log; it is to begin.
     *
     * @param connection to the log
     * @param listener hears once of a trouble that lasts
     * @throws ProaException if the index cannot be opened
     */
    static Indexer of(Database log, Connection connection, Consumer<Problem> listener)
            throws SQLException, IOException {
        var words = SearchIndex.beside(log).file();
        try {
            var index = SearchIndex.open(words, connection);
            return new Indexer(log, index, LastId.of(connection), listener);
        } catch (SQLException e) {
            throw Storage.exceptionOfWords(words, e);
        }
    }

    private Indexer(Database log, SearchIndex index, long lastId, Consumer<Problem> listener) {
        this.log = log;
        this.index = index;
        this.listener = listener;
        forgetting = new Forgetting(log, index, _ -> {});
        last = lastId;
        arrived = mergedAt = retryAt = time.millis();
    }

    /**
     * Begins to follow.
     *
     * @param forgot is given the ids of deleted events whose words are gone; must not wait
     */
    void begin(Consumer<List<Long>> forgot) {
        forgetting = new Forgetting(log, index, forgot);
        thread = Thread.ofPlatform().name("proa-eventlog-words").start(this::run);
    }

    /** Takes what was stored; waits if the index cannot keep up. One thread at a time. */
    synchronized void stored(List<SearchEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        last = entries.getLast().id();
        current = false;
        if (behind || ended) {
            return; // it is read from the log
        }
        try {
            handOver(entries);
        } catch (RuntimeException | Error e) {
            behind = true; // what is stored is stored, with or without memory for its words
            notifyAll();
        }
    }

    private void handOver(List<SearchEntry> entries) {
        arrived = time.millis();
        if (waiting.isEmpty()) {
            since = arrived;
            notifyAll();
        }
        waiting.addAll(entries);
        entries.forEach(entry -> characters += entry.characters());
        if (enough(1)) {
            notifyAll();
        }
        try {
            while (enough(MOST_TIMES) && !behind && !ended) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // what waits is taken in all the same
        }
    }

    private boolean enough(int times) {
        return waiting.size() >= times * ENOUGH || characters >= times * ENOUGH_CHARACTERS;
    }

    /** Events may have been deleted. */
    synchronized void deleted() {
        deleted = true;
        current = false;
        notifyAll();
    }

    /** Somebody found the index damaged; gives what to say about it. */
    synchronized ProaException damaged(SQLException found) {
        damage = found;
        notifyAll();
        return Storage.exceptionOfWords(index.file(), found);
    }

    /** Waits until the index knows everything that was stored and deleted before, or cannot. */
    synchronized State await(Duration patience) throws InterruptedException {
        if (current) {
            return State.CURRENT;
        }
        var mine = ++asked;
        notifyAll();
        var end = time.millis() + patience.toMillis();
        while (answered < mine && !ended) {
            var left = end - time.millis();
            if (left <= 0) {
                return State.BEHIND;
            }
            wait(left);
        }
        return troubled || ended ? State.TROUBLED : State.CURRENT;
    }

    private void run() {
        try (index) {
            for (var more = true; more; ) {
                try {
                    more = turn();
                } catch (RuntimeException | Error e) {
                    more = true; // who was told of a trouble is in trouble itself
                }
            }
        } catch (SQLException e) {
            listener.accept(Storage.ofWords(index.file(), e));
        } finally {
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }
    }

    private boolean turn() {
        var turn = next();
        try {
            switch (turn) {
                case Turn.Take take -> take(take);
                case Turn.Merge() -> {
                    index.merge(); // what fails is not merged again soon
                    mergedAt = time.millis();
                }
                case Turn.Spoil(var found) -> spoil(found);
                case Turn.End() -> {
                    return false;
                }
            }
            if (!(turn instanceof Turn.Spoil)) {
                told.remove(turn.getClass());
            }
        } catch (SQLException e) {
            if (Storage.damaged(e)) {
                index.spoil();
            }
            failed(turn, Storage.ofWords(index.file(), e));
        } catch (ProaException e) {
            failed(turn, e.problems().getFirst());
        } catch (RuntimeException | Error e) {
            failed(turn, Storage.defect(index.file(), e));
        }
        return true;
    }

    /** Waits until there is something to do. */
    private synchronized Turn next() {
        while (true) {
            var now = time.millis();
            if (damage != null) {
                var found = damage;
                damage = null;
                return new Turn.Spoil(found);
            }
            if (due(now)) {
                return take();
            }
            if (closing) {
                return new Turn.End();
            }
            var rest = waiting.isEmpty() ? FOR_EVER : since + LONGEST_WAIT - now;
            if (behind) {
                rest = Math.min(rest, retryAt - now);
            } else if (index.scattered()) {
                var silence = Math.max(arrived, mergedAt) + BREATH - now;
                if (silence <= 0) {
                    return new Turn.Merge();
                }
                rest = Math.min(rest, silence);
            }
            try {
                wait(Math.max(1, rest));
            } catch (InterruptedException e) {
                closing = true; // nobody interrupts this thread but the end of the process
            }
        }
    }

    private boolean due(long now) {
        if (behind) {
            return !closing && now - retryAt >= 0;
        }
        return answered < asked
                || (!closing && (deleted || forgetting.underWay()))
                || enough(1)
                || (!waiting.isEmpty() && (closing || now - since >= LONGEST_WAIT));
    }

    private Turn take() {
        var turn = new Turn.Take(waiting, behind, deleted, last, asked);
        waiting = new ArrayList<>();
        characters = 0;
        deleted = false;
        notifyAll();
        return turn;
    }

    private void spoil(SQLException found) {
        index.spoil();
        if (told.add(Turn.Spoil.class)) {
            listener.accept(Storage.ofWords(index.file(), found));
        }
    }

    private void take(Turn.Take take) throws SQLException {
        if (take.behind()) {
            catchUp();
        } else {
            index.add(take.entries());
        }
        forgetting.step(take.deleted(), take.upTo());
        synchronized (this) {
            troubled = false;
            if (!behind && !forgetting.underWay()) {
                answered = Math.max(answered, take.asked());
                current = waiting.isEmpty() && !deleted;
            }
            notifyAll();
        }
    }

    /** Reads what is missing from the log. */
    private void catchUp() throws SQLException {
        try (var reader = log.reader()) {
            for (var missing = missing(reader); !missing.isEmpty(); ) {
                index.add(missing);
                if (closing()) {
                    return; // it goes on there when the log is opened again
                }
                missing = missing.size() < ENOUGH ? List.of() : missing(reader);
            }
            // From now on what is stored comes by itself; what came before is in the log.
            var goal = comesByItself();
            while (index.last() < goal) {
                var missing = missing(reader);
                if (missing.isEmpty()) {
                    return; // they were deleted again
                }
                index.add(missing);
            }
        }
    }

    private synchronized boolean closing() {
        return closing;
    }

    private synchronized long comesByItself() {
        behind = false;
        return last;
    }

    private List<SearchEntry> missing(Connection reader) {
        return SearchEntry.after(index.last(), ENOUGH, reader, log.file());
    }

    /** What was not taken in is in the log, and is read from there in a while. */
    private void failed(Turn turn, Problem problem) {
        synchronized (this) {
            behind = true;
            deleted = true;
            troubled = true;
            current = false;
            waiting = new ArrayList<>();
            characters = 0;
            retryAt = time.millis() + RETRY;
            answered = asked; // with what the index has
            notifyAll();
        }
        if (told.add(turn.getClass())) {
            listener.accept(problem);
        }
    }

    /** Takes in what waits, then ends. */
    @Override
    public void close() throws SQLException {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        var begun = thread;
        if (begun == null) {
            index.close();
            return;
        }
        Threads.join(begun);
    }
}
