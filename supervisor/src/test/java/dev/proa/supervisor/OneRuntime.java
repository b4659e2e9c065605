package dev.proa.supervisor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** A runtime with one sidecar that does much to survive; killed by {@link ManyDeaths}. */
final class OneRuntime {
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

    private OneRuntime() {}

    /** Arguments: the data folder, a program to run in place of the tree. */
    public static void main(String[] words) throws InterruptedException {
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
        Thread.currentThread().join(Duration.ofMinutes(5));
    }
}
