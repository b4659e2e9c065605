package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.RemoteSpec;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.Template;
import dev.proa.supervisor.LastExit;
import dev.proa.supervisor.SidecarPhase;
import dev.proa.supervisor.SidecarStatus;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How one set of sidecars is exchanged for another. */
class SwitchPlanTest {
    private static SidecarSpec spec(String id, Port port) {
        return new SidecarSpec(
                id,
                SidecarSpec.Kind.SERVICE,
                List.of(new Template("sleep", Where.of("proa.yaml"))),
                Path.of("/"),
                Map.of(),
                port,
                SidecarSpec.Ready.of(new SidecarSpec.Check.Started(), Duration.ofSeconds(20)),
                Optional.empty(),
                Optional.empty(),
                SidecarSpec.Restart.of(SidecarSpec.RestartPolicy.ALWAYS, 6, Duration.ofSeconds(90)),
                SidecarSpec.Stop.of("TERM", Duration.ofSeconds(5)),
                Map.of(),
                SidecarSpec.Logs.DEFAULT,
                SidecarSpec.Confinement.NONE,
                Optional.empty(),
                Optional.empty());
    }

    private static SidecarSpec spec(String id) {
        return spec(id, new Port.None());
    }

    private static SidecarStatus status(String id, SidecarPhase phase, int port, boolean exited) {
        return new SidecarStatus(
                id,
                phase,
                "",
                phase == SidecarPhase.READY ? OptionalLong.of(4711) : OptionalLong.empty(),
                port == 0 ? Optional.empty() : Optional.of(new LoopbackPort(port)),
                0,
                new SidecarStatus.Budget(6, Duration.ofSeconds(90), 0),
                exited
                        ? Optional.of(
                                new LastExit(
                                        OptionalInt.of(3),
                                        OptionalInt.empty(),
                                        Instant.EPOCH,
                                        List.of()))
                        : Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static SwitchPlan.Verdict verdict(SidecarPhase phase, boolean exited) {
        var plan = SwitchPlan.of(List.of(spec("old")), List.of(spec("new")), List.of());
        return plan.verdict(
                List.of(
                        status("old", SidecarPhase.READY, 0, false),
                        status("new", phase, 0, exited)),
                Optional.empty());
    }

    @Test
    void theOldOnesGoOnWhileOnlyTheNewOnesJoin() {
        var plan =
                SwitchPlan.of(
                        List.of(spec("kept"), spec("old")),
                        List.of(spec("kept"), spec("new")),
                        List.of());

        assertThat(plan.both()).extracting(SidecarSpec::id).containsExactly("kept", "old", "new");
        assertThat(plan.joining()).containsExactly("new");
        assertThat(plan.sideBySide()).isTrue();
        assertThat(plan.patience()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void aFixedPortOfOneThatLeavesCannotBeSharedWithOneThatJoins() {
        var fixed = new Port.Fixed(new LoopbackPort(8080), SidecarSpec.Taken.FAIL);
        var now = List.of(status("old", SidecarPhase.READY, 8080, false));

        assertThat(
                        SwitchPlan.of(List.of(spec("old")), List.of(spec("new", fixed)), now)
                                .sideBySide())
                .isFalse();
        assertThat(
                        SwitchPlan.of(
                                        List.of(spec("old")),
                                        List.of(spec("old"), spec("new", fixed)),
                                        now)
                                .sideBySide())
                .as("one that stays is the problem of the start, not of the switch")
                .isTrue();
    }

    private static Optional<Problem> lost(String url, SidecarSpec... to) {
        var remote =
                new RemoteSpec(
                        URI.create(url),
                        "/health/ready",
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(3),
                        2,
                        Optional.empty(),
                        Optional.empty());
        return SwitchPlan.stopsItsBackend(
                remote,
                List.of(to),
                List.of(
                        status("common", SidecarPhase.READY, 8070, false),
                        status("backend", SidecarPhase.READY, 8080, false),
                        status("elsewhere", SidecarPhase.ATTACHED, 9000, false)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8080",
                "http://localhost:8080/api",
                "https://[::1]:8080",
                "http://127.0.0.2:8080"
            })
    void aBackendElsewhereIsNoneOfTheSidecarsThatItsModeStops(String url) {
        assertThat(lost(url, spec("common")))
                .hasValueSatisfying(
                        problem -> assertThat(problem.what()).contains(url, "the sidecar backend"));
        assertThat(lost(url, spec("common"), spec("backend"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://192.168.1.5:8080",
                "http://127.0.0.1:8090",
                "http://localhost",
                "http://127.0.0.1:8070",
                "http://127.0.0.1:9000"
            })
    void aBackendElsewhereMayBeAnythingThatRunsOn(String url) {
        assertThat(lost(url, spec("common"))).isEmpty();
    }

    @Test
    void itIsReadyWhenEveryNewOneIsAndFailsWhenOneWentDown() {
        assertThat(verdict(SidecarPhase.READY, false)).isEqualTo(new SwitchPlan.Verdict.Ready());
        assertThat(verdict(SidecarPhase.COMPLETED, true)).isEqualTo(new SwitchPlan.Verdict.Ready());
        assertThat(verdict(SidecarPhase.STARTING, false))
                .isEqualTo(new SwitchPlan.Verdict.NotYet());
        assertThat(verdict(SidecarPhase.STOPPED, false))
                .as("it has not been told to start yet")
                .isEqualTo(new SwitchPlan.Verdict.NotYet());
        assertThat(verdict(SidecarPhase.STARTING, true))
                .isInstanceOf(SwitchPlan.Verdict.Failed.class);
        assertThat(verdict(SidecarPhase.FAILED_CONFIG, false))
                .isInstanceOf(SwitchPlan.Verdict.Failed.class);
    }

    @Test
    void oneThatIsNotThereYetIsWaitedFor() {
        var plan = SwitchPlan.of(List.of(), List.of(spec("new")), List.of());

        assertThat(plan.verdict(List.of(), Optional.empty()))
                .isEqualTo(new SwitchPlan.Verdict.NotYet());
    }
}
