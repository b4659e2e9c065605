package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec.Logs;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A runtime with little memory whose two sidecars print at full speed and then kill themselves;
 * started by {@link FaultsOfOutputTest}.
 */
final class LoudRuntime {
    private LoudRuntime() {}

    /** Arguments: the data folder, the Python program of both sidecars. */
    public static void main(String[] words) {
        var loud =
                Stream.of("a", "b")
                        .map(id -> Specs.sidecar(id).python(words[1]).in(Path.of("/")))
                        .map(spec -> spec.restarts(RestartPolicy.NEVER))
                        .map(spec ->
                                spec.logs(
                                        new Logs(
                                                Logs.DEFAULT.maxFile(),
                                                1000,
                                                Optional.empty(),
                                                Logs.DEFAULT.onSlowDisk())))
                        .toArray(Specs[]::new);
        try (var bench = TestBench.of(Path.of(words[0]), loud)) {
            bench.start();
            for (var id : new String[] {"a", "b"}) {
                Await.until(
                        id + " ended",
                        Duration.ofMinutes(5),
                        () -> bench.status(id).lastExit().isPresent());
                var exit = bench.status(id).lastExit().orElseThrow();
                int longest = exit.logTail().stream().mapToInt(String::length).max().orElse(0);
                System.out.printf(
                        "%s: signal %d, %d lines of at most %d, the last %s%n",
                        id,
                        exit.signal().orElse(0),
                        exit.logTail().size(),
                        longest,
                        exit.logTail().getLast());
            }
        }
        System.out.println("empty");
    }
}
