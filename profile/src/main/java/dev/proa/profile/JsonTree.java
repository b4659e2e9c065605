package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.Node.Entry;
import dev.proa.profile.Node.Kind;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Node.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON (RFC 8259, nothing beyond) into nodes that know their place. */
final class JsonTree {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(32).build())
                    .build();

    private final String file;
    private final Problems problems;
    private final JsonParser parser;

    private JsonTree(String file, Problems problems, JsonParser parser) {
        this.file = file;
        this.problems = problems;
        this.parser = parser;
    }

    /** The document's value; empty if it cannot be read, with the reason reported. */
    static Optional<Node> parse(String file, String text, Problems problems) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            var first = parser.nextToken();
            if (first == null) {
                problems.add(new Where(file, 1, 1, ""), "the file is empty", "Write at least {}");
                return Optional.empty();
            }
            var tree = new JsonTree(file, problems, parser);
            var value = tree.value(first, "");
            if (parser.nextToken() != null) {
                problems.add(tree.here(""), "a second value starts here", "Keep one in the file");
            }
            return Optional.of(value);
        } catch (JacksonException e) {
            problems.add(
                    at(file, e.getLocation(), ""),
                    "the JSON cannot be read: " + oneLine(e.getOriginalMessage()),
                    "Check quotes, commas and brackets around this place");
            return Optional.empty();
        }
    }

    private Node value(JsonToken token, String pointer) {
        var where = here(pointer);
        return switch (token) {
            case START_OBJECT -> mapping(where, pointer);
            case START_ARRAY -> sequence(where, pointer);
            case VALUE_NUMBER_INT -> new Scalar(where, parser.getString(), Kind.INTEGER);
            case VALUE_NUMBER_FLOAT -> new Scalar(where, parser.getString(), Kind.NUMBER);
            case VALUE_TRUE, VALUE_FALSE -> new Scalar(where, parser.getString(), Kind.BOOLEAN);
            case VALUE_NULL -> new Scalar(where, "", Kind.NULL);
            default -> new Scalar(where, parser.getString(), Kind.TEXT);
        };
    }

    private Mapping mapping(Where where, String pointer) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            var name = parser.currentName();
            var inner = Pointer.child(pointer, name);
            var named = here(inner);
            var value = value(parser.nextToken(), inner);
            if (entries.containsKey(name)) {
                Duplicate.report(problems, named, name, entries);
            } else {
                entries.put(name, new Entry(name, named, value));
            }
        }
        return new Mapping(where, List.copyOf(entries.values()));
    }

    private Sequence sequence(Where where, String pointer) {
        List<Node> items = new ArrayList<>();
        for (var t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
            items.add(value(t, Pointer.child(pointer, items.size())));
        }
        return new Sequence(where, items);
    }

    private Where here(String pointer) {
        return at(file, parser.currentTokenLocation(), pointer);
    }

    private static Where at(String file, TokenStreamLocation location, String pointer) {
        return new Where(
                file,
                Math.max(location.getLineNr(), 1),
                Math.max(location.getColumnNr(), 1),
                pointer);
    }

    private static String oneLine(String message) {
        return message.strip().replaceAll("\\s+", " ").replaceAll("\\.$", "");
    }
}
