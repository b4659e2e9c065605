package dev.proa.eventlog;

import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** OTLP's attribute values as JSON, and JSON values as what events hold. */
final class OtlpValues {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final BigDecimal MOST = BigDecimal.valueOf(9_007_199_254_740_991L);
    private static final BigDecimal MOST_DOLLARS = BigDecimal.valueOf(1_000_000_000L);
    private static final int NANO_DIGITS = 9;

    private OtlpValues() {}

    /** Of a key that stands there twice, which OTLP does not allow, the first value counts. */
    static ObjectNode object(List<KeyValue> attributes) {
        var object = NODES.objectNode();
        for (var attribute : attributes) {
            object.putIfAbsent(attribute.getKey(), value(attribute.getValue()));
        }
        return object;
    }

    static JsonNode value(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> NODES.stringNode(wellFormed(value.getStringValue()));
            case BOOL_VALUE -> NODES.booleanNode(value.getBoolValue());
            case INT_VALUE -> NODES.numberNode(value.getIntValue());
            case DOUBLE_VALUE -> number(value.getDoubleValue());
            case ARRAY_VALUE -> {
                var array = NODES.arrayNode();
                value.getArrayValue().getValuesList().forEach(item -> array.add(value(item)));
                yield array;
            }
            case KVLIST_VALUE -> object(value.getKvlistValue().getValuesList());
            case BYTES_VALUE ->
                    NODES.stringNode(
                            Base64.getEncoder()
                                    .encodeToString(value.getBytesValue().toByteArray()));
            default -> NODES.nullNode();
        };
    }

    /** JSON has no infinity and no NaN. */
    private static JsonNode number(double value) {
        return Double.isFinite(value)
                ? NODES.numberNode(BigDecimal.valueOf(value))
                : NODES.stringNode(Double.toString(value));
    }

    /** JSON can hold half a surrogate pair, which UTF-8 cannot. */
    static String wellFormed(String text) {
        return text.chars().anyMatch(c -> Character.isSurrogate((char) c))
                ? new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                : text;
    }

    /** The object that a body is, in whatever form; empty if it is none. */
    static Optional<ObjectNode> bodyObject(AnyValue body) {
        return switch (body.getValueCase()) {
            case KVLIST_VALUE -> Optional.of(object(body.getKvlistValue().getValuesList()));
            case STRING_VALUE -> parsed(body.getStringValue());
            default -> Optional.empty();
        };
    }

    /** The object that a text is the JSON of. */
    static Optional<ObjectNode> parsed(String text) {
        if (!text.stripLeading().startsWith("{")) {
            return Optional.empty();
        }
        try {
            return BodyText.sound(text) instanceof ObjectNode object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** A text that is not blank; numbers and truth values as texts. */
    static Optional<String> text(JsonNode value) {
        if (value.isString()) {
            return Optional.of(value.stringValue().strip()).filter(text -> !text.isEmpty());
        }
        return value.isNumber() || value.isBoolean()
                ? Optional.of(value.asString())
                : Optional.empty();
    }

    static Optional<BigDecimal> number(JsonNode value) {
        if (value.isNumber()) {
            return Optional.of(value.decimalValue());
        }
        return value.isString()
                ? Optional.ofNullable(Numbers.read(value.stringValue().strip()))
                : Optional.empty();
    }

    /** A count from 0 to 2^53-1, rounded; empty for anything else. */
    static Optional<Long> count(JsonNode value) {
        return number(value).flatMap(OtlpValues::count);
    }

    static Optional<Long> count(BigDecimal number) {
        return number.signum() < 0 || number.compareTo(MOST) > 0
                ? Optional.empty()
                : Optional.of(number.setScale(0, RoundingMode.HALF_EVEN).longValue());
    }

    /** US dollars from 0 to a billion, times 10^9. */
    static Optional<Long> nanos(JsonNode value) {
        return number(value).flatMap(OtlpValues::nanos);
    }

    static Optional<Long> nanos(BigDecimal dollars) {
        return dollars.signum() < 0 || dollars.compareTo(MOST_DOLLARS) > 0
                ? Optional.empty()
                : Optional.of(
                        dollars.movePointRight(NANO_DIGITS)
                                .setScale(0, RoundingMode.HALF_EVEN)
                                .longValue());
    }

    static Optional<Boolean> truth(JsonNode value) {
        if (value.isBoolean()) {
            return Optional.of(value.booleanValue());
        }
        return switch (value.isString() ? value.stringValue() : "") {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** A moment of OTLP, nanoseconds since 1970 without a sign, in milliseconds; 0 is none. */
    static OptionalLong millis(long nanos) {
        return nanos == 0
                ? OptionalLong.empty()
                : OptionalLong.of(Long.divideUnsigned(nanos, 1_000_000));
    }
}
