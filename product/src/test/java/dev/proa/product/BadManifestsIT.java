package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * A wrong manifest starts nothing and names every mistake: each kind stands in a manifest beside a
 * second mistake and a sidecar that would leave a trace if anything were started.
 */
class BadManifestsIT {
    private static final String HEAD =
            """
            proa: 1
            app: {id: dev.example.bad, name: Bad, version: 1.0.0}
            sidecars:
              trace: {command: [touch, "${data}/../started"]}
            """;

    /** A kind of mistake: what is written, and the place at which it has to be named. */
    private record Mistake(String kind, String written, String pointer) {}

    private static final List<Mistake> MISTAKES =
            List.of(
                    new Mistake("no command", "  a: {cwd: .}", "/sidecars/a"),
                    new Mistake(
                            "a key that is none",
                            "  a: {command: [true], comand: x}",
                            "/sidecars/a/comand"),
                    new Mistake(
                            "a key of a later version",
                            "  a: {command: [\"true\"], compat: {}}",
                            "/sidecars/a/compat"),
                    new Mistake(
                            "a name that is none", "  A b: {command: [\"true\"]}", "/sidecars/A b"),
                    new Mistake(
                            "a program that is missing",
                            "  a: {command: [no-such-program]}",
                            "/sidecars/a/command/0"),
                    new Mistake(
                            "a folder that is missing",
                            "  a: {command: [\"true\"], cwd: nowhere}",
                            "/sidecars/a/cwd"),
                    new Mistake(
                            "a need of nobody",
                            "  a: {command: [\"true\"], needs: [nobody]}",
                            "/sidecars/a/needs/0"),
                    new Mistake(
                            "a circle of needs",
                            "  a: {command: [\"true\"], needs: [b]}\n  b: {command: [\"true\"], needs: [a]}",
                            "/needs/0"),
                    new Mistake(
                            "a need in vain",
                            "  a: {command: [\"true\"], needs: {trace: completed}}",
                            "/sidecars/a/needs/trace"),
                    new Mistake(
                            "a check without a port",
                            "  a: {command: [\"true\"], ready: {http: /x}}",
                            "/sidecars/a/ready/http"),
                    new Mistake(
                            "two checks",
                            "  a: {command: [\"true\"], ready: {log: x, exec: [\"true\"]}}",
                            "/sidecars/a/ready"),
                    new Mistake(
                            "a bad expression",
                            "  a: {command: [\"true\"], ready: {log: \"(\"}}",
                            "/sidecars/a/ready/log"),
                    new Mistake(
                            "a duration without unit",
                            "  a: {command: [\"true\"], stop: {grace: 5}}",
                            "/sidecars/a/stop/grace"),
                    new Mistake(
                            "a size without unit",
                            "  a: {command: [\"true\"], logs: {max_file: 5}}",
                            "/sidecars/a/logs/max_file"),
                    new Mistake(
                            "a signal that is none",
                            "  a: {command: [\"true\"], stop: {signal: SIGTERM}}",
                            "/sidecars/a/stop/signal"),
                    new Mistake(
                            "a policy that is none",
                            "  a: {command: [\"true\"], restart: {policy: often}}",
                            "/sidecars/a/restart/policy"),
                    new Mistake(
                            "a strategy that is none",
                            "  a: {command: [\"true\"], port: {strategy: lucky}}",
                            "/sidecars/a/port/strategy"),
                    new Mistake(
                            "a port out of range",
                            "  a: {command: [\"true\"], port: {strategy: fixed, port: 70000}}",
                            "/sidecars/a/port/port"),
                    new Mistake(
                            "one port for two",
                            "  a: {command: [\"true\"], port: {strategy: fixed, port: 1}}\n  b: {command: [\"true\"], port: {strategy: fixed, port: 1}}",
                            "/sidecars/b/port/port"),
                    new Mistake(
                            "a variable that is unknown",
                            "  a: {command: [\"true\"], env: {X: \"${env.NO_SUCH_VARIABLE}\"}}",
                            "/sidecars/a/env/X"),
                    new Mistake(
                            "a port that is none",
                            "  a: {command: [\"true\", \"${port}\"]}",
                            "/sidecars/a/command/1"),
                    new Mistake(
                            "an environment of ours",
                            "  a: {command: [\"true\"], env: {PROA_TOKEN: x}}",
                            "/sidecars/a/env/PROA_TOKEN"),
                    new Mistake(
                            "a readiness of a task",
                            "  a: {kind: task, command: [\"true\"], ready: {log: x}}",
                            "/sidecars/a/ready"),
                    new Mistake(
                            "a dump without a check",
                            "  a: {command: [\"true\"], dump: {signal: QUIT}}",
                            "/sidecars/a/dump"),
                    new Mistake(
                            "an attach to far away",
                            "  a: {attach: {url: \"http://example.org\", expect: {x: 1}}}",
                            "/sidecars/a/attach/url"),
                    new Mistake(
                            "the same key twice",
                            "  a: {command: [\"true\"]}\n  a: {command: [\"true\"]}",
                            "/sidecars/a"));

    private Home home;
    private Path app;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
        app = Files.createDirectories(folder.resolve("app"));
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    @TestFactory
    Stream<DynamicTest> startsNothingAndNamesEverything() {
        return MISTAKES.stream()
                .map(mistake -> DynamicTest.dynamicTest(mistake.kind(), () -> check(mistake)));
    }

    private void check(Mistake mistake) throws Exception {
        Files.writeString(
                app.resolve("proa.yaml"), HEAD + mistake.written() + "\nroutes: {/x: nowhere}\n");
        var data = home.folder().resolve("data");

        try (var proa =
                home.start(
                        home.folder(),
                        Home.launcher(
                                "run",
                                app.toString(),
                                "--data-dir",
                                data.toString(),
                                "--window",
                                "none"))) {
            assertThat(proa.exit()).as(proa.err()).isEqualTo(78);
            assertThat(proa.err()).contains(mistake.pointer() + ": ");
            assertThat(proa.err().lines())
                    .as("one problem a line, with its place")
                    .allMatch(line -> line.matches(".*proa\\.yaml:\\d+:\\d+ /\\S.*: .+\\. .+\\."));
            if (!mistake.kind().startsWith("the same key")) {
                assertThat(proa.err()).as("the second mistake").contains("/routes/~1x: ");
            }
            assertThat(proa.out()).isEmpty();
        }
        assertThat(data).doesNotExist();
        assertThat(home.folder().resolve("started")).doesNotExist();
    }
}
