package dev.proa.supervisor;

import java.util.OptionalInt;

/** How a main process ended. */
sealed interface Exit {
    record Code(int number) implements Exit {}

    record Signal(int number) implements Exit {}

    /** Its guard was killed before it could say. */
    record Unknown() implements Exit {}

    default boolean success() {
        return this instanceof Code(int number) && number == 0;
    }

    default OptionalInt code() {
        return this instanceof Code(int number) ? OptionalInt.of(number) : OptionalInt.empty();
    }

    default OptionalInt signal() {
        return this instanceof Signal(int number) ? OptionalInt.of(number) : OptionalInt.empty();
    }

    /** In plain words, as the second half of "it ...". */
    default String words() {
        return switch (this) {
            case Code(int number) -> "exited with code " + number;
            case Signal(int number) -> "was ended by signal " + number;
            case Unknown _ -> "ended together with its guard";
        };
    }
}
