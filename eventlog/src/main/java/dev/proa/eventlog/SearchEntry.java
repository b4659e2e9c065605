package dev.proa.eventlog;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the index of words takes in of an event; the event itself may go. */
record SearchEntry(
        long id,
        long hour,
        @Nullable String tool,
        boolean wordless,
        String marks,
        int characters,
        EventTexts texts) {
    static SearchEntry of(EventRow row, EventTexts texts) {
        // A planned step names a call that is found when it was made.
        var wordless =
                row.toolName() == null ? texts.wordless() : row.eventType().equals("plan_step");
        return new SearchEntry(
                row.id(),
                Tally.hour(row.happenedMillis()),
                row.toolName(),
                wordless,
                wordless ? "" : tags(row),
                wordless ? 0 : row.metadata().length(),
                wordless ? EventTexts.NONE : texts);
    }

    /** That of a stored event, whose texts are read from it again. */
    static SearchEntry of(EventRow row) {
        return of(row, EventTexts.of(row.eventType(), row.status(), row.metadata()));
    }

    /**
     * Those of the events after an id, in their order.
     *
     * @param log a connection to the log, which is {@code file}
     * @throws dev.proa.core.ProaException if the log cannot be read
     */
    static List<SearchEntry> after(long id, int most, Connection log, Path file) {
        var query =
                "SELECT %s FROM events WHERE id > ? ORDER BY id LIMIT %d"
                        .formatted(Columns.EVENT, most);
        var entries = new ArrayList<SearchEntry>();
        try (var statement = log.prepareStatement(query)) {
            statement.setLong(1, id);
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    entries.add(of(Columns.event(found)));
                }
            }
            return entries;
        } catch (SQLException e) {
            throw Storage.exception(file, e); // no fault of the index
        }
    }

    private static String tags(EventRow row) {
        var project = row.project();
        return tag('a', row.agentType())
                + ' '
                + tag('s', row.sessionId())
                + (project == null ? "" : ' ' + tag('p', project));
    }

    /** One word that stands for a value of any letters: FNV-1a of 64 bits. */
    static String tag(char kind, String value) {
        var hash = 0xcbf29ce484222325L;
        for (var i = 0; i < value.length(); i++) {
            hash = (hash ^ value.charAt(i)) * 0x100000001b3L;
        }
        return kind + Long.toHexString(hash);
    }
}
