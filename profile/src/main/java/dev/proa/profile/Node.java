package dev.proa.profile;

import dev.proa.core.Where;
import java.util.List;
import java.util.Optional;

/** A value of a document, with the place it was written at. */
sealed interface Node {
    Where where();

    /** Names and values in the order they were written; each name appears once. */
    record Mapping(Where where, List<Entry> entries) implements Node {
        public Mapping {
            entries = List.copyOf(entries);
        }

        Optional<Entry> entry(String name) {
            return entries.stream().filter(e -> e.name().equals(name)).findFirst();
        }

        List<String> names() {
            return entries.stream().map(Entry::name).toList();
        }
    }

    /** One line of a mapping; {@code named} is where its name stands. */
    record Entry(String name, Where named, Node value) {}

    record Sequence(Where where, List<Node> items) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** A single value; {@code text} is the source text, without quotes and escapes. */
    record Scalar(Where where, String text, Kind kind) implements Node {}

    /** What a scalar is, before anybody expects something of it. */
    enum Kind {
        TEXT,
        /** Decimal digits with an optional sign. */
        INTEGER,
        /** Any other number: octal, hexadecimal, with a fraction or an exponent. */
        NUMBER,
        BOOLEAN,
        NULL
    }

    /** What this is, in the words of a person who reads the file. */
    default String inWords() {
        return switch (this) {
            case Mapping m -> m.entries().isEmpty() ? "an empty mapping" : "a mapping";
            case Sequence s -> s.items().isEmpty() ? "an empty list" : "a list";
            case Scalar s ->
                    switch (s.kind()) {
                        case TEXT -> "the text " + Quoted.of(s.text());
                        case INTEGER, NUMBER -> "the number " + s.text();
                        case BOOLEAN -> "the boolean " + s.text();
                        case NULL -> "nothing";
                    };
        };
    }
}
