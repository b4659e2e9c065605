package dev.proa.supervisor;

import java.time.Duration;

/** Spans of time as people write them. */
final class Words {
    private Words() {}

    static String of(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1000 != 0) {
            return millis + " ms";
        }
        return millis >= 3_600_000 && millis % 3_600_000 == 0
                ? millis / 3_600_000 + " h"
                : millis / 1000 + " s";
    }
}
