package dev.proa.eventlog;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One line of a transcript of Claude Code, and the words that it uses. */
record ClaudeLine(JsonNode json) {
    /** The model of what Claude Code said itself, without asking one. */
    private static final String NOBODY = "<synthetic>";

    private static final long MOST = 9_007_199_254_740_991L;

    Optional<String> text(String field) {
        return ClaudeHooks.text(json, field);
    }

    String type() {
        return text("type").orElse("");
    }

    boolean says(String field) {
        return json.path(field).asBoolean(false);
    }

    JsonNode message() {
        return json.path("message");
    }

    /** The blocks of its content; older lines have it at the top. */
    JsonNode content() {
        var content = message().path("content");
        return content.isMissingNode() ? json.path("content") : content;
    }

    /** The model that answered, as prices call it: its fast mode has prices of its own. */
    Optional<String> model() {
        var fast = usage().path("speed").asString("").equals("fast") ? "-fast" : "";
        return named().filter(name -> !name.equals(NOBODY)).map(name -> name + fast);
    }

    private Optional<String> named() {
        return text("model").or(() -> ClaudeHooks.text(message(), "model"));
    }

    OptionalLong millis() {
        return text("timestamp")
                .map(time -> JsDate.parse(time, ZoneOffset.UTC))
                .orElse(OptionalLong.empty());
    }

    /** The blocks of one type. */
    List<JsonNode> blocks(String type) {
        var found = new ArrayList<JsonNode>();
        if (content().isArray()) {
            for (var block : content()) {
                if (block.path("type").asString("").equals(type)) {
                    found.add(block);
                }
            }
        }
        return found;
    }

    /** What it says in words. */
    String words() {
        if (content().isString()) {
            return content().stringValue().strip();
        }
        var words = new StringBuilder();
        for (var block : blocks("text")) {
            ClaudeHooks.text(block, "text").ifPresent(text -> words.append(text).append('\n'));
        }
        return words.toString().strip();
    }

    private JsonNode usage() {
        var usage = message().path("usage");
        return usage.isObject() ? usage : json.path("usage");
    }

    /** How it used tokens; the classes of cache writes are parts of their sum. */
    NewEvent.Tokens tokens() {
        if (named().filter(NOBODY::equals).isPresent()) {
            return NewEvent.Tokens.NONE;
        }
        var usage = usage();
        var kinds = usage.path("cache_creation");
        var hour = count(kinds, "ephemeral_1h_input_tokens");
        var written =
                Math.max(
                        count(usage, "cache_creation_input_tokens"),
                        Sums.plus(hour, count(kinds, "ephemeral_5m_input_tokens")));
        return new NewEvent.Tokens(
                count(usage, "input_tokens"),
                count(usage, "output_tokens"),
                count(usage, "cache_read_input_tokens"),
                written,
                Math.min(hour, written));
    }

    /**
     * A whole number that is not negative, or such a number as a text; what is none counts as 0.
     */
    static long count(JsonNode from, String field) {
        var value = from.path(field);
        if (value.isString() && value.stringValue().matches("\\d{1,18}")) {
            return Math.min(Long.parseLong(value.stringValue()), MOST);
        }
        return value.isNumber() && value.canConvertToLong()
                ? Math.clamp(value.longValue(), 0, MOST)
                : 0;
    }

    /** What the line says that it cost, in US dollars times 10^9. */
    @Nullable Long costNanos() {
        return Contract.nanos(json.path("costUSD")).orElse(null);
    }

    /** Agents that work for the main one write lines of their own. */
    @Nullable String subagent() {
        return text("agentId").orElse(says("isSidechain") ? "sidechain" : null);
    }

    @Nullable String branch() {
        return text("gitBranch").filter(name -> !name.equals("HEAD")).orElse(null);
    }

    @Nullable String project() {
        return ClaudeHooks.lastName(text("cwd").orElse(null));
    }
}
