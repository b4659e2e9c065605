package dev.proa.eventlog;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** One object of settings while it is read; what is wrong in it goes to the reader. */
final class SettingsSection {
    private static final int MOST_ITEMS = 100;
    private static final int LONGEST_TEXT = 200;

    private final SettingsReader reader;
    private final String pointer;
    private final JsonNode node;

    SettingsSection(SettingsReader reader, String pointer, JsonNode node) {
        this.reader = reader;
        this.pointer = pointer;
        this.node = node.isObject() ? node : MissingNode.getInstance();
        if (!node.isObject() && !node.isMissingNode()) {
            reader.add(pointer, words(node) + " stands where an object belongs", "Write { }");
        }
    }

    List<String> names() {
        return List.copyOf(node.propertyNames());
    }

    boolean has(String key) {
        return node.has(key);
    }

    /** Refuses every other key. */
    void keys(String... known) {
        for (var name : names()) {
            if (!Arrays.asList(known).contains(name)) {
                wrong(name, "there is no such setting", "Write one of " + String.join(", ", known));
            }
        }
    }

    SettingsSection section(String key) {
        return new SettingsSection(reader, at(key), node.path(key));
    }

    /** The objects of a list. */
    List<SettingsSection> sections(String key) {
        var list = node.path(key);
        if (!list.isArray()) {
            if (!list.isMissingNode()) {
                wrong(key, words(list) + " stands where a list belongs", "Write [ ]");
            }
            return List.of();
        }
        if (list.size() > MOST_ITEMS) {
            wrong(key, "the list has " + list.size() + " items", "Write at most " + MOST_ITEMS);
        }
        var sections = new ArrayList<SettingsSection>();
        for (var i = 0; i < list.size(); i++) {
            sections.add(new SettingsSection(reader, at(key) + "/" + i, list.get(i)));
        }
        return sections;
    }

    boolean flag(String key, boolean otherwise) {
        var value = node.path(key);
        if (value.isMissingNode() || value.isBoolean()) {
            return value.isBoolean() ? value.booleanValue() : otherwise;
        }
        wrong(key, words(value) + " stands where true or false belongs", "Write true or false");
        return otherwise;
    }

    int whole(String key, int least, int most, int otherwise) {
        return number(
                        key,
                        BigDecimal.valueOf(least),
                        BigDecimal.valueOf(most),
                        0,
                        BigDecimal.valueOf(otherwise))
                .intValueExact();
    }

    /** A number with at most so many digits after the point. */
    BigDecimal number(
            String key, BigDecimal least, BigDecimal most, int digits, BigDecimal otherwise) {
        var value = node.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        var number = value.isNumber() ? value.decimalValue() : BigDecimal.ONE.negate();
        // Compared before it is reckoned with: 1e999999999 is a short text and a huge number.
        if (value.isNumber()
                && number.compareTo(least) >= 0
                && number.compareTo(most) <= 0
                && number.stripTrailingZeros().scale() <= digits) {
            return number;
        }
        var kind = digits == 0 ? "a whole number" : "a number";
        wrong(
                key,
                words(value)
                        + " is not %s from %s to %s"
                                .formatted(kind, least.toPlainString(), most.toPlainString()),
                "Write one in this range");
        return otherwise;
    }

    /** One of the words of an enum, in small letters. */
    <E extends Enum<E>> E word(String key, E otherwise) {
        var value = node.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        var words = otherwise.getDeclaringClass().getEnumConstants();
        for (var word : words) {
            if (value.isString() && value.stringValue().equals(small(word))) {
                return word;
            }
        }
        var all =
                Arrays.stream(words).map(SettingsSection::small).collect(Collectors.joining(", "));
        wrong(key, words(value) + " is not one of " + all, "Write one of them");
        return otherwise;
    }

    private static String small(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    Optional<String> text(String key) {
        var value = node.path(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        var text = value.isString() ? value.stringValue().strip() : "";
        if (text.isEmpty() || text.length() > LONGEST_TEXT) {
            wrong(
                    key,
                    words(value) + " is not a text of 1 to %d characters".formatted(LONGEST_TEXT),
                    "Write one");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    Optional<String> required(String key, String example) {
        if (!has(key)) {
            missing(key, example);
        }
        return text(key);
    }

    void missing(String key, String example) {
        reader.add(pointer, "\"%s\" is missing".formatted(key), "Write " + example);
    }

    void wrong(String key, String what, String remedy) {
        reader.add(at(key), what, remedy);
    }

    private String at(String key) {
        return SettingsTree.child(pointer, key);
    }

    private static String words(JsonNode value) {
        if (value.isObject() || value.isArray()) {
            return value.isObject() ? "an object" : "a list";
        }
        var text = value.toString();
        return text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "..." : text;
    }
}
