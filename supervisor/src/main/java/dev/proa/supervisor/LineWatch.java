package dev.proa.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks for lines of one run's output; each one that is wanted is told once. Pump thread only. */
final class LineWatch {
    private record Wanted(Pattern pattern, Consumer<Matcher> onMatch) {}

    private final List<Wanted> wanted = new ArrayList<>();

    /** Calls {@code onMatch} on the pump's thread for the first line that contains a match. */
    LineWatch want(Pattern pattern, Consumer<Matcher> onMatch) {
        wanted.add(new Wanted(pattern, onMatch));
        return this;
    }

    void see(String line) {
        if (!wanted.isEmpty()) {
            wanted.removeIf(one -> told(one, line));
        }
    }

    private static boolean told(Wanted one, String line) {
        var matcher = one.pattern().matcher(line);
        boolean found = matcher.find();
        if (found) {
            one.onMatch().accept(matcher);
        }
        return found;
    }
}
