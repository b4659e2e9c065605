package dev.proa.runtime;

import dev.proa.core.Problem;
import dev.proa.supervisor.Tier;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What would keep sidecars from outliving a run of this build, for people who ask before one.
 *
 * @param name as in {@code tier} of the status
 * @param notCovered in plain words
 * @param problem why it is not the native guard, and what to do
 */
public record GuardTier(String name, List<String> notCovered, Optional<Problem> problem) {
    public GuardTier {
        notCovered = List.copyOf(notCovered);
    }

    /** The one that a run of the build in {@code home} would have; starts nothing that stays. */
    public static GuardTier of(Path home) {
        var program = program(home);
        var tier = Tier.expected(program);
        return new GuardTier(tier.name(), tier.notCovered(), tier.problem(program));
    }

    static Path program(Path home) {
        return home.resolve("libexec/proa-guard");
    }
}
