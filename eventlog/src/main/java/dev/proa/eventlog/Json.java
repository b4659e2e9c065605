package dev.proa.eventlog;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How JSON is read and written here: numbers keep every digit, nothing is bound to classes. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final JsonMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();
    private static final int NANO_DIGITS = 9;
    private static final int USUAL_BYTES = 512;

    private Json() {}

    /** Writes one JSON value. */
    @FunctionalInterface
    interface Body {
        void write(JsonGenerator out);
    }

    static byte[] bytes(Body body) {
        return bytes(USUAL_BYTES, body);
    }

    /** Writes one JSON value that takes about so many bytes. */
    static byte[] bytes(int about, Body body) {
        var bytes = new ByteArrayOutputStream(about);
        try (var out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            body.write(out);
        }
        return bytes.toByteArray();
    }

    /** One JSON value as text. */
    static String text(Body body) {
        return new String(bytes(body), StandardCharsets.UTF_8);
    }

    static void object(JsonGenerator out, Body properties) {
        out.writeStartObject();
        properties.write(out);
        out.writeEndObject();
    }

    /**
     * The value that a text is.
     *
     * @throws tools.jackson.core.JacksonException if it is not JSON
     */
    static JsonNode read(String text) {
        return MAPPER.readTree(text);
    }

    /** Reads a text token by token. */
    static JsonParser parser(String text) {
        return FACTORY.createParser(ObjectReadContext.empty(), text);
    }

    /** Reads a value token by token. */
    static JsonParser parser(JsonNode value) {
        return value.traverse(ObjectReadContext.empty());
    }

    /** Texts, numbers, booleans, lists and mappings as JSON. */
    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    static void text(JsonGenerator out, String name, @Nullable String value) {
        out.writeName(name);
        if (value == null) {
            out.writeNull();
        } else {
            out.writeString(value);
        }
    }

    static void whole(JsonGenerator out, String name, @Nullable Long value) {
        out.writeName(name);
        if (value == null) {
            out.writeNull();
        } else {
            out.writeNumber(value);
        }
    }

    static void time(JsonGenerator out, String name, @Nullable Long millis) {
        text(out, name, millis == null ? null : iso(millis));
    }

    /** Nano-dollars as dollars, with every digit. */
    static void dollars(JsonGenerator out, String name, @Nullable Long nanos) {
        out.writeName(name);
        if (nanos == null) {
            out.writeNull();
        } else {
            out.writeNumber(dollars(nanos));
        }
    }

    /** Nano-dollars as a number of dollars, with every digit. */
    static String dollars(long nanos) {
        return BigDecimal.valueOf(nanos, NANO_DIGITS).stripTrailingZeros().toPlainString();
    }

    /** As JavaScript's {@code toISOString}: UTC, milliseconds, six digits for far years. */
    static String iso(long millis) {
        var time = LocalDateTime.ofEpochSecond(Math.floorDiv(millis, 1_000L), 0, ZoneOffset.UTC);
        var year = time.getYear();
        var text = new StringBuilder(27);
        if (year >= 0 && year <= 9999) {
            digits(text, year, 4);
        } else {
            digits(text.append(year < 0 ? '-' : '+'), Math.abs(year), 6);
        }
        digits(text.append('-'), time.getMonthValue(), 2);
        digits(text.append('-'), time.getDayOfMonth(), 2);
        digits(text.append('T'), time.getHour(), 2);
        digits(text.append(':'), time.getMinute(), 2);
        digits(text.append(':'), time.getSecond(), 2);
        digits(text.append('.'), Math.floorMod(millis, 1_000), 3);
        return text.append('Z').toString();
    }

    /**
     * A number with leading zeros. A formatter takes ten times as long, and answers are full of
     * times.
     */
    private static void digits(StringBuilder into, int number, int least) {
        for (var bound = (int) Math.pow(10, least - 1); number < bound && bound > 1; bound /= 10) {
            into.append('0');
        }
        into.append(number);
    }
}
