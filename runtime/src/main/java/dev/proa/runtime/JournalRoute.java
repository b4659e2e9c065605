package dev.proa.runtime;

import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import dev.proa.journal.JournalReader;
import java.io.IOException;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code GET /_proa/journal}: what the runtime did, a page at a time. */
final class JournalRoute {
    private static final int USUAL = 200;
    private static final int MOST = 10_000;

    private final JournalReader journal;

    JournalRoute(JournalReader journal) {
        this.journal = journal;
    }

    BackendRoute route() {
        return BackendRoute.reading("GET", "/_proa/journal", this::entries);
    }

    /** With {@code after} what follows that number, else the newest; oldest first either way. */
    private BackendResponse entries(BackendRequest request) throws IOException {
        request.only("after", "limit");
        var after = request.number("after", 0, Long.MAX_VALUE);
        int limit = request.number("limit", 1, MOST).orElse((long) USUAL).intValue();
        var found = after.isPresent() ? journal.after(after.get(), limit) : journal.newest(limit);
        var body = JsonNodeFactory.instance.objectNode();
        var entries = body.putArray("entries");
        found.forEach(entry -> entries.add(entry.json()));
        body.put("oldest", journal.oldest()).put("newest", journal.newest());
        return Answers.json(200, body);
    }
}
