package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec.Attach;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Confinement;
import dev.proa.profile.SidecarSpec.Dump;
import dev.proa.profile.SidecarSpec.Isolation;
import dev.proa.profile.SidecarSpec.Kind;
import dev.proa.profile.SidecarSpec.Live;
import dev.proa.profile.SidecarSpec.Logs;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.profile.SidecarSpec.SlowDisk;
import dev.proa.profile.SidecarSpec.Stop;
import dev.proa.profile.SidecarSpec.Strategy;
import dev.proa.profile.SidecarSpec.Taken;
import dev.proa.profile.SidecarSpec.Watch;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that a manifest may say about the upkeep of a sidecar arrives in its spec. */
class UpkeepTest {
    private static final String HEAD =
            """
            proa: 1
            app: {id: dev.example.qa, name: QA, version: 1.0.0}
            ui: {dir: web}
            stop: {within: 20s}
            sidecars:
            """;

    @TempDir Path temp;
    private AppFolder app;

    @BeforeEach
    void anApp() throws IOException {
        app = new AppFolder(temp);
    }

    private SidecarSpec only(String entry) {
        app.manifest(HEAD + "  a: " + entry + "\n");
        return app.load().sidecars().getFirst();
    }

    @Test
    void aLongKeyStandsApartFromItsValueInThePlan() {
        only("{command: [serve], isolation: pidns}");

        assertThat(Plan.of(app.load()).lines())
                .anyMatch(line -> line.startsWith("  isolation pidns  "));
    }

    @Test
    void everythingIsRead() {
        var spec =
                only(
                        """

                            command: [serve]
                            port: {strategy: inherit, preferred: 8000}
                            ready: {exec: [serve, check], timeout: 9s, every: 1s, failures: 5, unhealthy: 30s}
                            live: {http: /live, status: 204, every: 3s, timeout: 1s, failures: 2}
                            dump: {exec: [serve, "${pid}"], timeout: 4s}
                            restart: {policy: on_failure, max: 2, within: 1m, strategy: rest_for_dependents, fatal_exit_codes: [3, 4], port_conflict_codes: [98]}
                            stop: {http: "POST /bye?now", signal: INT, grace: 2s}
                            logs: {max_file: 2MiB, keep: 3, max_age: 24h, on_slow_disk: drop_oldest}
                            isolation: pidns
                            umask: "027"
                            nice: -5
                            limits: {memory: 512MiB, pids: 40}
                            watch: {paths: ["src/**/*.py"], debounce: 50ms}
                        """);

        assertThat(spec.port()).isEqualTo(new Port.Inherit(OptionalInt.of(8000)));
        assertThat(spec.ready().check())
                .isInstanceOfSatisfying(
                        Check.Exec.class,
                        exec -> assertThat(exec.command().get(1).text()).isEqualTo("check"));
        assertThat(spec.ready().timeout()).hasSeconds(9);
        assertThat(spec.ready().every()).hasSeconds(1);
        assertThat(spec.ready().failures()).isEqualTo(5);
        assertThat(spec.ready().unhealthy()).contains(Duration.ofSeconds(30));
        assertThat(spec.live())
                .contains(
                        new Live(
                                new Check.Http("/live", 204, Map.of()),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(1),
                                2));
        assertThat(spec.dump())
                .get()
                .isInstanceOfSatisfying(
                        Dump.Exec.class,
                        exec -> {
                            assertThat(exec.command().get(1).resolve(name -> name + "!"))
                                    .isEqualTo("pid!");
                            assertThat(exec.timeout()).hasSeconds(4);
                        });
        assertThat(spec.restart())
                .isEqualTo(
                        new SidecarSpec.Restart(
                                RestartPolicy.ON_FAILURE,
                                2,
                                Duration.ofMinutes(1),
                                Strategy.REST_FOR_DEPENDENTS,
                                Set.of(3, 4),
                                Set.of(98)));
        assertThat(spec.stop())
                .isEqualTo(
                        new Stop(
                                Optional.of(new Stop.Http("POST", "/bye?now")),
                                "INT",
                                Duration.ofSeconds(2)));
        assertThat(spec.logs())
                .isEqualTo(
                        new Logs(
                                2 << 20, 3, Optional.of(Duration.ofDays(1)), SlowDisk.DROP_OLDEST));
        assertThat(spec.confinement())
                .isEqualTo(
                        new Confinement(
                                Isolation.PIDNS,
                                OptionalInt.of(027),
                                OptionalInt.of(-5),
                                OptionalLong.of(512L << 20),
                                OptionalInt.of(40)));
        assertThat(spec.watch()).contains(new Watch(List.of("src/**/*.py"), Duration.ofMillis(50)));
        assertThat(app.load().stopWithin()).contains(Duration.ofSeconds(20));
    }

    @Test
    void whatIsNotWrittenHasItsDefault() {
        var spec = only("{command: [serve], port: {}, live: {tcp: true}}");

        assertThat(spec.kind()).isEqualTo(Kind.SERVICE);
        assertThat(spec.port()).isEqualTo(new Port.Announce(Optional.empty()));
        assertThat(spec.ready().check()).isEqualTo(new Check.Tcp());
        assertThat(spec.live())
                .contains(
                        new Live(new Check.Tcp(), Duration.ofSeconds(5), Duration.ofSeconds(2), 3));
        assertThat(spec.logs()).isEqualTo(Logs.DEFAULT);
        assertThat(spec.logs().maxFile() * spec.logs().keep())
                .as("retention")
                .isGreaterThanOrEqualTo(128L << 20);
        assertThat(spec.confinement()).isEqualTo(Confinement.NONE);
        assertThat(spec.restart().strategy()).isEqualTo(Strategy.ONE_FOR_ONE);
    }

    @Test
    void aTaskIsNotRestartedUnlessThatIsWritten() {
        assertThat(only("{kind: task, command: [serve]}").restart().policy())
                .isEqualTo(RestartPolicy.NEVER);
        assertThat(
                        only("{kind: task, command: [serve], restart: {policy: on_failure}}")
                                .restart()
                                .policy())
                .isEqualTo(RestartPolicy.ON_FAILURE);
    }

    @Test
    void anAttachedBackendHasNoCommand() {
        app.environment.put("AUTH", "hunter2");
        var spec =
                only(
                        "{attach: {url: \"http://127.0.0.1:9000/\", expect: {service: qa, /v/0: 2},"
                                + " auth: \"${env.AUTH}\"}}");

        assertThat(spec.command()).isEmpty();
        assertThat(spec.attach())
                .get()
                .satisfies(attach -> {
                    assertThat(attach.url()).isEqualTo(URI.create("http://127.0.0.1:9000"));
                    assertThat(attach.identity()).isEqualTo("/runtime/info");
                    assertThat(attach.expect())
                            .isEqualTo(Map.of("/service", "\"qa\"", "/v/0", "2"));
                    assertThat(attach.token())
                            .get()
                            .satisfies(token -> assertThat(token.text()).isEqualTo("hunter2"));
                });
        assertThat(Plan.of(app.load()).toString()).doesNotContain("hunter2");
        assertThat(app.load().origins().toString()).doesNotContain("hunter2");
    }

    @Test
    void aFixedPortMayBeShared() {
        var spec =
                only(
                        "{command: [serve], port: {strategy: fixed, port: 9000, taken: attach},"
                                + " attach: {url: \"http://127.0.0.1:9000\", expect: {service: qa}}}");

        assertThat(spec.port())
                .isInstanceOfSatisfying(
                        Port.Fixed.class,
                        fixed -> assertThat(fixed.taken()).isEqualTo(Taken.ATTACH));
        assertThat(spec.attach()).map(Attach::identity).contains("/runtime/info");
    }

    @Test
    void theConditionsOfNeedsAreRead() {
        app.manifest(
                HEAD
                        + """
                          db: {command: [serve]}
                          migrate: {kind: task, command: [serve], needs: [db]}
                          api: {command: [serve], needs: {db: healthy, migrate: completed_successfully}}
                          web: {command: [serve], needs: {api: {log: "listening"}, migrate: completed, db: started}}
                        """);

        var sidecars = app.load().sidecars();

        assertThat(sidecars.get(2).needs())
                .containsEntry("db", new Need.Healthy())
                .containsEntry("migrate", new Need.CompletedSuccessfully());
        assertThat(sidecars.get(3).needs())
                .containsEntry("migrate", new Need.Completed())
                .containsEntry("db", new Need.Started())
                .hasEntrySatisfying(
                        "api",
                        need ->
                                assertThat(need)
                                        .isInstanceOfSatisfying(
                                                Need.Log.class,
                                                log ->
                                                        assertThat(log.pattern().pattern())
                                                                .isEqualTo("listening")));
        assertThat(Plan.of(app.load()).lines())
                .anyMatch(line -> line.startsWith("  needs    api log listening  "))
                .anyMatch(line -> line.startsWith("  kind     task  "));
    }
}
