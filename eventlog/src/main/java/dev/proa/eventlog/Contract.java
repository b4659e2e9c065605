package dev.proa.eventlog;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Version 1 of the event contract: what a sender may say, and in which words it is refused. */
final class Contract {
    static final List<String> EVENT_TYPES =
            List.of(
                    "tool_use",
                    "session_start",
                    "session_end",
                    "error",
                    "llm_request",
                    "llm_response",
                    "response",
                    "file_change",
                    "git_commit",
                    "plan_step",
                    "user_prompt",
                    "instruction_load");

    private static final List<String> STATUSES = List.of("success", "error", "timeout");

    /** The largest whole number that every JSON reader keeps: 2^53 - 1. */
    private static final BigDecimal MOST = BigDecimal.valueOf(9_007_199_254_740_991L);

    private static final BigDecimal MOST_DOLLARS = BigDecimal.valueOf(1_000_000_000L);
    private static final int NANO_DIGITS = 9;

    private static final List<String> EDITING_TOOLS =
            List.of("Edit", "Write", "MultiEdit", "apply_patch", "write_stdin");

    /** A field and what is wrong with it. */
    record Fault(String field, String message) {}

    /** An event, or every reason why it is none. */
    sealed interface Verdict {
        record Valid(NewEvent event) implements Verdict {}

        record Invalid(List<Fault> faults) implements Verdict {}
    }

    private final ZoneId local;
    private final GitHeads heads;

    Contract(ZoneId local, GitHeads heads) {
        this.local = local;
        this.heads = heads;
    }

    Verdict read(JsonNode input) {
        if (!input.isObject()) {
            return new Verdict.Invalid(List.of(new Fault("body", "must be a JSON object")));
        }
        return new Reading(input).verdict();
    }

    /** What an event's metadata tells of changed files, whatever of it is kept. */
    static NewEvent.Edit edit(@Nullable String tool, JsonNode metadata) {
        var path = metadata.path("file_path");
        var names = tool != null && EDITING_TOOLS.contains(tool) && path.isString();
        return new NewEvent.Edit(
                names ? path.stringValue() : null,
                lines(metadata.path("lines_added")),
                lines(metadata.path("lines_removed")));
    }

    /** Dollars times 10^9; empty if the value is no sum of dollars. */
    static Optional<Long> nanos(JsonNode value) {
        var dollars = value.isNumber() ? value.decimalValue() : BigDecimal.ONE.negate();
        if (dollars.signum() < 0 || dollars.compareTo(MOST_DOLLARS) > 0) {
            return Optional.empty();
        }
        var tiny = dollars.compareTo(BigDecimal.ONE.movePointLeft(NANO_DIGITS + 1)) < 0;
        return Optional.of(
                tiny
                        ? 0L
                        : dollars.movePointRight(NANO_DIGITS)
                                .setScale(0, RoundingMode.HALF_EVEN)
                                .longValue());
    }

    private static long lines(JsonNode value) {
        var number = value.isNumber() ? value.decimalValue() : null;
        return number == null || number.signum() < 0 || number.compareTo(MOST) > 0
                ? 0
                : number.longValue();
    }

    /** One event on its way through the rules; collects the faults. */
    private final class Reading {
        private final JsonNode input;
        private final List<Fault> faults = new ArrayList<>();

        Reading(JsonNode input) {
            this.input = input;
        }

        Verdict verdict() {
            var session = required("session_id");
            var agent = required("agent_type");
            var type = required("event_type");
            if (!EVENT_TYPES.contains(type)) {
                fault("event_type", "must be one of: " + String.join(", ", EVENT_TYPES));
            }
            var status = status(type);
            var eventId = optional("event_id");
            var tool = optional("tool_name");
            var branch = optional("branch");
            var project = optional("project");
            var model = optional("model");
            var duration = whole("duration_ms");
            var tokens =
                    new NewEvent.Tokens(
                            orZero(whole("tokens_in")),
                            orZero(whole("tokens_out")),
                            orZero(whole("cache_read_tokens")),
                            orZero(whole("cache_write_tokens")));
            var cost = cost();
            var clientMillis = clientMillis();
            var source = optional("source");
            if (!faults.isEmpty()) {
                return new Verdict.Invalid(List.copyOf(faults));
            }
            var metadata = input.path("metadata");
            return new Verdict.Valid(
                    new EventDraft(session, agent, type)
                            .id(eventId)
                            .tool(tool)
                            .status(status)
                            .tokens(tokens)
                            .branch(branch)
                            .project(project)
                            .durationMs(duration)
                            .happened(clientMillis)
                            .metadata(metadata)
                            .model(model)
                            .cost(cost)
                            .source(source == null ? "api" : source)
                            .headBranch(head(metadata, project))
                            .edit(edit(tool, metadata))
                            .attention(attention(type))
                            .event());
        }

        private String required(String field) {
            var value = input.path(field);
            if (!value.isString()) {
                fault(field, "must be a string");
                return "";
            }
            var text = value.stringValue().strip();
            if (text.isEmpty()) {
                fault(field, "must be a non-empty string");
            }
            return text;
        }

        private @Nullable String optional(String field) {
            var value = input.path(field);
            if (absent(value)) {
                return null;
            }
            if (!value.isString()) {
                fault(field, "must be a string when provided");
                return null;
            }
            var text = value.stringValue().strip();
            return text.isEmpty() ? null : text;
        }

        private String status(String type) {
            var value = input.path("status");
            var usual = type.equals("error") ? "error" : "success";
            if (absent(value)) {
                return usual;
            }
            if (!value.isString()) {
                fault("status", "must be a string when provided");
            } else if (!STATUSES.contains(value.stringValue())) {
                fault("status", "must be one of: " + String.join(", ", STATUSES));
            } else {
                return value.stringValue();
            }
            return usual;
        }

        private @Nullable Long whole(String field) {
            var value = input.path(field);
            if (absent(value)) {
                return null;
            }
            var number = value.isNumber() ? value.decimalValue() : BigDecimal.ONE.negate();
            // Compared before it is rounded: 1e999999999 is a short text and a huge number.
            if (number.signum() < 0
                    || number.compareTo(MOST) > 0
                    || number.stripTrailingZeros().scale() > 0) {
                fault(field, "must be a non-negative integer when provided");
                return null;
            }
            return number.longValue();
        }

        private @Nullable Long cost() {
            var value = input.path("cost_usd");
            if (absent(value)) {
                return null;
            }
            var nanos = nanos(value);
            if (nanos.isEmpty()) {
                var large = value.isNumber() && value.decimalValue().signum() > 0;
                fault(
                        "cost_usd",
                        large
                                ? "must be at most " + MOST_DOLLARS + " when provided"
                                : "must be a non-negative number when provided");
            }
            return nanos.orElse(null);
        }

        private @Nullable Long clientMillis() {
            var value = input.path("client_timestamp");
            if (absent(value)) {
                return null;
            }
            if (!value.isString()) {
                fault("client_timestamp", "must be an ISO timestamp string when provided");
                return null;
            }
            var millis = JsDate.parse(value.stringValue(), local);
            if (millis.isEmpty()) {
                fault("client_timestamp", "must be a valid timestamp");
                return null;
            }
            return millis.getAsLong();
        }

        private Optional<String> head(JsonNode metadata, @Nullable String project) {
            var cwd = metadata.path("cwd");
            return heads.branch(cwd.isString() ? cwd.stringValue() : project);
        }

        private void fault(String field, String message) {
            faults.add(new Fault(field, message));
        }
    }

    /** Whatever a session says, it goes on, except that it has come to an end. */
    private static NewEvent.Attention attention(String type) {
        return type.equals("session_end")
                ? new NewEvent.Attention.Keeps()
                : new NewEvent.Attention.Clears(Optional.empty());
    }

    private static boolean absent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }
}
