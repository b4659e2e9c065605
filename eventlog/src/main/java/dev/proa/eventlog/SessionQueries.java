package dev.proa.eventlog;

/**
 * Answers the reading requests about one session beyond the session itself. Safe to use from any
 * thread; every method throws {@link dev.proa.core.ProaException} if the log cannot be read.
 */
public final class SessionQueries {
    private final EventLog log;

    public SessionQueries(EventLog log) {
        this.log = log;
    }

    /**
     * {@code GET /api/sessions/{id}/transcript}: {@code {session_id, entries}}, oldest first; 404
     * if there are none. {@code next_after} says where to go on, as parameter {@code after}, if the
     * session has more than one answer holds.
     */
    public Reply transcript(String id, Parameters parameters) throws InterruptedException {
        var after = parameters.whole("after").filter(n -> n > 0).orElse(0);
        var limit = parameters.whole("limit").filter(n -> n > 0).orElse(Integer.MAX_VALUE);
        var transcript = log.read(connection -> TranscriptQuery.read(connection, id, after, limit));
        return transcript.isEmpty()
                ? Reply.error(404, "No transcript data for this session")
                : Reply.of(200, out -> transcript.write(out, id));
    }

    /** {@code GET /api/sessions/{id}/files}: {@code {files}}, the last edited first; or 404. */
    public Reply files(String id) throws InterruptedException {
        var now = log.now();
        return log.read(connection -> {
            if (SessionsQuery.one(connection, id, now, log.lifecycle()).isEmpty()) {
                return Reply.error(404, "Session not found");
            }
            var files = SessionFiles.of(connection, id);
            return Reply.of(
                    200,
                    out -> {
                        out.writeStartObject();
                        out.writeName("files");
                        out.writeStartArray();
                        files.forEach(each -> each.write(out));
                        out.writeEndArray();
                        out.writeEndObject();
                    });
        });
    }
}
