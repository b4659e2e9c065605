package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.AtomicFile;
import dev.proa.core.MonotonicTime;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the janitor ends and whom it does not touch; real processes, a list written by hand. */
class JanitorTest {
    private static final String INSTANCE = "11111111-2222-3333-4444-555555555555";

    @TempDir Path data;

    private final List<Process> started = new ArrayList<>();
    private Path file;
    private String boot;

    @BeforeEach
    void prepare() throws IOException {
        file = RunRecord.file(data);
        AtomicFile.ownFolder(data.resolve("runtime"));
        boot = RunRecord.presentBoot();
    }

    @AfterEach
    void endAll() throws InterruptedException {
        for (var process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    private Process run(String... command) throws IOException {
        return run(Map.of(), command);
    }

    private Process run(Map<String, String> environment, String... command) throws IOException {
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        var process = builder.start();
        started.add(process);
        return process;
    }

    private static ProcessKey key(long pid) {
        return ProcessEntry.of(pid).orElseThrow().key();
    }

    private static RunRecord.Tree tree(ProcessKey main, Long... sessions) {
        return new RunRecord.Tree(
                "api", "/bin/sleep", main, List.of(main), List.of(sessions), Optional.empty());
    }

    private Leftovers reap(String boot, RunRecord.Tree... trees) throws IOException {
        new RunRecord(boot, INSTANCE, List.of(), List.of(trees)).write(file);
        return Janitor.reap(file, new MonotonicTime());
    }

    @Test
    void endsARecordedProcessAndWhoeverIsBelowIt() throws IOException {
        var shell = run("sh", "-c", "sleep 1000 & setsid sleep 1000 & wait");
        Await.until("both run", () -> shell.descendants().count() == 2);
        var pids = new ArrayList<Long>(shell.descendants().map(ProcessHandle::pid).toList());
        pids.add(shell.pid());

        var leftovers = reap(boot, tree(key(shell.pid())));

        Await.until("it is gone", () -> !shell.isAlive());
        assertThat(pids).allSatisfy(pid -> assertThat(lives(pid)).isFalse());
        assertThat(leftovers.ended().values().stream().flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(pids);
        assertThat(leftovers.remain()).isEmpty();
        assertThat(leftovers.problems()).isEmpty();
    }

    @Test
    void doesNotTouchAProcessThatHasARecordedNumberButAnotherStart() throws IOException {
        var stranger = run("sleep", "1000");
        var old = new ProcessKey(stranger.pid(), key(stranger.pid()).start() - 1);

        var leftovers = reap(boot, tree(old, stranger.pid()));

        assertThat(stranger.isAlive()).isTrue();
        assertThat(leftovers).isEqualTo(Leftovers.NONE);
    }

    @Test
    void doesNotTouchTheSameNumbersOfAnotherBoot() throws IOException {
        var stranger = run("sleep", "1000");

        assertThat(reap("another-boot", tree(key(stranger.pid())))).isEqualTo(Leftovers.NONE);

        assertThat(stranger.isAlive()).isTrue();
    }

    @Test
    void doesNotTouchASessionWhoseNumberWasGivenAgain() throws IOException {
        var stranger = run("setsid", "-w", "sleep", "1000");
        Await.until(
                "it leads a session", () -> session(stranger) != session(ProcessHandle.current()));
        var gone = new ProcessKey(4_000_000, 1);

        assertThat(reap(boot, tree(gone, session(stranger)))).isEqualTo(Leftovers.NONE);

        assertThat(stranger.isAlive()).isTrue();
    }

    private static long session(Process process) {
        return process.descendants()
                .findFirst()
                .map(JanitorTest::session)
                .orElseGet(() -> session(process.toHandle()));
    }

    private static long session(ProcessHandle process) {
        return ProcessEntry.of(process.pid()).map(ProcessEntry::session).orElse(0L);
    }

    /** Neither recorded nor below a recorded one, and with an empty environment. */
    @Test
    void endsAMemberOfASessionInWhichARecordedOneStillIs() throws IOException {
        var shell =
                run(
                        "setsid",
                        "sh",
                        "-c",
                        "(env -i sleep 1000 & env -i sleep 1001 & exec env -i sleep 1002) & sleep 0.1; exit");
        Await.until("the three are orphans", () -> !shell.isAlive() && sleepers().size() == 3);
        var orphans = sleepers();

        var leftovers = reap(boot, tree(key(orphans.getFirst()), session(handle(orphans.get(1)))));

        Await.until("all are gone", () -> sleepers().isEmpty());
        assertThat(leftovers.ended()).containsOnlyKeys("api");
        assertThat(leftovers.ended().get("api")).containsExactlyInAnyOrderElementsOf(orphans);
    }

    private static ProcessHandle handle(long pid) {
        return ProcessHandle.of(pid).orElseThrow();
    }

    private static List<Long> sleepers() {
        return ProcessHandle.allProcesses()
                .filter(each ->
                        each.info()
                                .arguments()
                                .filter(words -> words.length == 1 && words[0].matches("100[012]"))
                                .isPresent())
                .filter(each -> lives(each.pid()))
                .filter(each -> environmentIsEmpty(each.pid()))
                .map(ProcessHandle::pid)
                .toList();
    }

    private static boolean environmentIsEmpty(long pid) {
        try {
            return Files.readAllBytes(Path.of("/proc/" + pid + "/environ")).length == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void endsWhoeverWasStartedWithTheInstanceInItsEnvironment() throws IOException {
        var marked =
                run(
                        Map.of(
                                "PROA_INSTANCE",
                                INSTANCE,
                                "PROA_PORT_FILE",
                                "/data/runtime/ports/web"),
                        "sleep",
                        "1000");
        var other = run(Map.of("PROA_INSTANCE", "another"), "sleep", "1000");

        var leftovers = reap(boot);

        assertThat(leftovers.ended()).isEqualTo(Map.of("web", List.of(marked.pid())));
        Await.until("it is gone", () -> !marked.isAlive());
        assertThat(other.isAlive()).isTrue();
    }

    @Test
    void aListThatCannotBeUsedIsAProblemAndEndsNobody() throws IOException {
        Files.writeString(file, "{\"version\": 99}");

        var leftovers = Janitor.reap(file, new MonotonicTime());

        assertThat(leftovers.problems()).hasSize(1);
        assertThat(leftovers.problems().getFirst().toString()).contains("not of version 1");
        Files.writeString(file, "{");
        assertThat(Janitor.reap(file, new MonotonicTime()).problems()).hasSize(1);
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        var key = new ProcessKey(7, 8);
        var record =
                new RunRecord(
                        "boot",
                        INSTANCE,
                        List.of(key),
                        List.of(
                                new RunRecord.Tree(
                                        "a",
                                        "/bin/a",
                                        key,
                                        List.of(key, new ProcessKey(9, 10)),
                                        List.of(7L),
                                        Optional.of("/sys/fs/cgroup/x"))));
        record.write(file);

        assertThat(RunRecord.read(file)).contains(record);
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }

    @Test
    void theListFollowsTheTreeAndGoesAtTheOrderlyEnd() throws IOException {
        var bench =
                TestBench.of(
                        data, Specs.sidecar("api").shell("sleep 1000 & setsid sleep 1000 & wait"));
        try (bench) {
            assertThat(RunRecord.read(file).orElseThrow().trees()).isEmpty();
            bench.start().await("api", SidecarPhase.READY);
            Await.until(
                    "guard, main and both children are written down",
                    () -> members() == 4 && !RunRecord.read(file).orElseThrow().guards().isEmpty());
            var tree = RunRecord.read(file).orElseThrow().trees().getFirst();
            assertThat(tree.name()).isEqualTo("api");
            assertThat(tree.executable()).startsWith("/");
            assertThat(tree.sessions()).hasSize(2);
            assertThat(tree.main().pid()).isEqualTo(bench.status("api").pid().orElseThrow());
            bench.supervisor().stop("api");
            Await.until("it is taken off the list", () -> members() == 0);
        }

        assertThat(file).doesNotExist();
    }

    private int members() throws IOException {
        var trees = RunRecord.read(file).orElseThrow().trees();
        return trees.isEmpty() ? 0 : trees.getFirst().members().size();
    }

    private static boolean lives(long pid) {
        return ProcessEntry.of(pid).filter(entry -> !entry.dead()).isPresent();
    }

    @Test
    void aWalkOverAllProcessesIsCheap() {
        var time = new MonotonicTime();
        for (int i = 0; i < 20; i++) {
            ProcessTable.scan();
        }
        var begun = time.instant();
        for (int i = 0; i < 20; i++) {
            ProcessTable.scan();
        }
        var each = Duration.between(begun, time.instant()).dividedBy(20);

        // At most one walk a minute when nothing changes: 0.5 % would be 300 ms.
        assertThat(each).isLessThan(Duration.ofMillis(300));
    }
}
