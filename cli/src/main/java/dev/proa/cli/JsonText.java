package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * A strict JSON text (RFC 8259, no key twice) and where in it every value lies, so that it can be
 * edited without being rewritten. Offsets count UTF-16 units, ends are exclusive.
 */
record JsonText(String file, String text, Value root) {
    private static final JsonFactory STRICT =
            JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    /** A value at its place. */
    sealed interface Value {
        int start();

        int end();
    }

    /** Something with children between two brackets. */
    sealed interface Container extends Value {
        List<? extends Child> children();
    }

    record Obj(int start, int end, List<Child> children) implements Container {
        /** The member of that name, if there is one. */
        @Nullable Child member(String name) {
            return children.stream().filter(c -> c.name().equals(name)).findFirst().orElse(null);
        }
    }

    record Arr(int start, int end, List<Child> children) implements Container {}

    /**
     * @param string the value of a string, null for a number, true, false and null
     */
    record Scalar(int start, int end, @Nullable String string) implements Value {}

    /**
     * A member of an object or an element of an array.
     *
     * @param name empty for an element
     * @param start where its name begins, or the value if it has none
     */
    record Child(String name, int start, Value value) {
        int end() {
            return value.end();
        }
    }

    /**
     * Reads a text.
     *
     * @param file what a problem names
     * @throws ProaException with the place and a remedy if it is not strict JSON
     */
    static JsonText parse(String file, String text) {
        try (var parser = STRICT.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            if (parser.currentToken() == null) {
                throw problem(file, text, 0, "", "the file is empty", "Write {} into it");
            }
            var root = value(parser, text);
            if (parser.nextToken() != null) {
                throw problem(
                        file,
                        text,
                        offset(parser),
                        "",
                        "there is more after the end of the JSON value",
                        "Remove it");
            }
            return new JsonText(file, text, root);
        } catch (JacksonException e) {
            throw JsonFault.of(file, text, e);
        }
    }

    /** A problem at a place of this text. */
    ProaException problem(Value at, String pointer, String what, String remedy) {
        return problem(file, text, at.start(), pointer, what, remedy);
    }

    static ProaException problem(
            String file, String text, int offset, String pointer, String what, String remedy) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < offset; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        var where = new Where(file, line, offset - lineStart + 1, pointer);
        return new ProaException(ExitCode.BAD_DATA, new Problem(where, what, remedy));
    }

    private static Value value(JsonParser parser, String text) {
        int start = offset(parser);
        var token = parser.currentToken();
        if (token != JsonToken.START_OBJECT && token != JsonToken.START_ARRAY) {
            var string = token == JsonToken.VALUE_STRING ? parser.getString() : null;
            return new Scalar(start, scalarEnd(text, start), string);
        }
        var children = new ArrayList<Child>();
        while (!closes(parser.nextToken())) {
            int childStart = offset(parser);
            var name = "";
            if (parser.currentToken() == JsonToken.PROPERTY_NAME) {
                name = parser.currentName();
                parser.nextToken();
            }
            children.add(new Child(name, childStart, value(parser, text)));
        }
        int end = offset(parser) + 1;
        return token == JsonToken.START_OBJECT
                ? new Obj(start, end, List.copyOf(children))
                : new Arr(start, end, List.copyOf(children));
    }

    private static boolean closes(@Nullable JsonToken token) {
        return token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY;
    }

    private static int offset(JsonParser parser) {
        return (int) parser.currentTokenLocation().getCharOffset();
    }

    private static int scalarEnd(String text, int start) {
        int end = start + 1;
        if (text.charAt(start) == '"') {
            for (; text.charAt(end) != '"'; end++) {
                if (text.charAt(end) == '\\') {
                    end++;
                }
            }
            return end + 1;
        }
        while (end < text.length() && ",]} \t\r\n".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }
}
