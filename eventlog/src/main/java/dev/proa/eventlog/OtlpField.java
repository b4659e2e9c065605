package dev.proa.eventlog;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * What an event can hold, and the names that it has in telemetry. This is the one table of names:
 * each line says which convention has them, and earlier lines win. Names are looked up in a
 * record's attributes, its scope's, its resource's, its body and the body's {@code payload}, in
 * that order.
 *
 * <p>{@code gen_ai} is OpenTelemetry's semantic conventions for generative AI, with the versions
 * that have the name ({@code 2026} is their own repository, which has no numbers); {@code contract}
 * is version 1 of the event contract.
 */
@SuppressWarnings("ImmutableEnumChecker") // its lists are made by List.of and Stream.toList
enum OtlpField {
    SESSION(
            in("contract 1", "gen_ai.session.id", "conversation.id", "session.id", "session_id"),
            in("gen_ai since 1.37", "gen_ai.conversation.id"),
            in("codex 0.90", "thread.id", "thread_id", "conversation_id")),
    EVENT(in("contract 1", "event.name", "name")),
    TOOL(in("contract 1", "gen_ai.tool.name", "tool_name", "tool.name")),
    MODEL(
            in("contract 1", "gen_ai.request.model", "model"),
            in("gen_ai since 1.27", "gen_ai.response.model")),
    TOKENS_IN(
            in("contract 1", "gen_ai.usage.input_tokens"),
            in("claude_code 1", "input_tokens"),
            in("codex 0.40", "input_token_count"),
            in("gen_ai until 1.26", "gen_ai.usage.prompt_tokens")),
    TOKENS_OUT(
            in("contract 1", "gen_ai.usage.output_tokens"),
            in("claude_code 1", "output_tokens"),
            in("codex 0.40", "output_token_count"),
            in("gen_ai until 1.26", "gen_ai.usage.completion_tokens")),
    CACHE_READ(
            in("contract 1", "gen_ai.usage.cache_read_input_tokens"),
            in("claude_code 1", "cache_read_tokens")),
    CACHE_WRITE(
            in("contract 1", "gen_ai.usage.cache_creation_input_tokens"),
            in("claude_code 1", "cache_creation_tokens", "cache_write_tokens")),
    /** Read from a cache, and part of the tokens that went in. */
    CACHE_READ_OF_INPUT(
            in("codex 0.40", "cached_token_count", "cached_input_tokens"),
            in("gen_ai 2026", "gen_ai.usage.cache_read.input_tokens")),
    /** Written into a cache, and part of the tokens that went in. */
    CACHE_WRITE_OF_INPUT(
            in(
                    "gen_ai 2026",
                    "gen_ai.usage.cache_creation.input_tokens",
                    "gen_ai.usage.cache_write.input_tokens")),
    COST(in("contract 1", "gen_ai.usage.cost"), in("claude_code 1", "cost_usd", "cost")),
    DURATION(in("contract 1", "gen_ai.latency", "duration_ms")),
    PROJECT(in("contract 1", "project")),
    BRANCH(in("contract 1", "branch"), in("vcs 1.29", "vcs.ref.head.name")),
    FOLDER(in("claude_code 2", "cwd", "workspace.host_paths")),
    PROMPT(
            in("contract 1", "gen_ai.prompt", "message", "prompt", "codex.prompt"),
            in("contract 1", "gen_ai.content.prompt")),
    TIME(in("codex 0.40", "event.timestamp")),
    MESSAGE_ID(
            in("anthropic", "message_id", "message.id"),
            in("gen_ai since 1.27", "gen_ai.response.id")),
    REQUEST_ID(in("claude_code 2", "request_id"), in("codex 0.90", "auth.request_id")),
    SUBAGENT(in("claude_code 2.1", "agent_id", "agent.id")),
    SUCCESS(in("claude_code 1", "success")),
    KIND(in("codex 0.40", "event.kind", "kind")),
    ITEM_TYPE(in("codex 0.40", "response_item.type", "item.type", "type")),
    ERROR_TEXT(
            in("claude_code 1", "error"),
            in("codex 0.40", "error.message"),
            in("general 1.20", "exception.message")),
    /** The kind of token that a data point counts. */
    TOKEN_TYPE(
            in("contract 1", "type", "token.type"), in("gen_ai since 1.27", "gen_ai.token.type"));

    /** Which convention has which names. */
    record Source(String convention, List<String> names) {}

    private final List<Source> sources;
    private final List<String> names;

    OtlpField(Source... sources) {
        this.sources = List.of(sources);
        this.names = Arrays.stream(sources).flatMap(source -> source.names().stream()).toList();
    }

    private static Source in(String convention, String... names) {
        return new Source(convention, List.of(names));
    }

    List<Source> sources() {
        return sources;
    }

    List<String> names() {
        return names;
    }

    /** The first of the names that has a usable value at one level. */
    <T> Optional<T> at(JsonNode level, Function<JsonNode, Optional<T>> use) {
        for (var name : names) {
            var value = level.path(name);
            if (!value.isMissingNode()) {
                var found = use.apply(value);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }
}
