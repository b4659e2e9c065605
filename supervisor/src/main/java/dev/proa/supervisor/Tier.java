package dev.proa.supervisor;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What keeps processes from outliving the runtime, and what it does not cover.
 *
 * @param name {@code native}, {@code native+cgroup} or {@code java}
 * @param notCovered in plain words
 * @param reason why it is not the native guard; empty if it is
 */
public record Tier(String name, List<String> notCovered, Optional<String> reason) {
    private static final List<String> NEVER_COVERED =
            List.of(
                    "what another service starts on request (docker run, systemctl, at)",
                    "processes of another user and in uninterruptible sleep: they are named, not ended");

    public Tier {
        notCovered = List.copyOf(notCovered);
    }

    static Tier ofNative() {
        return new Tier(
                "native",
                with("runtime and all guards killed at once: the next start ends what is left"),
                Optional.empty());
    }

    static Tier ofNativeWithGroups() {
        return new Tier("native+cgroup", ofNative().notCovered(), Optional.empty());
    }

    static Tier ofJava(String reason) {
        return new Tier(
                "java",
                with(
                        "both guards of a sidecar killed at once, with or without the runtime: the next start ends what is left",
                        "listeners handed over, control groups, PID namespaces, priorities"),
                Optional.of(reason));
    }

    private static List<String> with(String... words) {
        return Stream.concat(Stream.of(words), NEVER_COVERED.stream()).toList();
    }

    /**
     * The tier that a run with this guard program would have; starts nothing that stays.
     *
     * @param guard the native program
     */
    public static Tier expected(Path guard) {
        return new GuardProgram(guard).trial().map(Tier::ofJava).orElseGet(Tier::ofNative);
    }

    /** What a person should do about it; nothing when the native guard runs. */
    public Optional<Problem> problem(Path guard) {
        return reason.map(why ->
                new Problem(
                        Where.of(guard.toString()),
                        "the native guard is not used, as "
                                + why
                                + "; a slower one written in Java stands in for it",
                        "Build Proa again (./mvnw clean, then ./proa --version), in a folder from which programs may be run"));
    }
}
