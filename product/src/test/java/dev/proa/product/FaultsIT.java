package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Faults 3, 5, 29 and 31 of {@code docs/faults.md}, done to whole runs of the packaged product. */
class FaultsIT {
    /**
     * Starts a child, one with a group of its own and a daemon of a double fork; whoever is asked
     * to end notes it. The main process then ends; the others stay until they are killed.
     */
    private static final String TREE =
            """
            import os, signal, socket, sys
            def note(what):
                with open(sys.argv[1], 'a') as notes:
                    notes.write(what + '\\n')
            def stay(who):
                signal.signal(signal.SIGTERM, lambda *_: note('TERM ' + who))
                note('up ' + who)
                while True: signal.pause()
            if os.fork() == 0:
                stay('child')
            if os.fork() == 0:
                os.setpgid(0, 0)
                stay('group')
            between = os.fork()
            if between == 0:
                os.setsid()
                if os.fork() == 0:
                    if len(sys.argv) > 2:
                        s = socket.socket()
                        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                        s.bind(('127.0.0.1', int(sys.argv[2])))
                        s.listen()
                    stay('daemon')
                os._exit(0)
            os.waitpid(between, 0)
            def end(*_):
                note('TERM main')
                sys.exit(0)
            signal.signal(signal.SIGTERM, end)
            note('up main')
            while True: signal.pause()
            """;

    private static final Set<String> TREE_MEMBERS = Set.of("main", "child", "group", "daemon");

    /** Hears nothing but KILL, and notes that it was asked. */
    private static final String DEAF =
            """
            import signal, sys
            def note(what):
                with open(sys.argv[1], 'a') as notes:
                    notes.write(what + '\\n')
            signal.signal(signal.SIGTERM, lambda *_: note('TERM deaf'))
            note('up deaf')
            while True: signal.pause()
            """;

    private static final Duration GRACE = Duration.ofSeconds(1);

    private Home home;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    private String app(String sidecars) throws IOException {
        var folder = Files.createDirectories(home.folder().resolve("app"));
        Files.createDirectories(folder.resolve("web"));
        Files.writeString(folder.resolve("web/index.html"), "<!doctype html><title>Here</title>");
        Files.writeString(folder.resolve("tree.py"), TREE);
        Files.writeString(folder.resolve("deaf.py"), DEAF);
        Files.writeString(
                folder.resolve("proa.yaml"),
                "proa: 1\napp: {id: dev.proa.faults, name: Faults, version: 1.0.0}\nui: {dir: web}\n"
                        + sidecars);
        return folder.toString();
    }

    private Path notes() {
        return home.folder().resolve("notes");
    }

    private Set<String> noted(String what) throws IOException {
        if (!Files.exists(notes())) {
            return Set.of();
        }
        return Files.readAllLines(notes()).stream()
                .filter(line -> line.startsWith(what + " "))
                .map(line -> line.substring(what.length() + 1))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "HUP", "INT", "window"})
    void everyoneIsAskedFirstAndNobodyIsLeftWhenTheRunIsEnded(String how) throws Exception {
        var fault = Fault.number(3, "run ended by " + how);
        var took = new ArrayList<Duration>();
        for (int i = 0; i < fault.trials(1, 10); i++) {
            Files.deleteIfExists(notes());
            took.add(ended(how, fault));
        }
        fault.figures("gone_ms", took).figure("grace_s", GRACE.toSecondsPart()).conclude();
    }

    private Duration ended(String how, Fault fault) throws Exception {
        var app =
                app(
                        """
                        sidecars:
                          tree:
                            command: [/usr/bin/python3, "tree.py", "%s"]
                            stop: {grace: 1s}
                          deaf:
                            command: [/usr/bin/python3, "deaf.py", "%s"]
                            stop: {grace: 1s}
                        """
                                .formatted(notes(), notes()));
        var everyone = Set.of("main", "child", "group", "daemon", "deaf");
        try (var proa = how.equals("window") ? inAWindow(app) : home.run(home.data("d"), app)) {
            Await.until("the tree is up: " + proa, () -> noted("up").equals(everyone));
            var begun = System.nanoTime();
            if (how.equals("window")) {
                var window = Long.parseLong(Files.readString(home.folder().resolve("window.pid")));
                ProcessHandle.of(window).orElseThrow().destroy();
            } else {
                proa.signal(how);
            }
            assertThat(proa.exit()).as(proa::toString).isZero();
            var took = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(noted("TERM")).isEqualTo(everyone);
            boolean nobody = home.processes().isEmpty();
            boolean inTime = !Fault.isLong() || took.compareTo(GRACE.plusSeconds(1)) < 0;
            fault.tried(nobody && inTime);
            return took;
        }
    }

    /** Its browser is one that shows nothing; its end is what the end of a real one is. */
    private Proa inAWindow(String app) throws IOException {
        var browser = home.folder().resolve("browser");
        var pid = home.folder().resolve("window.pid");
        Files.writeString(
                browser,
                "#!/bin/sh\nprintf %%s $$ >'%s.new' && mv '%s.new' '%s'\nexec sleep 1000\n"
                        .formatted(pid, pid, pid));
        assertThat(browser.toFile().setExecutable(true)).isTrue();
        Files.deleteIfExists(pid);
        var data = home.data("d");
        var builder =
                home.prepare(
                        Home.launcher(
                                "run",
                                app,
                                "--window",
                                "app",
                                "--json",
                                "--data-dir",
                                data.toString()));
        builder.environment().put("PROA_BROWSER", browser.toString());
        builder.environment().put("DISPLAY", ":99");
        var proa = new Proa(builder.start(), data);
        Await.until("the window is open: " + proa, () -> Files.exists(pid));
        return proa;
    }

    @Test
    void theNextRunEndsWhatIsLeftBeforeItBindsTheSamePort() throws Exception {
        var fault = Fault.number(5, "run and all guards killed, next run has the port");
        for (int i = 0; i < fault.trials(1, 10); i++) {
            Files.deleteIfExists(notes());
            nextRunHasThePort("d" + i);
            fault.tried(true);
        }
        fault.conclude();
    }

    private void nextRunHasThePort(String name) throws Exception {
        int port = Samples.freePort();
        var app =
                app(
                        """
                        sidecars:
                          tree:
                            command: [/usr/bin/python3, "tree.py", "%s", "%d"]
                            port: {strategy: fixed, port: %d, taken: fail}
                            ready: {tcp: true}
                            stop: {grace: 1s}
                        """
                                .formatted(notes(), port, port));
        var data = home.data(name);
        try (var first = home.run(data, app).ready()) {
            Await.until("the tree is up: " + first, () -> noted("up").equals(TREE_MEMBERS));
            var tree = below(first, false);
            assertThat(tree).hasSameSizeAs(TREE_MEMBERS);
            var list = data.resolve("runtime/processes.json");
            Await.until(
                    "the tree is written down",
                    () -> {
                        var written = Files.readString(list);
                        return tree.stream().allMatch(pid -> written.contains(pid.toString()));
                    });
            killAtOnce(first);
            assertThat(first.exit()).isEqualTo(128 + 9);
            var left = living();
            left.retainAll(tree);
            assertThat(left).as("left, so there is something to end").hasSizeGreaterThan(1);

            try (var second = home.run(data, app).ready()) {
                assertThat(living()).as(second::toString).doesNotContainAnyElementsOf(tree);
                assertThat(data.resolve("runtime/journal.jsonl"))
                        .content()
                        .contains("leftovers_reaped");
                assertThat(sidecar(second, "tree").path("port").asInt()).isEqualTo(port);
                assertThat(sidecar(second, "tree").path("restarts").asInt()).isZero();
            }
        }
    }

    /** Without those that only wait to be buried. */
    private Set<Long> living() {
        return home.processes().stream().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    /** Frozen first, so that none of them sees another one die. */
    private static void killAtOnce(Proa run) throws IOException, InterruptedException {
        var chain = Stream.concat(Stream.of(run.pid()), below(run, true).stream()).toList();
        assertThat(chain).hasSizeGreaterThan(3);
        for (var signal : List.of("-STOP", "-KILL")) {
            var command = new ArrayList<>(List.of("kill", signal));
            chain.forEach(pid -> command.add(pid.toString()));
            assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        }
    }

    /** The guards of a run, or everyone else below it. */
    private static List<Long> below(Proa run, boolean guards) {
        return run.process()
                .descendants()
                .filter(each -> guard(each) == guards)
                .map(ProcessHandle::pid)
                .sorted()
                .toList();
    }

    private static boolean guard(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/comm"))
                    .startsWith("proa-guard");
        } catch (IOException e) {
            return false;
        }
    }

    private static JsonNode sidecar(Proa run, String id) throws IOException {
        return run.json("/_proa/status")
                .path("sidecars")
                .valueStream()
                .filter(each -> each.path("id").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void anotherRunOfTheAppDoesNotTouchTheFirstOnesProcesses() throws Exception {
        var fault = Fault.number(29, "another run of the same app");
        var app =
                app(
                        """
                        sidecars:
                          tree:
                            command: [/usr/bin/python3, "tree.py", "%s"]
                            stop: {grace: 1s}
                        """
                                .formatted(notes()));
        try (var first = home.run(home.data("a"), app).ready()) {
            Await.until("the tree is up: " + first, () -> noted("up").equals(TREE_MEMBERS));
            var tree = below(first, false);
            assertThat(tree).hasSameSizeAs(TREE_MEMBERS);
            var guards = below(first, true);
            for (int i = 0; i < fault.trials(1, 10); i++) {
                try (var killed = home.run(home.data("b"), app).ready();
                        var same = home.start(home.data("a"), Home.runner(home.data("a"), app))) {
                    assertThat(same.exit()).as(same::toString).isZero();
                    killed.signal("KILL");
                    killed.exit();
                }
                try (var next = home.run(home.data("b"), app).ready()) {
                    next.signal("TERM");
                    assertThat(next.exit()).isZero();
                }
                fault.tried(below(first, false).equals(tree) && below(first, true).equals(guards));
            }
            assertThat(sidecar(first, "tree").path("restarts").asInt()).isZero();
        }
        fault.conclude();
    }

    @ParameterizedTest
    @ValueSource(strings = {"altered", "missing", "not executable"})
    void aGuardThatCannotBeUsedIsReplacedAndThatIsSaid(String fault) throws Exception {
        var trial = Fault.number(31, "guard " + fault);
        var java = javaWithGuard(fault);
        var app = app("sidecars:\n  a: {command: [sleep, '1000']}\n");
        var words =
                Home.runner(home.data("d"), app)
                        .subList(1, Home.runner(home.data("d"), app).size());
        try (var proa =
                home.start(home.data("d"), Stream.of(java, words).flatMap(List::stream).toList())) {
            proa.event("open");
            proa.ready();
            var status = proa.json("/_proa/status");
            assertThat(status.path("tier").asString()).as(proa::toString).isEqualTo("java");
            assertThat(status.path("problems").toString()).contains("native guard is not used");
            assertThat(sidecar(proa, "a").path("state").asString()).isEqualTo("READY");
        }
        var doctor =
                home.start(
                        home.folder(),
                        Stream.of(java, List.of("doctor")).flatMap(List::stream).toList());
        try (doctor) {
            assertThat(doctor.exit()).as(doctor::toString).isZero();
            assertThat(doctor.out())
                    .contains("native guard is not used")
                    .contains("java; not covered");
        }
        trial.tried(home.processes().isEmpty());
        trial.conclude();
    }

    /** The command line of this build's Proa, but with a guard that something is wrong with. */
    private List<String> javaWithGuard(String fault) throws IOException {
        var dist = Home.CHECKOUT.resolve("target/dist");
        var real = dist.resolve(Files.readString(dist.resolve("current")).strip());
        var copy = Files.createDirectories(home.folder().resolve("proa-home"));
        try (var entries = Files.list(real)) {
            for (var entry : entries.filter(each -> !each.endsWith("libexec")).toList()) {
                Files.createSymbolicLink(copy.resolve(entry.getFileName()), entry);
            }
        }
        var libexec = Files.createDirectories(copy.resolve("libexec"));
        var guard = libexec.resolve("proa-guard");
        var program = Files.readAllBytes(real.resolve("libexec/proa-guard"));
        if (fault.equals("altered")) {
            program[program.length - 1] ^= 1;
        }
        if (!fault.equals("missing")) {
            Files.write(guard, program);
            assertThat(guard.toFile().setExecutable(fault.equals("altered"), false)).isTrue();
        }
        var options = home.folder().resolve("java.options");
        Files.writeString(
                options,
                Files.readString(real.resolve("java.options"))
                        .replace("-Dproa.home=" + real, "-Dproa.home=" + copy));
        return List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "@" + options,
                "dev.proa.cli.Main");
    }
}
