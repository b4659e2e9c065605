package dev.proa.profile;

import java.util.Optional;
import java.util.regex.Pattern;

/** Sizes in bytes as the manifest writes them: {@code 512KiB}, {@code 16MiB}, {@code 2GiB}. */
final class Sizes {
    private static final Pattern SIZE = Pattern.compile("(0|[1-9][0-9]{0,8})(KiB|MiB|GiB)");

    private Sizes() {}

    /** The size in bytes; empty when it is none or not within the bounds, which is reported. */
    static Optional<Long> read(Reading reading, Node node, long least, long most) {
        if (node instanceof Node.Scalar s
                && (s.kind() == Node.Kind.INTEGER || s.kind() == Node.Kind.NUMBER)) {
            reading.problems()
                    .add(
                            s.where(),
                            s.text() + " has no unit",
                            "Write %sMiB, or KiB or GiB".formatted(s.text()));
            return Optional.empty();
        }
        return reading.matching(node, SIZE, "a size", "16MiB")
                .map(Sizes::bytes)
                .filter(bytes -> {
                    boolean fits = bytes >= least && bytes <= most;
                    if (!fits) {
                        reading.problems()
                                .add(
                                        node.where(),
                                        "%s is not within %s and %s"
                                                .formatted(text(bytes), text(least), text(most)),
                                        "Write one in this range");
                    }
                    return fits;
                });
    }

    private static long bytes(String text) {
        var match = SIZE.matcher(text);
        if (!match.matches()) {
            throw new IllegalArgumentException("no size: " + text);
        }
        return Long.parseLong(match.group(1))
                << switch (match.group(2)) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    default -> 30;
                };
    }

    /** The shortest way to write it without a fraction. */
    static String text(long bytes) {
        if (bytes % (1 << 30) == 0 && bytes > 0) {
            return (bytes >> 30) + "GiB";
        }
        return bytes % (1 << 20) == 0 ? (bytes >> 20) + "MiB" : (bytes >> 10) + "KiB";
    }
}
