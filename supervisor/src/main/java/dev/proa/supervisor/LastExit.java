package dev.proa.supervisor;

import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a sidecar's main process ended. Neither code nor signal is there when the guard was killed
 * before it could say.
 *
 * @param code what it exited with
 * @param signal what killed it
 * @param at when its tree was proved empty
 * @param logTail the last lines of its output, at most 200, oldest first; not redacted
 */
public record LastExit(OptionalInt code, OptionalInt signal, Instant at, List<String> logTail) {
    public LastExit {
        logTail = List.copyOf(logTail);
    }
}
