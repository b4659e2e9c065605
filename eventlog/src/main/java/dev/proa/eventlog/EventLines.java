package dev.proa.eventlog;

import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Events as lines of JSON, as an export has them; of other programs the fields of the contract are
 * enough. An event without an id of its own is known by the log and the row that it came from, or
 * by its text and how many lines of the file had the same one before it.
 */
final class EventLines implements History {
    private static final List<String> STATUSES = List.of("success", "error", "timeout");

    /** So many different texts are remembered, which takes some 40 MB. */
    private static final int MOST_SEEN = 500_000;

    private static final int HASH_DIGITS = 16;

    static final String NAMED = "line-";
    private static final Pattern ORIGIN = Pattern.compile("[0-9a-f]{32}(:\\d{1,18})?");

    /** Asks a log for a row. */
    @FunctionalInterface
    interface Rows {
        boolean has(long id, String session);
    }

    private final String log;
    private final Rows rows;
    private final ImportProgress progress;
    private final Map<Long, Integer> seen = new HashMap<>(); // a hash of a text: how often

    /**
     * Lines for a log.
     *
     * @param log how it is called itself
     */
    EventLines(String log, Rows rows, ImportProgress progress) {
        this.log = log;
        this.rows = rows;
        this.progress = progress;
    }

    @Override
    public List<NewEvent> line(JsonNode line, long entry) throws Unfit {
        var session = required(line, "session_id");
        var origin = ClaudeHooks.text(line, "origin");
        var id = ClaudeHooks.text(line, "event_id");
        if (id.isEmpty() && origin.isPresent() && own(origin.get(), session)) {
            progress.stored(0, 1);
            return List.of();
        }
        var type = required(line, "event_type");
        var tool = ClaudeHooks.text(line, "tool_name").orElse(null);
        var metadata = line.path("metadata");
        var truncated = line.path("payload_truncated").asInt(0) != 0;
        var status = ClaudeHooks.text(line, "status").filter(STATUSES::contains);
        var draft =
                new EventDraft(session, required(line, "agent_type"), type)
                        .id(id.orElseGet(() -> NAMED + origin.orElseGet(() -> hash(line))))
                        .tool(tool)
                        .tokens(tokens(line))
                        .branch(ClaudeHooks.text(line, "branch").orElse(null))
                        .project(ClaudeHooks.text(line, "project").orElse(null))
                        .durationMs(duration(line))
                        .happened(time(line, "client_timestamp"))
                        .metadata(Metadata.of(metadata).cut(truncated))
                        .model(ClaudeHooks.text(line, "model").orElse(null))
                        .cost(given(line))
                        .source(ClaudeHooks.text(line, "source").orElse("api"))
                        .edit(Contract.edit(tool, metadata))
                        .identity(identity(line))
                        .past(new NewEvent.Past(time(line, "created_at")));
        status.ifPresent(draft::status);
        return List.of(draft.event());
    }

    /**
     * Where an event without an id of its own came from, by the id that it was given here. Readers
     * do not see that id: the event has none.
     */
    static Optional<String> origin(@Nullable String eventId) {
        return Optional.ofNullable(eventId)
                .filter(id -> id.startsWith(NAMED))
                .map(id -> id.substring(NAMED.length()))
                .filter(rest -> ORIGIN.matcher(rest).matches());
    }

    /** What an event without an id of its own is known by: the log and the row it came from. */
    static String named(String log, long row) {
        return NAMED + log + ":" + row;
    }

    /** Whether an event without an id is a row of this very log. */
    private boolean own(String origin, String session) {
        var colon = origin.lastIndexOf(':');
        if (colon < 0 || !origin.substring(0, colon).equals(log)) {
            return false;
        }
        var row = origin.substring(colon + 1);
        return row.matches("\\d{1,18}") && rows.has(Long.parseLong(row), session);
    }

    private String hash(JsonNode line) {
        var text = line.toString();
        var hash = Scene.id("", text);
        var before = before(Long.parseUnsignedLong(hash.substring(0, HASH_DIGITS), 16));
        return before == 0 ? hash : Scene.id("", text + "#" + before);
    }

    /** How often a text was in the file before. */
    private int before(long hash) {
        if (seen.size() >= MOST_SEEN && !seen.containsKey(hash)) {
            return 0;
        }
        return seen.merge(hash, 1, Integer::sum) - 1;
    }

    private static String required(JsonNode line, String field) throws Unfit {
        var text = ClaudeHooks.text(line, field);
        if (text.isEmpty()) {
            throw new Unfit("has no " + field);
        }
        return text.get();
    }

    private static NewEvent.Tokens tokens(JsonNode line) {
        var written = ClaudeLine.count(line, "cache_write_tokens");
        return new NewEvent.Tokens(
                ClaudeLine.count(line, "tokens_in"),
                ClaudeLine.count(line, "tokens_out"),
                ClaudeLine.count(line, "cache_read_tokens"),
                written,
                Math.min(written, ClaudeLine.count(line, "cache_write_hour_tokens")));
    }

    /** A cost that was computed is computed again, by the prices of this log. */
    private static @Nullable Long given(JsonNode line) {
        var named = line.has("given_cost_usd") ? "given_cost_usd" : "cost_usd";
        return Contract.nanos(line.path(named)).orElse(null);
    }

    private static @Nullable Long duration(JsonNode line) {
        return line.path("duration_ms").isNumber()
                ? (Long) ClaudeLine.count(line, "duration_ms")
                : null;
    }

    private static @Nullable Long time(JsonNode line, String field) {
        var time = ClaudeHooks.text(line, field).map(text -> JsDate.parse(text, ZoneOffset.UTC));
        return time.isPresent() && time.get().isPresent() ? (Long) time.get().getAsLong() : null;
    }

    private static NewEvent.Identity identity(JsonNode line) {
        return new NewEvent.Identity(
                text(line, "message_id"),
                text(line, "request_id"),
                text(line, "subagent"),
                line.path("metered").asBoolean(false));
    }

    private static @Nullable String text(JsonNode line, String field) {
        return ClaudeHooks.text(line, field).orElse(null);
    }

    @Override
    public List<NewEvent> rest() {
        return List.of();
    }

    @Override
    public boolean unfinished() {
        return false;
    }

    @Override
    public String memory() {
        return "{}";
    }
}
