package dev.proa.eventlog;

import dev.proa.core.ProaException;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Finds events by their words. Safe to use from any thread; throws {@link
 * dev.proa.core.ProaException} if the log cannot be read.
 */
public final class SearchQueries {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final String UNREADY = "The index of words is still being brought up to date.";

    private final EventLog log;
    private final Duration patience;

    public SearchQueries(EventLog log) {
        this(log, PATIENCE);
    }

    SearchQueries(EventLog log, Duration patience) {
        this.log = log;
        this.patience = patience;
    }

    /**
     * {@code GET /api/search}: {@code {hits, total, total_exact, took_ms}}, what was stored last
     * first; 400 with what is wrong with the query; 503 while it would have to wait for the index.
     * A snippet is made of parts of plain text.
     */
    public Reply search(Parameters parameters) throws InterruptedException {
        return switch (SearchQuery.of(parameters)) {
            case SearchQuery.Answer.Refused(var reply) -> reply;
            case SearchQuery.Answer.Asked(var query) -> {
                var began = log.now();
                if (log.index(patience) == Indexer.State.BEHIND) {
                    yield Reply.later(503, UNREADY, AGAIN);
                }
                var found = found(query);
                yield Reply.of(200, out -> found.write(out, log.now() - began));
            }
        };
    }

    private SearchQuery.Found found(SearchQuery query) throws InterruptedException {
        try {
            return log.readWords(query::run);
        } catch (ProaException e) {
            if (e.getCause() instanceof SQLException failure && Storage.damaged(failure)) {
                throw log.damagedWords(failure);
            }
            throw e;
        }
    }
}
