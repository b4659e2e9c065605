package dev.proa.profile;

import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Node.Sequence;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes values as JSON; what is equal is written equally. */
final class JsonText {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private JsonText() {}

    /** A number as its source has it. */
    private record SourceNumber(String text) {}

    /** The JSON text of a node; empty if it has none, which is reported. */
    static Optional<String> of(Node node, Reading reading) {
        int before = reading.problems().count();
        var value = value(node, reading);
        return reading.problems().count() == before
                ? Optional.of(new String(bytes(value), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    private static @Nullable Object value(Node node, Reading reading) {
        return switch (node) {
            case Mapping m -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                m.entries().forEach(e -> map.put(e.name(), value(e.value(), reading)));
                yield map;
            }
            case Sequence s -> {
                List<@Nullable Object> list = new ArrayList<>();
                s.items().forEach(i -> list.add(value(i, reading)));
                yield list;
            }
            case Scalar s -> scalar(s, reading);
        };
    }

    private static @Nullable Object scalar(Scalar s, Reading reading) {
        return switch (s.kind()) {
            case NULL -> null;
            case BOOLEAN -> Boolean.valueOf(s.text().toLowerCase(Locale.ROOT));
            case TEXT -> reading.expanded(s, LateNames.NONE, false).map(Expanded::plain).orElse("");
            case INTEGER, NUMBER -> {
                if (!NUMBER.matcher(s.text()).matches()) {
                    reading.wrong(s, "a JSON number", "Write it in plain decimal digits");
                }
                yield new SourceNumber(s.text());
            }
        };
    }

    /** Maps, lists, texts, numbers, booleans and null as UTF-8. */
    static byte[] bytes(@Nullable Object value) {
        var out = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            write(json, value);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, @Nullable Object value) {
        switch (value) {
            case null -> json.writeNull();
            case Map<?, ?> map -> {
                json.writeStartObject();
                map.forEach((k, v) -> {
                    json.writeName(String.valueOf(k));
                    write(json, v);
                });
                json.writeEndObject();
            }
            case List<?> list -> {
                json.writeStartArray();
                list.forEach(v -> write(json, v));
                json.writeEndArray();
            }
            case SourceNumber(String text) -> json.writeNumber(text);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Boolean flag -> json.writeBoolean(flag);
            default -> json.writeString(value.toString());
        }
    }
}
