package dev.proa.profile;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;

/** Durations as the manifest writes them. */
public final class Durations {
    private Durations() {}

    /** What a match of number and unit stands for; empty if there is no match. */
    static Optional<Duration> parse(Matcher match) {
        if (!match.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(match.group(1));
        return Optional.of(
                switch (match.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    default -> Duration.ofHours(number);
                });
    }

    /** The shortest way to write it. */
    public static String text(Duration d) {
        if (d.toMillisPart() != 0) {
            return d.toMillis() + "ms";
        }
        if (d.toSecondsPart() != 0 || d.isZero()) {
            return d.toSeconds() + "s";
        }
        return d.toMinutesPart() != 0 ? d.toMinutes() + "m" : d.toHours() + "h";
    }
}
