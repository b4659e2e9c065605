package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.Node.Entry;
import dev.proa.profile.Node.Kind;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A mapping with known keys. A key without a value is a problem, and then counts as written. */
final class Section {
    private final Reading reading;
    private final Mapping mapping;
    private final Keys keys;
    private final boolean readable;

    private Section(Reading reading, Mapping mapping, Keys keys, boolean readable) {
        this.reading = reading;
        this.mapping = mapping;
        this.keys = keys;
        this.readable = readable;
    }

    static Section of(Reading reading, Node node, Keys keys) {
        if (!(node instanceof Mapping written)) {
            reading.wrong(node, keys.of() + " as a mapping", "Write key: value lines");
            return new Section(reading, new Mapping(node.where(), List.of()), keys, false);
        }
        var mapping = keys.check(written, reading.problems());
        for (var e : mapping.entries()) {
            if (empty(e) && keys.now().contains(e.name())) {
                reading.problems()
                        .add(
                                e.named(),
                                "nothing is written after " + Quoted.of(e.name()),
                                "Write a value, or remove the key");
            }
        }
        return new Section(reading, mapping, keys, true);
    }

    /** A section that is not written at all, so that every value is its default. */
    static Section absent(Reading reading, Where where, Keys keys) {
        return new Section(reading, new Mapping(where, List.of()), keys, true);
    }

    private static boolean empty(Entry entry) {
        return entry.value() instanceof Scalar s && s.kind() == Kind.NULL;
    }

    Where where() {
        return mapping.where();
    }

    /** Whether it was a mapping; if not, that is reported, and no missing key shall be. */
    boolean readable() {
        return readable;
    }

    boolean written(String key) {
        return mapping.entry(key).isPresent();
    }

    /** The mapping below {@code key}; all defaults when it is not written. */
    Section part(String key, Keys of) {
        var where = where();
        var pointer = Pointer.child(where.pointer(), key);
        return node(key)
                .map(n -> Section.of(reading, n, of))
                .orElse(
                        Section.absent(
                                reading,
                                new Where(where.file(), where.line(), where.column(), pointer),
                                of));
    }

    Optional<Node> node(String key) {
        return mapping.entry(key).filter(e -> !empty(e)).map(Entry::value);
    }

    /** The value, or {@code fallback}: as the default if nothing is written. */
    <T> T read(String key, T fallback, Function<Node, Optional<T>> as) {
        if (!written(key)) {
            reading.byDefault(Pointer.child(where().pointer(), key), fallback);
        }
        return node(key).flatMap(as).orElse(fallback);
    }

    /** Whether an unknown key was reported with the advice to write this one. */
    private boolean misspelt(String key) {
        return mapping.names().stream()
                .filter(name -> !keys.now().contains(name) && !keys.later().contains(name))
                .filter(name -> !keys.gone().containsKey(name))
                .anyMatch(name -> Guess.closest(name, keys.now()).equals(Optional.of(key)));
    }

    /** The value; if it is missing or wrong, that is reported and {@code instead} is returned. */
    <T> T require(String key, T instead, String example, Function<Node, Optional<T>> as) {
        if (!written(key) && readable && !misspelt(key)) {
            reading.problems()
                    .add(
                            where(),
                            "the key %s is missing".formatted(Quoted.of(key)),
                            "Write " + example);
        }
        return node(key).flatMap(as).orElse(instead);
    }

    /** Reports that {@code key}, if written, has no meaning here. */
    void refuse(String key, String why, String remedy) {
        mapping.entry(key)
                .ifPresent(e ->
                        reading.problems()
                                .add(e.named(), "%s %s".formatted(Quoted.of(key), why), remedy));
    }
}
