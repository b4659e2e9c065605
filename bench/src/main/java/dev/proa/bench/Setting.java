package dev.proa.bench;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where a benchmark works, and how long.
 *
 * @param checkout holds {@code ./proa}
 * @param work an empty folder on the disk that is measured
 */
record Setting(Path checkout, Path work, Sizes sizes) {
    /** How often and how long. */
    record Sizes(
            int starts,
            int rounds,
            Duration round,
            Duration warmUp,
            Duration stream,
            int streams,
            int idles,
            Duration settling,
            int loads,
            Duration load) {
        static final Sizes USUAL =
                new Sizes(
                        15,
                        7,
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(30),
                        3,
                        5,
                        Duration.ofSeconds(5),
                        3,
                        Duration.ofSeconds(60));

        /** Only to see that everything still runs. */
        static final Sizes SMOKE =
                new Sizes(
                        1,
                        1,
                        Duration.ofMillis(300),
                        Duration.ofMillis(300),
                        Duration.ofSeconds(1),
                        1,
                        1,
                        Duration.ofMillis(100),
                        1,
                        Duration.ofSeconds(1));
    }
}
