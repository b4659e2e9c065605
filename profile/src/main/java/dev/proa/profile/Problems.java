package dev.proa.profile;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All problems found so far. Whoever reports one goes on with any valid value in its place, so that
 * the rest is checked too; no profile is ever built from such a value.
 */
final class Problems {
    private final List<Problem> found = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    /** Takes one in; control characters that came from a file are made visible. */
    void add(Where where, String what, String remedy) {
        found.add(printable(where, what, remedy));
    }

    /** Takes in what works and should be changed all the same. */
    void warn(Where where, String what, String remedy) {
        warnings.add(printable(where, what, remedy));
    }

    List<Problem> warnings() {
        return warnings.stream().distinct().toList();
    }

    private static Problem printable(Where where, String what, String remedy) {
        var place =
                new Where(
                        where.file(),
                        where.line(),
                        where.column(),
                        Quoted.printable(where.pointer()));
        return new Problem(place, Quoted.printable(what), Quoted.printable(remedy));
    }

    boolean any() {
        return !found.isEmpty();
    }

    int count() {
        return found.size();
    }

    /**
     * Ends here if there are any, in the order a person reads: file by file, top to bottom.
     *
     * @throws ProaException with all of them
     */
    void raise() {
        if (any()) {
            var files = found.stream().map(p -> p.where().file()).distinct().toList();
            var order =
                    Comparator.comparingInt((Problem p) -> files.indexOf(p.where().file()))
                            .thenComparingInt(p -> p.where().line())
                            .thenComparingInt(p -> p.where().column());
            boolean flagsOnly = files.stream().allMatch(file -> file.startsWith("--"));
            throw new ProaException(
                    flagsOnly ? ExitCode.USAGE : ExitCode.BAD_CONFIG,
                    found.stream().distinct().sorted(order).toList());
        }
    }
}
