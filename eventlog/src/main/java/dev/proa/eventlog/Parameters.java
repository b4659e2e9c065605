package dev.proa.eventlog;

import java.util.Optional;

/** The decoded query parameters of a request. */
@FunctionalInterface
public interface Parameters {
    /** The first value under a name. */
    Optional<String> parameter(String name);

    /** No parameter at all. */
    static Parameters none() {
        return _ -> Optional.empty();
    }

    /** A parameter that was sent with something in it. */
    default Optional<String> filled(String name) {
        return parameter(name).filter(value -> !value.isEmpty());
    }

    /** As JavaScript's parseInt reads it: a leading whole number, whatever follows. */
    default Optional<Integer> whole(String name) {
        return parameter(name)
                .map(String::strip)
                .map(text -> text.replaceFirst("^([+-]?\\d{1,9}).*$", "$1"))
                .filter(text -> text.matches("[+-]?\\d{1,9}"))
                .map(Integer::valueOf);
    }
}
