package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real guards, real children. */
class SupervisorTest {
    private static final String SERVE =
            """
            import http.server, os, sys
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    body = b'{"status":"ok","n":1}'
                    self.send_response(200 if self.path == '/ok' else 503)
                    self.send_header('Content-Length', str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
            http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PROA_PORT'])), Handler).serve_forever()
            """;

    @TempDir Path data;

    private static Specs sleeper(String id) {
        return Specs.sidecar(id).runs("sleep", "1000");
    }

    @Test
    void startsInTheOrderOfNeedsAndStopsInReverse() {
        var trace =
                "echo up-$0 >> "
                        + data
                        + "/order; trap 'echo down-$0 >> "
                        + data
                        + "/order; exit 0' TERM; echo ready; while :; do sleep 0.02; done";
        var ready = new Check.Log(Pattern.compile("^ready$"));
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("db").runs("sh", "-c", trace, "db").ready(ready),
                        Specs.sidecar("api")
                                .runs("sh", "-c", trace, "api")
                                .ready(ready)
                                .needs("db", new Need.Ready()),
                        Specs.sidecar("web")
                                .runs("sh", "-c", trace, "web")
                                .ready(ready)
                                .needs("api", new Need.Ready()))) {
            bench.start().await("web", SidecarPhase.READY);
        }

        assertThat(data.resolve("order"))
                .content()
                .isEqualTo("up-db\nup-api\nup-web\ndown-web\ndown-api\ndown-db\n");
    }

    @Test
    void aSidecarIsReadyWhenItsHttpCheckHoldsAndHasAnUpstreamOnlyThen() {
        var check = new Check.Http("/ok", 200, Map.of("/status", "\"ok\"", "/n", "1"));
        try (var bench =
                TestBench.of(data, Specs.sidecar("api").python(SERVE).port().ready(check))) {
            assertThat(bench.supervisor().upstream("api")).isEmpty();
            var status = bench.start().await("api", SidecarPhase.READY);

            assertThat(bench.supervisor().upstream("api")).isEqualTo(status.port()).isPresent();
            assertThat(status.pid()).isPresent();
            bench.supervisor().stop("api");
            bench.await("api", SidecarPhase.STOPPED);
            assertThat(bench.supervisor().upstream("api")).isEmpty();
        }
    }

    @Test
    void aWrongStatusOrAWrongJsonValueIsNotReadyAndTheStartEndsAtItsTimeout() {
        var wrong = new Check.Http("/wrong", 200, Map.of());
        var value = new Check.Http("/ok", 200, Map.of("/status", "\"fine\""));
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("a")
                                .python(SERVE)
                                .port()
                                .ready(wrong)
                                .within(Duration.ofSeconds(2))
                                .restarts(RestartPolicy.NEVER),
                        Specs.sidecar("b")
                                .python(SERVE)
                                .port()
                                .ready(value)
                                .within(Duration.ofSeconds(2))
                                .restarts(RestartPolicy.NEVER))) {
            bench.start();
            for (var id : List.of("a", "b")) {
                Await.until(
                        id + " was given up",
                        () ->
                                bench.status(id).reason().contains("not ready within 2 s")
                                        && bench.status(id).state() == SidecarPhase.STOPPED);
            }
            assertThat(bench.changes).noneMatch(SidecarStatus::ready);
        }
    }

    @Test
    void givesItsWordsToASidecarAndTakesAwayWhatWasNotMeantForIt() throws IOException {
        var meddling =
                Map.of(
                        "LD_PRELOAD",
                        "",
                        "PYTHONPATH",
                        "/x",
                        "NODE_OPTIONS",
                        "-x",
                        "PROA_TOKEN",
                        "outer",
                        "KEPT",
                        "yes");
        try (var bench =
                TestBench.of(
                        data,
                        meddling,
                        sleeper("db").port(),
                        Specs.sidecar("api")
                                .runs(
                                        "sh",
                                        "-c",
                                        "env; pwd; echo db=$0 data=$1 port=$2; echo done; sleep 1000",
                                        "${sidecars.db.port}",
                                        "${data}",
                                        "${port}")
                                .in(Path.of("/usr"))
                                .with("OWN", "at ${port}")
                                .with("PYTHONPATH", "mine")
                                .port()
                                .ready(new Check.Log(Pattern.compile("^done"))))) {
            var status = bench.start().await("api", SidecarPhase.READY);
            var port = status.port().orElseThrow();
            var db = bench.await("db", SidecarPhase.READY).port().orElseThrow();

            assertThat(bench.log("api").lines())
                    .contains(
                            "PROA_PORT=" + port,
                            "PROA_DATA_DIR=" + data,
                            "PROA_MODE=local_fullstack",
                            "PROA_PROFILE=" + data + "/runtime-profile.json",
                            "PROA_PORT_FILE=" + data + "/runtime/ports/api",
                            "PROA_TOKEN=" + bench.supervisor().token("api").reveal(),
                            "OWN=at " + port,
                            "PYTHONPATH=mine",
                            "KEPT=yes",
                            "/usr",
                            "db=" + db + " data=" + data + " port=" + port)
                    .noneMatch(line ->
                            line.startsWith("NODE_OPTIONS") || line.startsWith("LD_PRELOAD"))
                    .anyMatch(line -> line.matches("PROA_INSTANCE=[0-9a-f-]{36}"));
            assertThat(bench.supervisor().token("db").reveal())
                    .isNotEqualTo(bench.supervisor().token("api").reveal());
        }
    }

    @Test
    void restartsACrashedSidecarAndTellsHowItEnded() {
        var script =
                "echo started; if [ -e again ]; then sleep 1000; fi; touch again; echo last words; exit 3";
        try (var bench = TestBench.of(data, Specs.sidecar("api").shell(script).in(data))) {
            bench.start();
            Await.until(
                    "restarted",
                    () -> bench.status("api").restarts() == 1 && bench.status("api").ready());

            var exit = bench.status("api").lastExit().orElseThrow();
            assertThat(exit.code()).hasValue(3);
            assertThat(exit.signal()).isEmpty();
            assertThat(exit.logTail()).containsExactly("started", "last words");
            assertThat(bench.status("api").budget().used()).isEqualTo(1);
            assertThat(bench.events(RuntimeEvent.SidecarExited.class))
                    .singleElement()
                    .satisfies(e -> {
                        assertThat(e.code()).hasValue(3);
                        assertThat(e.signal()).isEmpty();
                        assertThat(e.logTail()).contains("last words");
                    });
        }
    }

    @Test
    void goesToSafeModeWhenTheBudgetIsSpentAndStartsAgainOnRequest() throws IOException {
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .shell("echo x >> count; exit 1")
                                .in(data)
                                .restarts(2, Duration.ofSeconds(90)))) {
            var status = bench.start().await("api", SidecarPhase.SAFE_MODE);

            assertThat(Files.readAllLines(data.resolve("count"))).hasSize(3);
            assertThat(status.restarts()).isEqualTo(2);
            assertThat(status.problem().orElseThrow().what())
                    .contains("exited with code 1")
                    .contains("2 restarts");
            Files.delete(data.resolve("count"));
            bench.supervisor().start("api");
            Await.until("tried again", () -> Files.exists(data.resolve("count")));
            bench.supervisor().stop("api");
            bench.await("api", SidecarPhase.STOPPED);
        }
    }

    @Test
    void whatCannotBeStartedIsAProblemWithItsPlaceAndIsNotRestarted() throws IOException {
        var plain = Files.writeString(data.resolve("plain"), "#!/bin/sh\n");
        var text = Files.writeString(data.resolve("text"), "echo\n");
        Files.setPosixFilePermissions(text, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("missing").runs("no-such-program"),
                        Specs.sidecar("denied").runs(plain.toString()),
                        Specs.sidecar("text").runs(text.toString()),
                        Specs.sidecar("folder").runs("true").in(data.resolve("none")),
                        Specs.sidecar("nul").runs("echo", "a\0b"))) {
            bench.start();

            var expected =
                    Map.of(
                            "missing",
                                    "proa.yaml:7:3 /sidecars/missing/command/0: \"no-such-program\" is not on the PATH. Install it or give an absolute path.",
                            "denied", "cannot be run: it is not executable by this user",
                            "text", "neither a program of this machine nor a script",
                            "folder",
                                    "proa.yaml /sidecars/folder/cwd: the working folder "
                                            + data
                                            + "/none cannot be entered: no such file",
                            "nul", "a NUL in a word");
            expected.forEach((id, words) ->
                    assertThat(
                                    bench.await(id, SidecarPhase.FAILED_CONFIG)
                                            .problem()
                                            .orElseThrow()
                                            .toString())
                            .contains(words));
            assertThat(bench.events(RuntimeEvent.SidecarStarted.class)).isEmpty();
        }
    }

    @Test
    void aDependentWaitsForASidecarThatIsDownAndStartsOnce() {
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("db").runs("no-such-program"),
                        sleeper("api").needs("db", new Need.Started()))) {
            bench.start().await("db", SidecarPhase.FAILED_CONFIG);
            bench.await("api", SidecarPhase.WAITING);
            bench.supervisor().restart("api");
            bench.supervisor().start("api");

            assertThat(bench.events(RuntimeEvent.SidecarStarted.class)).isEmpty();
        }
    }

    @Test
    void restartsOnRequestWithoutCharge() {
        try (var bench = TestBench.of(data, sleeper("api"))) {
            long pid = bench.start().await("api", SidecarPhase.READY).pid().orElseThrow();
            bench.supervisor().restart("api");
            Await.until(
                    "another process",
                    () -> {
                        var status = bench.status("api");
                        return status.ready() && status.pid().orElse(pid) != pid;
                    });

            assertThat(ProcessHandle.of(pid)).isEmpty();
            assertThat(bench.status("api").budget().used()).isZero();
            assertThat(bench.status("api").restarts()).isZero();
        }
    }

    @Test
    void twentySidecarsStartAndStopTogether() {
        var many = new Specs[20];
        for (int i = 0; i < many.length; i++) {
            many[i] =
                    sleeper("s" + i)
                            .port(
                                    new dev.proa.profile.SidecarSpec.Port.Assigned(
                                            OptionalInt.empty()));
        }
        try (var bench = TestBench.of(data, many)) {
            bench.start();
            for (var one : bench.supervisor().snapshot()) {
                bench.await(one.id(), SidecarPhase.READY);
            }
            assertThat(bench.supervisor().snapshot().stream().map(SidecarStatus::port).distinct())
                    .hasSize(20);
        }
    }
}
