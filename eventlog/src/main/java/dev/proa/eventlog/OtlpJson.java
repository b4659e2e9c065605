package dev.proa.eventlog;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/**
 * OTLP's own JSON (OTLP 1.x, "JSON Protobuf Encoding"), read as it streams by. It differs from
 * protobuf's usual JSON: trace and span ids are hexadecimal, and unknown fields are ignored. Read
 * more freely than written: whole numbers of 64 bits may be numbers or texts, enums numbers or
 * names, and fields may have their names of the schema.
 */
final class OtlpJson {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final Set<String> HEX = Set.of("trace_id", "span_id", "parent_span_id");

    private final JsonParser in;

    private OtlpJson(JsonParser in) {
        this.in = in;
    }

    /**
     * Reads a message of the kind of {@code empty}.
     *
     * @throws OtlpRefusal 400 if it is not JSON, or a value is of another kind than its field
     */
    static Message read(byte[] body, Message empty) throws OtlpRefusal {
        try (var in = FACTORY.createParser(ObjectReadContext.empty(), body)) {
            in.nextToken();
            var message = new OtlpJson(in).message(empty.newBuilderForType()).build();
            if (in.nextToken() != null) {
                throw new OtlpRefusal(400, "The body goes on after its JSON object.");
            }
            return message;
        } catch (JacksonException e) {
            throw new OtlpRefusal(
                    400,
                    "The body is not JSON (%s)."
                            .formatted(Shown.of(String.valueOf(e.getOriginalMessage()))));
        }
    }

    /** As {@link #read}; takes off the quotes that senders in shells put around it. */
    static Message readNested(byte[] body, Message empty) throws OtlpRefusal {
        try {
            return read(body, empty);
        } catch (OtlpRefusal e) {
            var inner = BodyText.read(body).filter(JsonNode::isContainer);
            if (inner.isEmpty()) {
                throw e;
            }
            return read(inner.get().toString().getBytes(StandardCharsets.UTF_8), empty);
        }
    }

    private Message.Builder message(Message.Builder into) throws OtlpRefusal {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            throw wrong("a JSON object");
        }
        while (in.nextToken() != JsonToken.END_OBJECT) {
            var field = field(into, in.currentName());
            in.nextToken();
            if (field == null) {
                in.skipChildren();
            } else if (field.isRepeated()) {
                list(into, field);
            } else {
                var value = value(into, field);
                if (value != null) {
                    into.setField(field, value);
                }
            }
        }
        return into;
    }

    private static @Nullable FieldDescriptor field(Message.Builder of, String name) {
        var type = of.getDescriptorForType();
        var field = type.findFieldByName(name);
        if (field != null) {
            return field;
        }
        for (var candidate : type.getFields()) {
            if (candidate.getJsonName().equals(name)) {
                return candidate;
            }
        }
        return null;
    }

    private void list(Message.Builder into, FieldDescriptor field) throws OtlpRefusal {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw wrong("an array");
        }
        while (in.nextToken() != JsonToken.END_ARRAY) {
            var value = value(into, field);
            if (value == null) {
                throw wrong("an array without null");
            }
            into.addRepeatedField(field, value);
        }
    }

    /** Null for a JSON null, which stands for an absent field. */
    private @Nullable Object value(Message.Builder of, FieldDescriptor field) throws OtlpRefusal {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        return switch (field.getJavaType()) {
            case MESSAGE -> message(of.newBuilderForField(field)).build();
            case STRING -> text();
            case BOOLEAN -> bool();
            case INT -> (int) whole();
            case LONG -> whole();
            case FLOAT -> (float) decimal();
            case DOUBLE -> decimal();
            case ENUM -> choice(field);
            case BYTE_STRING -> bytes(field);
        };
    }

    private String text() throws OtlpRefusal {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong("a text");
        }
        return in.getString();
    }

    private boolean bool() throws OtlpRefusal {
        return switch (in.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw wrong("true or false");
        };
    }

    /** A whole number, also an unsigned one of 64 bits. */
    private long whole() throws OtlpRefusal {
        var number = number("a whole number");
        try {
            var whole = number.toBigIntegerExact();
            if (whole.bitLength() <= Long.SIZE) {
                return whole.longValue();
            }
        } catch (ArithmeticException e) {
            throw wrong("a whole number");
        }
        throw wrong("a whole number of 64 bits");
    }

    private double decimal() throws OtlpRefusal {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            switch (in.getString()) {
                case "NaN" -> {
                    return Double.NaN;
                }
                case "Infinity" -> {
                    return Double.POSITIVE_INFINITY;
                }
                case "-Infinity" -> {
                    return Double.NEGATIVE_INFINITY;
                }
                default -> {}
            }
        }
        return number("a number").doubleValue();
    }

    private BigDecimal number(String wanted) throws OtlpRefusal {
        var known =
                switch (in.currentToken()) {
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_STRING -> true;
                    default -> false;
                };
        var number = known ? Numbers.read(in.getString()) : null;
        if (number == null) {
            throw wrong(wanted);
        }
        return number;
    }

    private EnumValueDescriptor choice(FieldDescriptor field) throws OtlpRefusal {
        var type = field.getEnumType();
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            var named = type.findValueByName(in.getString());
            if (named != null) {
                return named;
            }
        }
        return type.findValueByNumberCreatingIfUnknown((int) whole());
    }

    private ByteString bytes(FieldDescriptor field) throws OtlpRefusal {
        var text = text();
        var hex = HEX.contains(field.getName());
        try {
            return ByteString.copyFrom(
                    hex ? HexFormat.of().parseHex(text) : Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw wrong(hex ? "hexadecimal digits" : "base64");
        }
    }

    private OtlpRefusal wrong(String wanted) {
        var where = in.streamReadContext().pathAsPointer().toString();
        return new OtlpRefusal(
                400,
                "%s: expected %s, found %s."
                        .formatted(
                                where.isEmpty() ? "The body" : Shown.of(where), wanted, found()));
    }

    private String found() {
        var token = in.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            default -> Shown.of(String.valueOf(in.getString()));
        };
    }

    /** Writes an answer: only its texts, numbers of 64 bits and messages occur. */
    static byte[] write(Message message) {
        return Json.bytes(out -> write(out, message));
    }

    private static void write(JsonGenerator out, Message message) {
        out.writeStartObject();
        message.getAllFields()
                .forEach((field, value) -> {
                    out.writeName(field.getJsonName());
                    if (value instanceof Message inner) {
                        write(out, inner);
                    } else {
                        out.writeString(value.toString()); // also numbers of 64 bits
                    }
                });
        out.writeEndObject();
    }
}
