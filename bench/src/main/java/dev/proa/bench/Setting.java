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
    /**
     * How often and how long.
     *
     * @param history how many events a long history has
     * @param live how long a page shows what comes in
     */
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
            Duration load,
            int history,
            Duration live) {
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
                        Duration.ofSeconds(60),
                        number("PROA_BENCH_EVENTS", 1_000_000),
                        Duration.ofSeconds(number("PROA_BENCH_LIVE_SECONDS", 600)));

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
                        Duration.ofSeconds(1),
                        50_000,
                        Duration.ofSeconds(3));

        private static int number(String variable, int usual) {
            var wanted = System.getenv(variable);
            return wanted == null ? usual : Integer.parseInt(wanted);
        }
    }
}
