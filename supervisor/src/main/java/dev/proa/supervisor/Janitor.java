package dev.proa.supervisor;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends what an earlier run left behind. To be called while the lock of the data folder is held, so
 * that the runtime of that run is dead, and before anything is started or any port bound.
 *
 * <p>Freeze, then kill, then look again, until nobody is left. Whom it may touch is decided by
 * {@link Kinship} alone.
 */
final class Janitor {
    private static final Duration GUARDS_TAKE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration FREEZE = Duration.ofMillis(50);
    private static final int CHASES = 400;
    private static final int WALKS = 10;

    private final RunRecord record;
    private final Kinship kinship;
    private final InstantSource time;
    private final Map<ProcessKey, String> signalled = new TreeMap<>(Kinship.BY_PID);

    private Janitor(RunRecord record, InstantSource time) {
        this.record = record;
        this.time = time;
        this.kinship = new Kinship(record);
    }

    /**
     * Ends what {@code file} tells of. Takes some milliseconds when nothing is left, and not more
     * than 13 s when something cannot be ended.
     */
    static Leftovers reap(Path file, InstantSource time) {
        try {
            var found = RunRecord.read(file);
            // After a new boot the numbers are those of strangers.
            return found.isPresent() && found.get().boot().equals(RunRecord.presentBoot())
                    ? new Janitor(found.get(), time).reap()
                    : Leftovers.NONE;
        } catch (IOException e) {
            return new Leftovers(
                    Map.of(),
                    Map.of(),
                    Optional.of(
                            new Problem(
                                    Where.of(file.toString()),
                                    "the list of the last run's processes cannot be used: "
                                            + e.getMessage(),
                                    "See that none of its processes is left; this run writes it anew")));
        }
    }

    private Leftovers reap() {
        awaitGuards();
        killGroups();
        var deadline = time.instant().plus(PATIENCE);
        var left = kinship.among(ProcessTable.scan());
        long pause = 1;
        while (!left.isEmpty() && time.instant().isBefore(deadline)) {
            freeze();
            left = kinship.among(ProcessTable.scan());
            left.forEach((entry, name) -> signal(entry.key(), name, ProcessSignals.KILL));
            rest(Duration.ofMillis(pause));
            pause = Math.min(pause * 2, 50);
            left = left();
        }
        return new Leftovers(ended(left), names(left), Optional.empty());
    }

    /**
     * Who is left. What takes a new number at every step escapes a walk, so one that finds nobody
     * is believed only if no number was given meanwhile, or others after it find nobody either.
     */
    private Map<ProcessEntry, String> left() {
        Map<ProcessEntry, String> left = Map.of();
        boolean sure = false;
        for (int walk = 0; walk < WALKS && left.isEmpty() && !sure; walk++) {
            long before = lastNumber();
            left = kinship.among(ProcessTable.scan());
            sure = lastNumber() == before;
            if (left.isEmpty() && !sure) {
                chase();
            }
        }
        return left;
    }

    /** Guards that are at work do it better: they see what no list tells. */
    private void awaitGuards() {
        var deadline = time.instant().plus(GUARDS_TAKE);
        while (time.instant().isBefore(deadline)) {
            var table = ProcessTable.scan();
            if (table.all().stream().noneMatch(kinship::isGuardAtWork)) {
                return;
            }
            rest(Duration.ofMillis(5));
        }
    }

    /** Who is in a group dies before a later walk could come to it, so they are counted first. */
    private void killGroups() {
        var groups = record.trees().stream().flatMap(tree -> tree.cgroup().stream()).toList();
        if (!groups.isEmpty()) {
            var found = kinship.among(ProcessTable.scan());
            groups.forEach(Janitor::killGroup);
            found.forEach((entry, name) -> signalled.put(entry.key(), name));
        }
    }

    private static void killGroup(String folder) {
        try {
            Files.writeString(Path.of(folder, "cgroup.kill"), "1");
        } catch (IOException e) {
            // No such group any more, or an old kernel: its members are found like all others.
            return;
        }
    }

    /** Until a walk finds that all stand still already. */
    private void freeze() {
        var until = time.instant().plus(FREEZE);
        boolean moving = true;
        while (moving && time.instant().isBefore(until)) {
            chase();
            moving = false;
            var found = kinship.among(ProcessTable.scan());
            for (var entry : found.entrySet()) {
                if (!entry.getKey().still()) {
                    moving = true;
                    signal(entry.getKey().key(), entry.getValue(), ProcessSignals.STOP);
                }
            }
        }
    }

    /**
     * A process that forks and exits for ever is gone before a walk comes to it. The kernel tells
     * which number it gave last, and looking at that one alone is shorter than a fork.
     */
    private void chase() {
        long before = 0;
        int same = 0;
        for (int i = 0; i < CHASES && same < 3; i++) {
            long last = lastNumber();
            same = last == before ? same + 1 : 0;
            before = last;
            ProcessEntry.of(last)
                    .filter(entry -> !entry.still())
                    .ifPresent(entry ->
                            kinship.marked(entry)
                                    .ifPresent(name ->
                                            signal(entry.key(), name, ProcessSignals.STOP)));
        }
    }

    private static long lastNumber() {
        try {
            var words =
                    Files.readString(Path.of("/proc/loadavg"), StandardCharsets.US_ASCII)
                            .strip()
                            .split(" ", -1);
            return Long.parseLong(words[words.length - 1]);
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    private void signal(ProcessKey process, String name, int signal) {
        if (ProcessSignals.send(process, signal)) {
            signalled.put(process, name);
        }
    }

    private Map<String, List<Long>> ended(Map<ProcessEntry, String> left) {
        var ended = new TreeMap<String, List<Long>>();
        signalled.forEach((key, name) -> {
            if (left.keySet().stream().noneMatch(entry -> entry.key().equals(key))) {
                ended.computeIfAbsent(name, _ -> new ArrayList<>()).add(key.pid());
            }
        });
        return ended;
    }

    private static Map<String, List<Long>> names(Map<ProcessEntry, String> left) {
        var names = new TreeMap<String, List<Long>>();
        left.forEach((entry, name) ->
                names.computeIfAbsent(name, _ -> new ArrayList<>()).add(entry.pid()));
        return names;
    }

    private static void rest(Duration pause) {
        LockSupport.parkNanos(pause.toNanos());
    }
}
