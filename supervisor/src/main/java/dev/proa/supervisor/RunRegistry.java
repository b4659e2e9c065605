package dev.proa.supervisor;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes down which processes this run has, so that the next one can end them if runtime and guards
 * are all killed at once. One walk through {@code /proc} soon after each change, then with growing
 * pauses, up to a minute; the file is written only when something differs.
 */
final class RunRegistry {
    private static final List<Duration> PAUSES =
            List.of(
                    Duration.ofMillis(40),
                    Duration.ofMillis(160),
                    Duration.ofMillis(800),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(12),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(1));

    /** A process that was handed to the guard and has started. */
    private record Started(String name, long main, long guard, Optional<String> cgroup) {}

    private final Path file;
    private final String instance;
    private final Journal journal;
    private final InstantSource time;
    // Unbounded: two entries for each start of a process.
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Thread owner;

    // Owner thread only, but for what open() does before there is one.
    private final Map<Object, Started> running = new LinkedHashMap<>();
    private final Map<Object, RunRecord.Tree> trees = new LinkedHashMap<>();
    private @Nullable RunRecord written;
    private String boot = "";
    private int pause;
    private boolean ended;
    private boolean failed;

    RunRegistry(Path file, String instance, Journal journal, InstantSource time) {
        this.file = file;
        this.instance = instance;
        this.journal = journal;
        this.time = time;
        this.owner = Thread.ofVirtual().name("proa-registry").unstarted(this::run);
    }

    /** Writes the name of this run, before there is any process, and begins. */
    void open() throws IOException {
        boot = RunRecord.presentBoot();
        written = new RunRecord(boot, instance, List.of(), List.of());
        written.write(file);
        owner.start();
    }

    /** The news of a process to be started as {@code name}, on its way to {@code news}. */
    GuardNews watching(String name, GuardNews news) {
        var id = new Object();
        return new GuardNews() {
            private volatile Optional<String> cgroup = Optional.empty();

            @Override
            public void placed(Placement placement) {
                cgroup = placement.cgroup().map(Path::toString);
                news.placed(placement);
            }

            @Override
            public void started(long mainPid, long guardPid, InputStream output) {
                inbox.add(() -> running.put(id, new Started(name, mainPid, guardPid, cgroup)));
                news.started(mainPid, guardPid, output);
            }

            @Override
            public void failed(StartFailure failure) {
                news.failed(failure);
            }

            @Override
            public void exited(Exit exit) {
                news.exited(exit);
            }

            @Override
            public void emptied(int survivors) {
                inbox.add(() -> {
                    running.remove(id);
                    trees.remove(id);
                });
                news.emptied(survivors);
            }

            @Override
            public void notEmpty(List<Long> pids) {
                news.notEmpty(pids);
            }
        };
    }

    /** Ends; the file goes if it is proved that no process is left. */
    void close(boolean nothingLeft) throws InterruptedException {
        inbox.add(() -> ended = true);
        owner.join();
        if (nothingLeft) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                complain(e);
            }
        }
    }

    private void run() {
        try {
            var refreshAt = time.instant().plus(PAUSES.getFirst());
            while (!ended) {
                var rest = Duration.between(time.instant(), refreshAt);
                var task = inbox.poll(Math.max(0, rest.toMillis()), TimeUnit.MILLISECONDS);
                if (task != null) {
                    task.run();
                    var soon = time.instant().plus(PAUSES.getFirst());
                    refreshAt = soon.isBefore(refreshAt) ? soon : refreshAt;
                    pause = 0;
                } else {
                    refresh();
                    pause = Math.min(pause + 1, PAUSES.size() - 1);
                    refreshAt = time.instant().plus(PAUSES.get(pause));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void refresh() {
        var table = ProcessTable.scan();
        var below = table.family(entry -> entry.pid() == OwnProcess.pid(), Set.of());
        var mine = new HashSet<>(below);
        running.forEach((id, started) -> {
            var tree = tree(table, below, started, trees.get(id));
            if (tree.isPresent()) {
                trees.put(id, tree.get());
                tree.get().members().forEach(member -> mine.remove(member.pid()));
            }
        });
        mine.remove(OwnProcess.pid());
        var guards =
                table.all().stream()
                        .filter(entry -> mine.contains(entry.pid()) && !entry.dead())
                        .map(ProcessEntry::key)
                        .toList();
        write(new RunRecord(boot, instance, guards, new ArrayList<>(trees.values())));
    }

    /** What is below its guard, and whoever was: their guard may have been killed. */
    private static Optional<RunRecord.Tree> tree(
            ProcessTable table, Set<Long> below, Started started, RunRecord.@Nullable Tree before) {
        var known = new HashSet<ProcessKey>(before == null ? List.of() : before.members());
        // A number alone proves nothing: its process may have ended, and a stranger may have it.
        var first = Set.of(started.guard(), started.main());
        var pids =
                table.family(
                        entry ->
                                known.contains(entry.key())
                                        || (first.contains(entry.pid())
                                                && below.contains(entry.pid())),
                        Set.of());
        var members = new ArrayList<ProcessKey>();
        var sessions = new HashSet<Long>();
        Optional<ProcessKey> main = Optional.empty();
        for (var entry : table.all()) {
            if (pids.contains(entry.pid()) && !entry.dead()) {
                members.add(entry.key());
                if (entry.pid() != started.guard()) {
                    sessions.add(entry.session());
                }
                if (entry.pid() == started.main() && below.contains(entry.pid())) {
                    main = Optional.of(entry.key());
                }
            }
        }
        var key = main.or(() -> Optional.ofNullable(before).map(RunRecord.Tree::main));
        return key.map(it ->
                new RunRecord.Tree(
                        started.name(),
                        executable(it, before),
                        it,
                        members,
                        sessions.stream().sorted().toList(),
                        started.cgroup()));
    }

    private static String executable(ProcessKey main, RunRecord.@Nullable Tree before) {
        if (before != null && !before.executable().isEmpty()) {
            return before.executable();
        }
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + main.pid() + "/exe")).toString();
        } catch (IOException e) {
            return ""; // gone, or not ours to look at
        }
    }

    private void write(RunRecord record) {
        if (record.equals(written)) {
            return;
        }
        try {
            record.write(file);
            written = record;
            failed = false;
        } catch (IOException e) {
            complain(e);
        }
    }

    private void complain(IOException cause) {
        if (!failed) {
            failed = true;
            journal.record(
                    new RuntimeEvent.ProblemFound(
                            new Problem(
                                    Where.of(file.toString()),
                                    "the list of processes cannot be kept: " + cause.getMessage(),
                                    "See that the disk has room and the folder is writable for you")));
        }
    }
}
