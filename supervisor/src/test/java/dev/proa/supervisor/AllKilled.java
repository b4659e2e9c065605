package dev.proa.supervisor;

import dev.proa.core.MonotonicTime;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/**
 * Kills {@link OneRuntime} together with all its guards, again and again, and then starts the next
 * run in the same data folder. In a PID namespace of its own, where every process that is not this
 * one or the first is a survivor.
 */
final class AllKilled {
    private AllKilled() {}

    /** Arguments: the folder for data, how often, the program that makes a nasty tree. */
    public static void main(String[] words) throws IOException, InterruptedException {
        int trials = Integer.parseInt(words[1]);
        var before = ManyDeaths.processes();
        for (int i = 1; i <= trials; i++) {
            var data = Files.createDirectory(Path.of(words[0], "all" + i));
            // Later the tree's dead, whom nobody buries, may leave no room for another process.
            var bystander = new ProcessBuilder("sleep", "1000").start();
            var runtime = ManyDeaths.start("ready", data, words[2], "tree");
            awaitList(data);
            killAtOnce(chain(runtime));
            runtime.waitFor();
            var left = new HashSet<>(ManyDeaths.processes());
            left.removeAll(before);
            left.remove(bystander.pid());
            if (left.size() < 7) {
                throw new AssertionError("trial " + i + ": only " + left.size() + " survived");
            }
            var time = new MonotonicTime();
            var begun = time.instant();
            var leftovers = Janitor.reap(RunRecord.file(data), time);
            var took = Duration.between(begun, time.instant());

            if (!bystander.isAlive() || !leftovers.remain().isEmpty()) {
                throw new AssertionError("trial " + i + ": " + leftovers);
            }
            bystander.destroyForcibly().waitFor();
            Await.until("trial " + i + ": nothing is left", () -> ManyDeaths.nobodyBut(before));
            System.out.printf("died %d 0%n", took.toNanos());
        }
    }

    /** Until the tree has been written down as it is once it has grown. */
    private static void awaitList(Path data) {
        Await.until(
                "the list holds the tree",
                () ->
                        RunRecord.read(RunRecord.file(data)).stream()
                                .flatMap(record -> record.trees().stream())
                                .anyMatch(tree ->
                                        tree.members().size() > 8 && holdsThePair(tree.members())));
    }

    /** The two that cleared their environment: the list alone tells whose they are. */
    private static boolean holdsThePair(Collection<ProcessKey> members) {
        var pair =
                ProcessHandle.allProcesses()
                        .filter(each ->
                                each.info()
                                        .arguments()
                                        .filter(words -> List.of(words).equals(List.of("pair")))
                                        .isPresent())
                        .map(ProcessHandle::pid)
                        .toList();
        var listed = members.stream().map(ProcessKey::pid).toList();
        return pair.size() == 2 && listed.containsAll(pair);
    }

    /** The runtime and every guard below it. */
    private static List<ProcessKey> chain(Process runtime) {
        var chain = new ArrayList<ProcessKey>();
        chain.add(key(runtime.toHandle()));
        runtime.descendants()
                .filter(each ->
                        each.info()
                                .command()
                                .filter(program -> program.matches(".*/(proa-guard|java)"))
                                .isPresent())
                .forEach(each -> chain.add(key(each)));
        if (chain.size() < 3) {
            throw new AssertionError("only " + chain.size() + " in the chain");
        }
        return chain;
    }

    private static ProcessKey key(ProcessHandle process) {
        return ProcessEntry.of(process.pid()).orElseThrow().key();
    }

    /** Frozen first, so that none of them sees another one die. */
    private static void killAtOnce(List<ProcessKey> chain) {
        for (int signal : new int[] {ProcessSignals.STOP, ProcessSignals.KILL}) {
            for (var each : chain) {
                if (!ProcessSignals.send(each, signal)) {
                    throw new AssertionError(each + " could not be signalled");
                }
            }
        }
    }
}
