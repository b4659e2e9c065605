package dev.proa.bench;

import dev.proa.core.InstanceId;
import dev.proa.core.MonotonicTime;
import dev.proa.core.WallTime;
import dev.proa.profile.Profile;
import dev.proa.profile.ProfileLoader;
import dev.proa.profile.SidecarSpec;
import dev.proa.supervisor.GuardedProcess;
import dev.proa.supervisor.SidecarPhase;
import dev.proa.supervisor.SidecarStatus;
import dev.proa.supervisor.Supervisor;
import dev.proa.supervisor.SupervisorSetup;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What the guard costs: a start, the news of a crash, and many idle sidecars. */
final class GuardBenchmark implements Benchmark {
    private static final int BLOCKS = 10;
    private static final int WARM_UP = 40;
    private static final int MANY = 200;
    private static final int WINDOWS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        var child = setting.work().resolve("child");
        execute("sh", setting.checkout().resolve("bench/peers/child.sh"), child);
        var measures = new ArrayList<Measure>();
        starts(setting, child, measures);
        crashes(setting, child, measures);
        idle(setting, child, measures);
        var how =
                "In the benchmark's own process with the product's Java options. A start is that of a small static"
                        + " child, up to the first byte it writes into a FIFO, by turns through `ProcessBuilder` and"
                        + " through the guards; the ratio is that of the medians of a block of turns. A crash is"
                        + " `kill -9` of a sidecar's main process, up to the listener's call. Idle is a whole `./proa"
                        + " run` of %d sidecars without probes in windows of %d s: the runtime, all guards and children."
                                .formatted(MANY, setting.sizes().stream().toSeconds());
        return Result.of(how, measures);
    }

    private static void execute(String program, Path... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(program));
        for (var argument : arguments) {
            command.add(argument.toString());
        }
        var exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IOException(program + " ended with " + exit);
        }
    }

    private static Supervisor supervisor(
            Setting setting, List<SidecarSpec> sidecars, Consumer<SidecarStatus> listener)
            throws IOException {
        var dist = setting.checkout().resolve("target/dist");
        var build = Files.readString(dist.resolve("current")).strip();
        return new Supervisor(
                new SupervisorSetup(
                        sidecars,
                        Files.createTempDirectory(setting.work(), "data"),
                        InstanceId.random(),
                        "local_fullstack",
                        Optional.empty(),
                        System.getenv(),
                        dist.resolve(build).resolve("libexec/proa-guard"),
                        _ -> {},
                        new MonotonicTime(),
                        new WallTime(),
                        Optional.empty(),
                        listener));
    }

    private static void starts(Setting setting, Path child, List<Measure> measures)
            throws IOException, InterruptedException {
        var fifo = setting.work().resolve("fifo");
        execute("mkfifo", fifo);
        var command = List.of(child.toString(), "first", fifo.toString());
        var plain = new ArrayList<Double>();
        var guarded = new ArrayList<Double>();
        var ratios = new ArrayList<Double>();
        int block = setting.sizes().starts() * 2;
        // For reading and writing, so that opening does not wait and no end is read between two
        // children.
        try (var supervisor = supervisor(setting, List.of(), _ -> {});
                var bytes = new RandomAccessFile(fifo.toFile(), "rw")) {
            var starts = new Starts(supervisor, bytes, command, setting.work());
            for (int i = 0; i < WARM_UP; i++) {
                starts.plain();
                starts.guarded();
            }
            for (int i = 0; i < BLOCKS; i++) {
                var before = plain.size();
                for (int j = 0; j < block; j++) {
                    plain.add(starts.plain());
                    guarded.add(starts.guarded());
                }
                var ours = Measure.of("", "", guarded.subList(before, guarded.size())).median();
                ratios.add(ours / Measure.of("", "", plain.subList(before, plain.size())).median());
            }
        }
        measures.add(
                Measure.of("start, guard / ProcessBuilder", "ratio", Goal.atMost(2.2), ratios));
        measures.add(Measure.of("start through ProcessBuilder", "ms", plain));
        measures.add(Measure.of("start through the guards", "ms", guarded));
    }

    /** Milliseconds from a wish to the child's first byte. */
    private record Starts(
            Supervisor supervisor, RandomAccessFile bytes, List<String> command, Path cwd) {
        double plain() throws IOException, InterruptedException {
            var builder = new ProcessBuilder(command).directory(cwd.toFile());
            var before = System.nanoTime();
            var process = builder.start();
            bytes.read();
            var after = System.nanoTime();
            process.waitFor();
            return (after - before) / StartBenchmark.NANOS_PER_MILLI;
        }

        double guarded() throws IOException, InterruptedException {
            var before = System.nanoTime();
            GuardedProcess process = supervisor.run("first", command, cwd, Map.of(), _ -> {});
            bytes.read();
            var after = System.nanoTime();
            if (!process.await(PATIENCE)) {
                throw new IOException("a child did not end");
            }
            return (after - before) / StartBenchmark.NANOS_PER_MILLI;
        }
    }

    private record Seen(SidecarStatus status, long nanos) {}

    private static void crashes(Setting setting, Path child, List<Measure> measures)
            throws IOException, InterruptedException {
        int count = setting.sizes().starts() * 4;
        var app = app(setting, child, count, "never");
        var profile =
                ProfileLoader.load(
                        new Profile.Sources(app, Map.of(), System.getenv(), setting.work()));
        var seen = new LinkedBlockingQueue<Seen>();
        Consumer<SidecarStatus> listener = status -> seen.add(new Seen(status, System.nanoTime()));
        var news = new ArrayList<Double>();
        var gone = new ArrayList<Double>();
        try (var supervisor = supervisor(setting, profile.sidecars(), listener)) {
            supervisor.start();
            for (int ready = 0; ready < count; ) {
                ready += next(seen).status().ready() ? 1 : 0;
            }
            for (var status : supervisor.snapshot()) {
                var main = ProcessHandle.of(status.pid().orElseThrow()).orElseThrow();
                seen.clear();
                var before = System.nanoTime();
                main.destroyForcibly();
                var heard = next(seen);
                news.add((heard.nanos() - before) / StartBenchmark.NANOS_PER_MILLI);
                while (heard.status().state() == SidecarPhase.STOPPING) {
                    heard = next(seen);
                }
                gone.add((heard.nanos() - before) / StartBenchmark.NANOS_PER_MILLI);
            }
        }
        measures.add(Measure.of("crash to the listener's call", "ms", Goal.atMost(2), news));
        measures.add(Measure.of("crash to the tree proved empty, log complete", "ms", gone));
    }

    private static Seen next(LinkedBlockingQueue<Seen> seen)
            throws IOException, InterruptedException {
        var next = seen.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new IOException("the supervisor said nothing");
        }
        return next;
    }

    /** The folder of an app with so many idle sidecars. */
    private static Path app(Setting setting, Path child, int sidecars, String policy)
            throws IOException {
        var manifest =
                new StringBuilder(
                        "proa: 1\napp: {id: dev.proa.idle, name: Idle, version: 1.0.0}\nsidecars:\n");
        for (int i = 0; i < sidecars; i++) {
            manifest.append(
                    "  s%d: {command: ['%s', idle], restart: {policy: %s}}\n"
                            .formatted(i, child, policy));
        }
        var app = Files.createTempDirectory(setting.work(), "app");
        Files.writeString(app.resolve(ProfileLoader.MANIFEST), manifest);
        return app;
    }

    private static void idle(Setting setting, Path child, List<Measure> measures)
            throws IOException, InterruptedException {
        var app = app(setting, child, MANY, "always");
        var cpu = new ArrayList<Double>();
        var memory = new ArrayList<Double>();
        try (var product = Product.start(setting, app)) {
            var children = product.awaitDescendants(2 * MANY);
            Thread.sleep(setting.sizes().settling());
            for (int i = 0; i < WINDOWS; i++) {
                var before = cpuSeconds(children);
                var since = System.nanoTime();
                Thread.sleep(setting.sizes().stream());
                var seconds = (System.nanoTime() - since) / (StartBenchmark.NANOS_PER_MILLI * 1000);
                cpu.add(100 * (cpuSeconds(children) - before) / seconds);
            }
            memory.add(pss(children));
        }
        measures.add(
                Measure.of(
                        "idle with %d sidecars, CPU".formatted(MANY), "%", Goal.atMost(0.5), cpu));
        measures.add(
                Measure.of(
                        "idle with %d sidecars, PSS of everything".formatted(MANY), "MiB", memory));
    }

    private static double cpuSeconds(List<Long> pids) throws IOException {
        double sum = 0;
        for (var pid : pids) {
            sum += ProcessFacts.cpuSeconds(pid);
        }
        return sum;
    }

    private static double pss(List<Long> pids) throws IOException {
        double sum = 0;
        for (var pid : pids) {
            sum += ProcessFacts.memory(pid).pss();
        }
        return sum;
    }
}
