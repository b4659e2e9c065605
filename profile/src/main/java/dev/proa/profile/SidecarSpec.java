package dev.proa.profile;

import dev.proa.core.LoopbackPort;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How one sidecar is started, judged and stopped. Two that are equal would run in the same way.
 *
 * @param id its name in the manifest: lower-case letters, digits, {@code -} and {@code _}
 * @param kind whether it stays, or does its work and exits
 * @param command program and arguments, no shell; empty only with {@code attach}
 * @param cwd its working folder, absolute
 * @param env what is added to the inherited environment
 * @param needs which other sidecars have to reach which condition first
 * @param live how a hang is noticed; without it, nobody looks
 * @param dump what is done to a hung process before it is stopped
 * @param attach the backend to use instead of starting one, which then is never stopped
 * @param watch which files restart it in {@code proa dev}
 */
public record SidecarSpec(
        String id,
        Kind kind,
        List<Template> command,
        Path cwd,
        Map<String, Template> env,
        Port port,
        Ready ready,
        Optional<Live> live,
        Optional<Dump> dump,
        Restart restart,
        Stop stop,
        Map<String, Need> needs,
        Logs logs,
        Confinement confinement,
        Optional<Attach> attach,
        Optional<Watch> watch) {
    public SidecarSpec {
        command = List.copyOf(command);
        env = Map.copyOf(env);
        needs = Collections.unmodifiableMap(new LinkedHashMap<>(needs));
        if (command.isEmpty() && attach.isEmpty()) {
            throw new IllegalArgumentException("sidecar " + id + " has no command");
        }
    }

    public enum Kind {
        /** Runs for as long as the app does. */
        SERVICE,
        /** Does its work once and exits, such as a migration. */
        TASK
    }

    /** What another sidecar waits for. */
    public sealed interface Need {
        /** Its process exists. */
        record Started() implements Need {}

        /** Its readiness check holds, or it has completed with success. */
        record Ready() implements Need {}

        /** It is ready, and its last live check held. */
        record Healthy() implements Need {}

        /** It has exited, whatever its code. */
        record Completed() implements Need {}

        /** It has exited with 0. */
        record CompletedSuccessfully() implements Need {}

        /** A line of the output of its present process contains a match. */
        record Log(Pattern pattern) implements Need {
            @Override
            public boolean equals(Object other) {
                return other instanceof Log(var its) && pattern.pattern().equals(its.pattern());
            }

            @Override
            public int hashCode() {
                return pattern.pattern().hashCode();
            }
        }
    }

    /** How a sidecar comes by its port. */
    public sealed interface Port {
        record None() implements Port {}

        /**
         * It binds a port of its own choice and tells it: by its port file, or by a line of output
         * in whose match the first group is the number.
         */
        record Announce(Optional<Pattern> line) implements Port {
            @Override
            public boolean equals(Object other) {
                return other instanceof Announce(var its)
                        && line.map(Pattern::pattern).equals(its.map(Pattern::pattern));
            }

            @Override
            public int hashCode() {
                return line.map(Pattern::pattern).hashCode();
            }
        }

        /** It is given a listening socket as fd 3, which is kept open over restarts. */
        record Inherit(OptionalInt preferred) implements Port {}

        /** A free port is chosen for it; {@code preferred} is tried first. */
        record Assigned(OptionalInt preferred) implements Port {}

        /** Always this port; {@code taken} says what happens when somebody else has it. */
        record Fixed(LoopbackPort port, Taken taken) implements Port {}
    }

    /** What to do when somebody else has a fixed port. */
    public enum Taken {
        /** A problem; nothing is started. */
        FAIL,
        /** Another port is chosen. */
        MOVE,
        /** A person decides: it waits in SAFE_MODE with the port's owner named. */
        ASK,
        /** The other one is used if it passes the identity challenge of {@code attach}. */
        ATTACH
    }

    /**
     * When a sidecar counts as ready.
     *
     * @param timeout how long it may take before it counts as failed
     * @param every the pause between checks once it is ready
     * @param failures how many checks in a row have to fail before it is UNREADY
     * @param unhealthy how long it may be UNREADY before it is restarted; without it, for ever
     */
    public record Ready(
            Check check,
            Duration timeout,
            Duration every,
            int failures,
            Optional<Duration> unhealthy) {
        public static final Duration TIMEOUT = Duration.ofSeconds(60);
        public static final Duration EVERY = Duration.ofSeconds(2);
        public static final int FAILURES = 3;

        /** With the defaults of the manifest. */
        public static Ready of(Check check, Duration timeout) {
            return new Ready(check, timeout, EVERY, FAILURES, Optional.empty());
        }
    }

    /** A question that a sidecar answers. */
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
        record Log(Pattern pattern) implements Check {
            @Override
            public boolean equals(Object other) {
                return other instanceof Log(var its) && pattern.pattern().equals(its.pattern());
            }

            @Override
            public int hashCode() {
                return pattern.pattern().hashCode();
            }
        }

        /** A command exits with 0; it runs in the folder and environment of the sidecar. */
        record Exec(List<Template> command) implements Check {
            public Exec {
                command = List.copyOf(command);
            }
        }

        /** It has told its port. */
        record Announce() implements Check {}
    }

    /**
     * How a hang is noticed: after {@code failures} failed checks in a row.
     *
     * @param check {@code Tcp}, {@code Http} or {@code Exec}
     * @param every the pause between the end of a check and the next one
     * @param timeout how long an answer may take
     */
    public record Live(Check check, Duration every, Duration timeout, int failures) {}

    /** What is asked of a hung process, so that it can be seen later why it hung. */
    public sealed interface Dump {
        Duration timeout();

        /** A signal that makes it write its state to its output; it gets {@code timeout} to. */
        record Signal(String signal, Duration timeout) implements Dump {}

        /** A command, such as a stack dumper; {@code ${pid}} is the hung process. */
        record Exec(List<Template> command, Duration timeout) implements Dump {
            public Exec {
                command = List.copyOf(command);
            }
        }
    }

    public enum RestartPolicy {
        ALWAYS,
        ON_FAILURE,
        NEVER
    }

    /** Who else is restarted when a sidecar is. */
    public enum Strategy {
        ONE_FOR_ONE,
        /** Those that need it, and those that need them. */
        REST_FOR_DEPENDENTS,
        ONE_FOR_ALL
    }

    /**
     * At most {@code max} restarts within any {@code within}.
     *
     * @param fatalExitCodes after one of these it is not restarted at all
     * @param portConflictCodes one of these means that its port was taken
     */
    public record Restart(
            RestartPolicy policy,
            int max,
            Duration within,
            Strategy strategy,
            Set<Integer> fatalExitCodes,
            Set<Integer> portConflictCodes) {
        public Restart {
            fatalExitCodes = Set.copyOf(fatalExitCodes);
            portConflictCodes = Set.copyOf(portConflictCodes);
        }

        /** With the defaults of the manifest. */
        public static Restart of(RestartPolicy policy, int max, Duration within) {
            return new Restart(policy, max, within, Strategy.ONE_FOR_ONE, Set.of(), Set.of());
        }
    }

    /**
     * How it is asked to go: by the request if there is one, then by the signal.
     *
     * @param http sent with the sidecar's own token; half of the grace is kept for the signal
     * @param signal name without {@code SIG}: TERM, INT, HUP, QUIT, USR1, USR2
     * @param grace how long it may take in all before it is killed
     */
    public record Stop(Optional<Http> http, String signal, Duration grace) {
        public record Http(String method, String path) {}

        public static Stop of(String signal, Duration grace) {
            return new Stop(Optional.empty(), signal, grace);
        }
    }

    /**
     * How its output is kept.
     *
     * @param maxFile bytes
     * @param keep rotated files beside the present one
     * @param maxAge a file is rotated when it is older
     */
    public record Logs(long maxFile, int keep, Optional<Duration> maxAge, SlowDisk onSlowDisk) {
        public static final Logs DEFAULT =
                new Logs(16L * 1024 * 1024, 8, Optional.empty(), SlowDisk.BLOCK);
    }

    /** What happens to output when the disk is slower than the sidecar. */
    public enum SlowDisk {
        /** The sidecar waits. */
        BLOCK,
        /** The oldest output that is not yet on the disk goes; a line says how much. */
        DROP_OLDEST
    }

    /**
     * What its process may do and use.
     *
     * @param umask 0 to 0777
     * @param nice -20 to 19
     * @param memory bytes, for its whole tree
     * @param pids processes and threads, for its whole tree
     */
    public record Confinement(
            Isolation isolation,
            OptionalInt umask,
            OptionalInt nice,
            OptionalLong memory,
            OptionalInt pids) {
        public static final Confinement NONE =
                new Confinement(
                        Isolation.NONE,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        OptionalLong.empty(),
                        OptionalInt.empty());
    }

    public enum Isolation {
        NONE,
        /** A PID namespace of its own. */
        PIDNS
    }

    /**
     * A backend that somebody else runs.
     *
     * @param url {@code http://127.0.0.1:PORT}, or another address of this machine
     * @param identity the path that says who it is
     * @param expect members of the JSON object it answers, as JSON texts, by JSON pointer
     * @param token sent as {@code X-Proa-Token}, only after the identity held
     */
    public record Attach(
            URI url, String identity, Map<String, String> expect, Optional<Template> token) {
        public Attach {
            expect = Map.copyOf(expect);
        }
    }

    /**
     * The files that restart it while its maker works on them.
     *
     * @param paths glob patterns, relative to the manifest's folder
     * @param debounce how long nothing more may change before it is restarted
     */
    public record Watch(List<String> paths, Duration debounce) {
        public Watch {
            paths = List.copyOf(paths);
        }
    }

    static final Set<String> STOP_SIGNALS = Set.of("TERM", "INT", "HUP", "QUIT", "USR1", "USR2");
}
