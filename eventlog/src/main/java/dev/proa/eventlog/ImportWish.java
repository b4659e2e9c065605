package dev.proa.eventlog;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * How somebody wants an import.
 *
 * @param from what happened before this moment is left out, in milliseconds since 1970
 * @param to what happened after this moment is left out
 * @param dryRun whether it only counts
 * @param force whether files are read from their start although they were taken in
 * @param recorded whether it is kept how far files were taken in
 */
record ImportWish(
        OptionalLong from, OptionalLong to, boolean dryRun, boolean force, boolean recorded) {
    static final ImportWish ALL =
            new ImportWish(OptionalLong.empty(), OptionalLong.empty(), false, false);

    /** A part of the events says nothing about how far a file was taken in. */
    ImportWish(OptionalLong from, OptionalLong to, boolean dryRun, boolean force) {
        this(from, to, dryRun, force, !dryRun && from.isEmpty() && to.isEmpty());
    }

    /** The same for a file that is always read as a whole. */
    ImportWish whole() {
        return new ImportWish(from, to, dryRun, true, false);
    }

    boolean scoped() {
        return from.isPresent() || to.isPresent();
    }

    boolean wants(NewEvent event) {
        var at = Optional.ofNullable(event.clientMillis());
        return !scoped()
                || at.filter(millis -> from.isEmpty() || millis >= from.getAsLong())
                        .filter(millis -> to.isEmpty() || millis <= to.getAsLong())
                        .isPresent();
    }
}
