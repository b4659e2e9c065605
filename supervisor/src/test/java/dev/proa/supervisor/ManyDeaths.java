package dev.proa.supervisor;

import dev.proa.core.MonotonicTime;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Kills {@link OneRuntime} or its guards again and again, in a PID namespace of its own, where
 * every process that is not this one or the first is a survivor. Prints a line for each trial.
 */
final class ManyDeaths {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int SMALLEST_TREE = 9;

    /** Who is killed. The native guard is a chain: warden, root guard, a guard for each sidecar. */
    enum Death {
        RUNTIME,
        RUNTIME_WHILE_STARTING,
        ROOT_GUARD,
        CHILD_GUARD,
        RUNTIME_AND_ROOT_GUARD,
        RUNTIME_AND_CHILD_GUARD;

        boolean ofTheRuntime() {
            return this != ROOT_GUARD && this != CHILD_GUARD;
        }
    }

    private final Death death;
    private final List<String> tree;
    private final Set<Long> before;

    private ManyDeaths(Death death, List<String> tree, Set<Long> before) {
        this.death = death;
        this.tree = tree;
        this.before = before;
    }

    /** Arguments: the folder for data, the death, how often, the program that makes the tree. */
    public static void main(String[] words) throws IOException, InterruptedException {
        var tree = List.of(words).subList(3, words.length);
        var deaths = new ManyDeaths(Death.valueOf(words[1]), tree, processes());
        for (int i = 1; i <= Integer.parseInt(words[2]); i++) {
            deaths.trial(Files.createDirectory(Path.of(words[0], "run" + i)), new Random(i));
        }
    }

    private void trial(Path data, Random random) throws IOException, InterruptedException {
        boolean early = death == Death.RUNTIME_WHILE_STARTING;
        var runtime = start(early ? "asked" : "ready", data, tree.toArray(String[]::new));
        LockSupport.parkNanos(random.nextLong(early ? 5_000_000 : 50_000_000));
        if (!early) {
            Await.until(
                    "the tree has grown",
                    () -> processes().size() - before.size() >= SMALLEST_TREE);
        }
        var victims = victims(runtime);
        var time = new MonotonicTime();
        var killed = time.instant();
        for (var victim : victims) {
            ProcessSignals.send(victim, ProcessSignals.KILL); // or it has seen another one's death
        }
        int survivors = survivors(time, !death.ofTheRuntime());
        var gone = Duration.between(killed, time.instant());
        runtime.destroyForcibly().waitFor();
        survivors += survivors(time, false);
        System.out.printf("died %d %d%n", gone.toNanos(), survivors);
    }

    private List<ProcessKey> victims(Process runtime) {
        var own = runtime.toHandle();
        return switch (death) {
            case RUNTIME, RUNTIME_WHILE_STARTING -> keys(own);
            case ROOT_GUARD -> keys(rootGuard(own));
            case CHILD_GUARD -> keys(childGuard(own));
            case RUNTIME_AND_ROOT_GUARD -> keys(own, rootGuard(own));
            case RUNTIME_AND_CHILD_GUARD -> keys(own, childGuard(own));
        };
    }

    private static List<ProcessKey> keys(ProcessHandle... processes) {
        return Stream.of(processes)
                .map(each -> ProcessEntry.of(each.pid()).orElseThrow().key())
                .toList();
    }

    private static ProcessHandle rootGuard(ProcessHandle runtime) {
        return guardBelow(guardBelow(runtime));
    }

    private static ProcessHandle guardBelow(ProcessHandle parent) {
        return parent.children()
                .filter(each -> name(each.pid()).startsWith("proa-"))
                .findFirst()
                .orElseThrow();
    }

    /** That of the hostile sidecar. */
    private ProcessHandle childGuard(ProcessHandle runtime) {
        return rootGuard(runtime)
                .children()
                .filter(guard -> guard.children().anyMatch(main -> ofTheTree(main.pid())))
                .findFirst()
                .orElseThrow();
    }

    private boolean ofTheTree(long pid) {
        return name(pid).equals(Path.of(tree.getFirst()).getFileName().toString());
    }

    private static String name(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
        } catch (IOException e) {
            return ""; // gone
        }
    }

    /**
     * How many are left after some patience; they are ended, so as not to count in the next trial.
     *
     * @param ofTheTree whether only the hostile sidecar's count: the others may live on
     */
    private int survivors(MonotonicTime time, boolean ofTheTree) throws IOException {
        var deadline = time.instant().plus(PATIENCE);
        while (time.instant().isBefore(deadline)) {
            if (exactly(() -> left(ofTheTree).isEmpty())) {
                return 0;
            }
            LockSupport.parkNanos(500_000);
        }
        int survivors = Math.max(1, left(ofTheTree).size());
        while (!exactly(() -> left(ofTheTree).isEmpty())) {
            left(ofTheTree)
                    .forEach(
                            pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
        return survivors;
    }

    private Set<Long> left(boolean ofTheTree) throws IOException {
        var left = new HashSet<>(processes());
        left.removeAll(before);
        left.removeIf(pid -> ofTheTree && !ofTheTree(pid));
        return left;
    }

    /** Starts a runtime, with more arguments if there are any, and waits until it says a line. */
    static Process start(String line, Path data, String... more) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx64m",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dproa.guard=" + System.getProperty("proa.guard"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                OneRuntime.class.getName(),
                                data.toString()));
        command.addAll(List.of(more));
        var runtime =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var said = runtime.inputReader()) {
            for (var one = said.readLine(); !line.equals(one); one = said.readLine()) {
                if (one == null) {
                    throw new AssertionError(data + ": the runtime did not say " + line);
                }
            }
        }
        return runtime;
    }

    /** Whether nobody lives but those. */
    static boolean nobodyBut(Set<Long> those) {
        try {
            return exactly(() -> those.containsAll(processes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A look at the living. */
    private interface Look {
        boolean empty() throws IOException;
    }

    /**
     * Whether a look found nobody and can be believed: what takes a new pid at every step escapes a
     * list that is read one by one, unless no pid was given out meanwhile.
     */
    private static boolean exactly(Look look) throws IOException {
        var before = lastPid();
        return look.empty() && lastPid().equals(before);
    }

    /** The last pid that was given out in this namespace: proc(5), loadavg. */
    private static String lastPid() throws IOException {
        var averages = Files.readString(Path.of("/proc/loadavg")).strip();
        return averages.substring(averages.lastIndexOf(' ') + 1);
    }

    /**
     * The living; the dead are buried by the first process of the namespace when it finds the time.
     */
    static Set<Long> processes() throws IOException {
        try (var all = Files.list(Path.of("/proc"))) {
            return all.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(ManyDeaths::lives)
                    .map(path -> Long.parseLong(path.getFileName().toString()))
                    .collect(Collectors.toSet());
        }
    }

    private static boolean lives(Path process) {
        try {
            var stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException e) {
            return false;
        }
    }
}
