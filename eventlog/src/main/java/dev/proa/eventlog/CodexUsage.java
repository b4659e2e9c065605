package dev.proa.eventlog;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The running totals of a rollout, as its last count of tokens gave them.
 *
 * @param counted whether there was a count
 * @param in with what came from the cache
 * @param cached the part of {@code in} that came from the cache
 * @param out with the tokens of reasoning
 */
record CodexUsage(boolean counted, long in, long cached, long out) {
    private static final CodexUsage NONE = new CodexUsage(false, 0, 0, 0);

    /** What a count adds, and the totals with it. */
    record Next(CodexUsage totals, NewEvent.Tokens used) {}

    /**
     * Takes the {@code info} of a count. What was used is the difference of the totals, so that a
     * count that comes again adds nothing. Totals of a session that begins from another one, or
     * that fall, tell nothing; then it is what the last request used.
     */
    Next after(JsonNode info) {
        var totals = read(info.path("total_token_usage"));
        var last = read(info.path("last_token_usage"));
        if (!totals.counted) {
            return new Next(this, last.tokens());
        }
        var falls = totals.in < in || totals.cached < cached || totals.out < out;
        var used =
                (falls || !counted) && last.counted
                        ? last
                        : falls
                                ? totals
                                : new CodexUsage(
                                        true,
                                        totals.in - in,
                                        totals.cached - cached,
                                        totals.out - out);
        return new Next(totals, used.tokens());
    }

    private NewEvent.Tokens tokens() {
        return new NewEvent.Tokens(Math.max(0, in - cached), out, cached, 0);
    }

    private static CodexUsage read(JsonNode usage) {
        return usage.isObject()
                ? new CodexUsage(
                        true,
                        ClaudeLine.count(usage, "input_tokens"),
                        ClaudeLine.count(usage, "cached_input_tokens"),
                        ClaudeLine.count(usage, "output_tokens"))
                : NONE;
    }

    ObjectNode json() {
        var json = JsonNodeFactory.instance.objectNode();
        if (counted) {
            json.put("in", in).put("cached", cached).put("out", out);
        }
        return json;
    }

    static CodexUsage of(JsonNode json) {
        return json.has("in")
                ? new CodexUsage(
                        true,
                        ClaudeLine.count(json, "in"),
                        ClaudeLine.count(json, "cached"),
                        ClaudeLine.count(json, "out"))
                : NONE;
    }
}
