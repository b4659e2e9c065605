package dev.proa.eventlog;

import java.util.List;

/**
 * What one transaction stored.
 *
 * @param events the new events but for history, in the order of their ids
 * @param sessions the sessions that changed, each once, as they are now
 * @param aged whether the sessions are those that silence has changed
 * @param latest the greatest id of all that it stored, history too; 0 if it stored no event
 */
public record Commit(
        List<StoredEvent> events, List<ChangedSession> sessions, boolean aged, long latest) {
    public Commit {
        events = List.copyOf(events);
        sessions = List.copyOf(sessions);
    }

    /**
     * An event as readers see it.
     *
     * @param id grows by one with each stored event
     * @param text see {@link #json}
     */
    public record StoredEvent(
            long id, String sessionId, String agentType, String eventType, LazyJson text) {
        private static final int ROOM = 768; // for all but the metadata

        /** The JSON object of {@code GET /api/events}, in UTF-8. */
        public byte[] json() {
            return text.bytes();
        }

        static StoredEvent of(EventRow row) {
            return new StoredEvent(
                    row.id(),
                    row.sessionId(),
                    row.agentType(),
                    row.eventType(),
                    new LazyJson(() ->
                            Json.bytes(
                                    ROOM + row.metadata().length(),
                                    out -> RowJson.event(out, row))));
        }
    }

    /**
     * A session as readers see it.
     *
     * @param text see {@link #json}
     */
    public record ChangedSession(String id, LazyJson text) {
        /** The JSON object of {@code GET /api/sessions}, in UTF-8. */
        public byte[] json() {
            return text.bytes();
        }

        static ChangedSession of(SessionRow row) {
            return new ChangedSession(
                    row.id(), new LazyJson(() -> Json.bytes(out -> RowJson.session(out, row))));
        }
    }
}
