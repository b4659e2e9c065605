package dev.proa.supervisor;

import dev.proa.core.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A runtime with one sidecar that does much to survive; killed by {@link CrashDeaths}, or told to
 * end itself by a word on its input.
 */
final class CrashingRuntime {
    /** Ignores TERM; a daemon of a double fork with nothing open; a child without environment. */
    private static final String TREE =
            """
            import os, signal, sys
            for name in ('SIGTERM', 'SIGINT', 'SIGHUP'):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.closerange(0, 64)
                    os.chdir('/')
                    while True: signal.pause()
                os._exit(0)
            os.wait()
            if os.fork() == 0:
                os.setpgid(0, 0)
                os.execve('/bin/sh', ['sh', '-c', 'trap "" TERM HUP; sleep 1000 & wait; sleep 1000'], {})
            print('ready', flush=True)
            while True: signal.pause()
            """;

    private CrashingRuntime() {}

    /** Arguments: the data folder, a program to run in place of the tree. */
    public static void main(String[] words) throws IOException, InterruptedException {
        var tree =
                words.length > 1
                        ? new String[] {words[1], "tree"}
                        : new String[] {"/usr/bin/python3", "-c", TREE};
        var bench =
                TestBench.of(
                        Path.of(words[0]),
                        Specs.sidecar("tree")
                                .runs(tree)
                                .ready(
                                        new dev.proa.profile.SidecarSpec.Check.Log(
                                                Pattern.compile("ready"))),
                        Specs.sidecar("other").runs("sleep", "1000"));
        bench.start().await("tree", SidecarPhase.READY);
        System.out.println("ready");
        System.out.flush();
        obey(new String(System.in.readAllBytes(), StandardCharsets.US_ASCII));
        Thread.currentThread().join(Duration.ofMinutes(5));
    }

    private static void obey(String word) {
        switch (word) {
            case "halt" -> Runtime.getRuntime().halt(3);
            case "oom" -> fillTheHeap();
            case "heir" -> leaveAnHeir();
            default -> {}
        }
    }

    private static void fillTheHeap() {
        var all = new ArrayList<long[]>();
        while (all.size() < Integer.MAX_VALUE) {
            all.add(new long[1 << 20]);
        }
    }

    /** Starts a process as native code does: it inherits whatever is not closed on exec. */
    private static void leaveAnHeir() {
        try (var arena = Arena.ofConfined()) {
            var program = "/bin/sleep".getBytes(StandardCharsets.US_ASCII);
            var words = List.of(program, CrashDeaths.HEIR.getBytes(StandardCharsets.US_ASCII));
            int failure =
                    Libc.function("posix_spawn")
                            .call(
                                    arena.allocate(8).address(),
                                    Libc.string(arena, program),
                                    0,
                                    0,
                                    Libc.strings(arena, words),
                                    Libc.strings(arena, List.of()));
            if (failure != 0) {
                throw new AssertionError("posix_spawn: " + failure);
            }
        }
    }
}
