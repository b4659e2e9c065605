package dev.proa.profile;

import dev.proa.core.LoopbackPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How one sidecar is started, judged and stopped.
 *
 * @param id its name in the manifest: lower-case letters, digits, {@code -} and {@code _}
 * @param command program and arguments; never empty, no shell
 * @param cwd its working folder, absolute
 * @param env what is added to the inherited environment
 * @param needs which other sidecars have to reach which condition first
 */
public record SidecarSpec(
        String id,
        List<Template> command,
        Path cwd,
        Map<String, Template> env,
        Port port,
        Ready ready,
        Restart restart,
        Stop stop,
        Map<String, Need> needs) {
    public SidecarSpec {
        command = List.copyOf(command);
        env = Map.copyOf(env);
        needs = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(needs));
        if (command.isEmpty()) {
            throw new IllegalArgumentException("sidecar " + id + " has no command");
        }
    }

    /** What another sidecar waits for. */
    public enum Need {
        STARTED,
        READY
    }

    /** How a sidecar comes by its port. */
    public sealed interface Port {
        record None() implements Port {}

        /** A free port is chosen for it; {@code preferred} is tried first. */
        record Assigned(OptionalInt preferred) implements Port {}

        /** Always this port; taken by someone else, it is a problem. */
        record Fixed(LoopbackPort port) implements Port {}
    }

    /**
     * When a sidecar counts as ready.
     *
     * @param timeout how long it may take before it counts as failed
     */
    public record Ready(Check check, Duration timeout) {}

    /** The predicate of readiness. */
    public sealed interface Check {
        /** As soon as the process exists. */
        record Started() implements Check {}

        /** Its port accepts connections. */
        record Tcp() implements Check {}

        /**
         * {@code GET path} answers {@code status} and, by JSON pointer, the values of {@code json}
         * (as JSON texts).
         */
        record Http(String path, int status, Map<String, String> json) implements Check {
            public Http {
                json = Map.copyOf(json);
            }
        }

        /** A line of its output contains a match. */
        record Log(Pattern pattern) implements Check {}
    }

    public enum RestartPolicy {
        ALWAYS,
        ON_FAILURE,
        NEVER
    }

    /** At most {@code max} restarts within any {@code within}. */
    public record Restart(RestartPolicy policy, int max, Duration within) {}

    /**
     * How it is asked to go.
     *
     * @param signal name without {@code SIG}: TERM, INT, HUP, QUIT, USR1, USR2
     * @param grace how long it may take before it is killed
     */
    public record Stop(String signal, Duration grace) {}

    static final Set<String> STOP_SIGNALS = Set.of("TERM", "INT", "HUP", "QUIT", "USR1", "USR2");
}
