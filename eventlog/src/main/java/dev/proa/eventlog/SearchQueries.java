package dev.proa.eventlog;

/**
 * Finds events by their words. Safe to use from any thread; throws {@link
 * dev.proa.core.ProaException} if the log cannot be read.
 */
public final class SearchQueries {
    private final EventLog log;

    public SearchQueries(EventLog log) {
        this.log = log;
    }

    /**
     * {@code GET /api/search}: {@code {hits, total, total_exact, took_ms}}, what was stored last
     * first; 400 with what is wrong with the query. A snippet is made of parts of plain text.
     */
    public Reply search(Parameters parameters) throws InterruptedException {
        return switch (SearchQuery.of(parameters)) {
            case SearchQuery.Answer.Refused(var reply) -> reply;
            case SearchQuery.Answer.Asked(var query) -> {
                var began = log.now();
                log.index();
                var found = log.read(query::run);
                yield Reply.of(200, out -> found.write(out, log.now() - began));
            }
        };
    }
}
