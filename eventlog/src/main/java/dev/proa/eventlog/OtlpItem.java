package dev.proa.eventlog;

import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A log record, data point or span with all that is said around it.
 *
 * @param attributes its own
 * @param body the object that a log record's body is; empty if it is none
 */
record OtlpItem(ObjectNode attributes, Around around, ObjectNode body) {
    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    /** What a resource and a scope say of everything in them. */
    record Around(ObjectNode scope, ObjectNode resource, String agent) {
        static Around of(Resource resource, InstrumentationScope scope) {
            var said = OtlpValues.object(resource.getAttributesList());
            return new Around(OtlpValues.object(scope.getAttributesList()), said, agent(said));
        }

        /** Which agent it is, by the names of its service and its SDK. */
        private static String agent(JsonNode resource) {
            var service = OtlpValues.text(resource.path("service.name")).orElse("");
            var sdk = OtlpValues.text(resource.path("telemetry.sdk.name")).orElse("");
            var both = (service + " " + sdk).toLowerCase(Locale.ROOT);
            if (both.contains("codex")) {
                return "codex";
            }
            if (both.contains("claude")) {
                return "claude_code";
            }
            return service.isEmpty() ? "unknown" : service;
        }
    }

    OtlpItem(ObjectNode attributes, Around around) {
        this(attributes, around, NOTHING);
    }

    private List<JsonNode> levels() {
        return List.of(attributes, around.scope(), around.resource(), body, body.path("payload"));
    }

    String agent() {
        return around.agent();
    }

    boolean codex() {
        return agent().equals("codex");
    }

    /** The first usable value that a field has at any level. */
    <T> Optional<T> find(OtlpField field, Function<JsonNode, Optional<T>> use) {
        for (var level : levels()) {
            var found = field.at(level, use);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    Optional<String> text(OtlpField field) {
        return find(field, OtlpValues::text);
    }

    long count(OtlpField field) {
        return find(field, OtlpValues::count).orElse(0L);
    }

    /** The tokens of one request; none of the classes is part of another. */
    NewEvent.Tokens tokens() {
        var read = find(OtlpField.CACHE_READ, OtlpValues::count);
        var readOfInput = read.isPresent() ? 0 : count(OtlpField.CACHE_READ_OF_INPUT);
        var write = find(OtlpField.CACHE_WRITE, OtlpValues::count);
        var writeOfInput = write.isPresent() ? 0 : count(OtlpField.CACHE_WRITE_OF_INPUT);
        return new NewEvent.Tokens(
                Math.max(0, count(OtlpField.TOKENS_IN) - readOfInput - writeOfInput),
                count(OtlpField.TOKENS_OUT),
                read.orElse(readOfInput),
                write.orElse(writeOfInput));
    }

    /** Whether it says that what it tells of did not succeed. */
    boolean unsuccessful() {
        return !find(OtlpField.SUCCESS, OtlpValues::truth).orElse(true);
    }

    /** The absolute folder that the session works in, if it says so. */
    Optional<String> folder() {
        return find(
                OtlpField.FOLDER,
                value -> OtlpValues.text(value.isArray() ? value.path(0) : value));
    }
}
