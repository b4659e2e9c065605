package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** A page of what a search finds, what was stored last first. */
final class SearchQuery {
    /** So many hits are counted and can be looked through. */
    static final int MOST_HITS = 1_000;

    /**
     * Among so many of the newest events phrases are looked for; among older ones if those do not
     * fill a page. A phrase is looked for in each event that has its words.
     */
    private static final long NEWEST = 200_000;

    private static final int USUAL_ROWS = 50;
    private static final int MOST_ROWS = 500;

    /** What can be found, as the index's columns have it. */
    static final List<String> KINDS =
            List.of("prompt", "command", "path", "error", "tool", "answer");

    private final SearchWords words;
    private final Optional<String> kind;
    private final List<String> tags;
    private final OptionalLong since;
    private final OptionalLong until;
    private final int limit;
    private final int offset;

    private SearchQuery(Parameters parameters, SearchWords words, Moment since, Moment until) {
        this.words = words;
        this.since = since.millis();
        this.until = until.millis();
        kind = parameters.filled("kind");
        tags = new ArrayList<>();
        Map.of("agent_type", 'a', "project", 'p', "session_id", 's')
                .forEach((name, letter) ->
                        parameters
                                .filled(name)
                                .ifPresent(value -> tags.add(SearchEntry.tag(letter, value))));
        limit =
                Math.min(
                        MOST_ROWS, parameters.whole("limit").filter(n -> n > 0).orElse(USUAL_ROWS));
        offset = Math.clamp(parameters.whole("offset").orElse(0), 0, MOST_HITS);
    }

    /** The query that was meant, or 400 with what is wrong with it. */
    static Answer of(Parameters parameters) {
        var since = Moment.of(parameters, "since");
        var until = Moment.of(parameters, "until");
        if (!since.valid() || !until.valid()) {
            return new Answer.Refused(Moment.isNone(since.valid() ? "until" : "since"));
        }
        var kind = parameters.filled("kind");
        if (kind.isPresent() && !KINDS.contains(kind.get())) {
            return new Answer.Refused(
                    Reply.error(400, "kind must be one of: " + String.join(", ", KINDS)));
        }
        try {
            var words = SearchWords.of(parameters.parameter("q").orElse(""));
            return new Answer.Asked(new SearchQuery(parameters, words, since, until));
        } catch (SearchWords.Unclear e) {
            return new Answer.Refused(Reply.error(400, "q: " + e.getMessage()));
        }
    }

    /** What came of a question. */
    sealed interface Answer {
        record Asked(SearchQuery query) implements Answer {}

        record Refused(Reply reply) implements Answer {}
    }

    /** An event that was found, and where. */
    record Hit(EventRow row, String field, Snippet snippet) {}

    /**
     * What was found.
     *
     * @param total how many hits were counted
     * @param exact whether those are all
     */
    record Found(List<Hit> hits, long total, boolean exact) {
        void write(JsonGenerator out, long tookMillis) {
            out.writeStartObject();
            out.writeName("hits");
            out.writeStartArray();
            hits.forEach(hit -> SearchQuery.write(out, hit));
            out.writeEndArray();
            out.writeNumberProperty("total", total);
            out.writeBooleanProperty("total_exact", exact);
            out.writeNumberProperty("took_ms", tookMillis);
            out.writeEndObject();
        }
    }

    Found run(Connection connection) throws SQLException {
        return run(connection, NEWEST);
    }

    /** The same, with so many newest events among which phrases are looked for first. */
    Found run(Connection connection, long newestEvents) throws SQLException {
        var from = since.isEmpty() ? Long.MIN_VALUE : border(connection, true);
        var to = until.isEmpty() ? Long.MAX_VALUE : border(connection, false);
        var expression = expression(connection);
        var newest = words.phrased() ? newest(connection, to, newestEvents) : Long.MIN_VALUE;
        var ids = ids(connection, expression, Math.max(from, newest), to);
        var whole = newest <= from;
        if (!whole && ids.size() < offset + limit) {
            ids = ids(connection, expression, from, to);
            whole = true;
        }
        var page = ids.subList(Math.min(offset, ids.size()), Math.min(offset + limit, ids.size()));
        return new Found(hits(connection, page), ids.size(), whole && ids.size() < MOST_HITS);
    }

    /** The query in the words of FTS5. */
    private String expression(Connection connection) throws SQLException {
        var found =
                words.expression(
                        kind.orElse(String.join(" ", KINDS)), new SearchVocabulary(connection));
        return tags.isEmpty()
                ? found
                : "(" + found + ") AND {tags} : (" + String.join(" AND ", tags) + ")";
    }

    private static long newest(Connection connection, long to, long events) throws SQLException {
        var last = Schema.number(connection, "SELECT max(id) FROM events");
        return Math.min(last, to) - events + 1;
    }

    /** Beyond which id nothing happened in time. */
    private long border(Connection connection, boolean lower) throws SQLException {
        var query =
                lower
                        ? "SELECT min(first) FROM words.search_hours WHERE hour >= ?"
                        : "SELECT max(last) FROM words.search_hours WHERE hour <= ?";
        try (var statement = connection.prepareStatement(query)) {
            statement.setLong(1, Tally.hour(lower ? since.orElse(0) : until.orElse(0)));
            try (var found = statement.executeQuery()) {
                var id = found.next() ? Columns.whole(found, 1) : null;
                return id == null ? (lower ? Long.MAX_VALUE : Long.MIN_VALUE) : id;
            }
        }
    }

    private boolean timed() {
        return since.isPresent() || until.isPresent();
    }

    /** The ids that match, as FROM and WHERE; events are looked at for their time alone. */
    private String matching() {
        return timed()
                ? " FROM words.search s JOIN events e ON e.id = s.rowid WHERE s.search MATCH ?1"
                        + " AND s.rowid BETWEEN ?2 AND ?3"
                        + " AND coalesce(e.client_timestamp, e.created_at) BETWEEN ?4 AND ?5"
                : " FROM words.search s WHERE s.search MATCH ?1 AND s.rowid BETWEEN ?2 AND ?3";
    }

    /** What matches between two ids, the newest first, at most {@link #MOST_HITS}. */
    private List<Long> ids(Connection connection, String expression, long from, long to)
            throws SQLException {
        var query =
                "SELECT s.rowid%s ORDER BY s.rowid DESC LIMIT %d".formatted(matching(), MOST_HITS);
        var ids = new ArrayList<Long>();
        try (var statement = connection.prepareStatement(query)) {
            statement.setString(1, expression);
            statement.setLong(2, from);
            statement.setLong(3, to);
            if (timed()) {
                statement.setLong(4, since.orElse(Long.MIN_VALUE));
                statement.setLong(5, until.orElse(Long.MAX_VALUE));
            }
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    ids.add(found.getLong(1));
                }
            }
        }
        return ids;
    }

    private List<Hit> hits(Connection connection, List<Long> ids) throws SQLException {
        var query =
                "SELECT %s FROM events WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC"
                        .formatted(Columns.EVENT);
        var hits = new ArrayList<Hit>();
        try (var statement = connection.prepareStatement(query)) {
            statement.setString(1, ids.toString());
            try (var found = statement.executeQuery()) {
                while (found.next()) {
                    hits.add(hit(Columns.event(found)));
                }
            }
        }
        return hits;
    }

    /** Shown is the first of its texts that has a word that is looked for. */
    private Hit hit(EventRow row) {
        var texts = new LinkedHashMap<String, String>();
        var said = EventTexts.of(row.eventType(), row.status(), row.metadata());
        put(texts, "prompt", said.prompt());
        put(texts, "command", said.command());
        put(texts, "path", said.path());
        put(texts, "error", said.error());
        put(texts, "tool", row.toolName());
        put(texts, "answer", said.answer());
        for (var text : texts.entrySet()) {
            if (kind.map(text.getKey()::equals).orElse(true)) {
                var snippet = Snippet.of(text.getValue(), words);
                if (snippet.matches()) {
                    return new Hit(row, text.getKey(), snippet);
                }
            }
        }
        return new Hit(row, kind.orElse("tool"), Snippet.of(row.eventType(), words));
    }

    private static void put(Map<String, String> texts, String name, @Nullable String text) {
        if (text != null) {
            texts.put(name, text);
        }
    }

    private static void write(JsonGenerator out, Hit hit) {
        var row = hit.row();
        out.writeStartObject();
        out.writeNumberProperty("id", row.id());
        Json.text(out, "session_id", row.sessionId());
        Json.text(out, "agent_type", row.agentType());
        Json.text(out, "event_type", row.eventType());
        Json.text(out, "tool_name", row.toolName());
        Json.text(out, "project", row.project());
        Json.text(out, "branch", row.branch());
        Json.time(out, "at", row.happenedMillis());
        Json.text(out, "status", row.status());
        Json.text(out, "field", hit.field());
        out.writeName("snippet");
        hit.snippet().write(out);
        out.writeEndObject();
    }
}
