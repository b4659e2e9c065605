package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LifeCycleTest {
    private static final Problem PROBLEM =
            new Problem(Where.of("proa.yaml"), "x is missing", "Install it");

    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private LifeCycle lifeCycle = of(tcp());
    private final List<Effect> effects = new ArrayList<>();

    private static Specs tcp() {
        return Specs.sidecar("api").port().ready(new SidecarSpec.Check.Tcp());
    }

    private static LifeCycle of(Specs spec) {
        return new LifeCycle(spec.done(), new SplittableRandom(1), new AppBudget());
    }

    private void feed(Input... inputs) {
        for (var input : inputs) {
            effects.addAll(lifeCycle.on(input, now));
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
        feed(new Input.TimeReached());
    }

    private SidecarPhase phase() {
        return lifeCycle.state().phase();
    }

    private void runUntilReady() {
        feed(new Input.StartAsked(), new Input.Spawned(run(), 7), new Input.ProbePassed(run()));
        assertThat(phase()).isEqualTo(SidecarPhase.READY);
    }

    private long run() {
        return effects.stream()
                .mapToLong(effect -> effect instanceof Effect.Spawn(long run) ? run : 0)
                .max()
                .orElse(1);
    }

    /** A crash right after a start, up to the next decision. */
    private void crash() {
        feed(
                new Input.Spawned(run(), 7),
                new Input.Exited(run(), new Exit.Code(1)),
                new Input.Emptied(run(), ""));
    }

    @Test
    void becomesReadyWhenItsCheckPasses() {
        feed(new Input.StartAsked());
        assertThat(effects).containsExactly(new Effect.Spawn(1));
        feed(new Input.Spawned(1, 7));
        assertThat(lifeCycle.state())
                .isEqualTo(new SidecarState.Starting(1, 7, now.plusSeconds(60)));
        feed(new Input.ProbeMissed(1), new Input.ProbePassed(1));

        assertThat(lifeCycle.state()).isEqualTo(new SidecarState.Ready(1, 7, now, 0));
    }

    @Test
    void isReadyAtOnceWhenNothingIsToBeChecked() {
        lifeCycle = of(Specs.sidecar("job"));
        feed(new Input.StartAsked(), new Input.Spawned(1, 7));

        assertThat(phase()).isEqualTo(SidecarPhase.READY);
    }

    @Test
    void stopsAProcessThatAppearsAfterTheStop() {
        feed(new Input.StartAsked(), new Input.StopAsked());
        assertThat(phase()).isEqualTo(SidecarPhase.STOPPING);
        feed(new Input.Spawned(1, 7));

        assertThat(effects).containsExactly(new Effect.Spawn(1), new Effect.AskToExit(1));
        assertThat(lifeCycle.state()).isInstanceOf(SidecarState.Stopping.class);
        feed(new Input.Exited(1, new Exit.Signal(15)), new Input.Emptied(1, ""));
        assertThat(phase()).isEqualTo(SidecarPhase.STOPPED);
    }

    @Test
    void killsAProcessNobodyIsWaitingFor() {
        feed(new Input.Spawned(99, 7));

        assertThat(effects).containsExactly(new Effect.KillTree(99));
    }

    @Test
    void countsAsDeadWhenTheMainProcessIsDeadAndAsDownOnlyWhenTheTreeIsEmpty() {
        runUntilReady();
        feed(new Input.Exited(1, new Exit.Signal(9)));
        assertThat(phase()).isEqualTo(SidecarPhase.STOPPING);
        assertThat(lifeCycle.state()).isNotInstanceOf(SidecarState.Down.class);
        assertThat(effects).hasSize(1);
        feed(new Input.Emptied(1, ""));

        assertThat(phase()).isEqualTo(SidecarPhase.BACKOFF);
    }

    @Test
    void restartsAtOnceAfterTenSecondsOfReadinessAndOtherwiseWaits() {
        runUntilReady();
        pass(Duration.ofSeconds(10));
        feed(new Input.Exited(1, new Exit.Code(1)), new Input.Emptied(1, ""));
        assertThat(lifeCycle.state()).isEqualTo(new SidecarState.Spawning(2));

        feed(new Input.Spawned(2, 8), new Input.ProbePassed(2));
        pass(Duration.ofMillis(9_999));
        feed(new Input.Exited(2, new Exit.Code(1)), new Input.Emptied(2, ""));
        assertThat(phase()).isEqualTo(SidecarPhase.BACKOFF);
        assertThat(lifeCycle.restarts()).isEqualTo(2);
    }

    @Test
    void givesUpOnTheSeventhCrashWithinNinetySeconds() {
        feed(new Input.StartAsked());
        for (int i = 0; i < 6; i++) {
            crash();
            assertThat(phase()).as("crash %d", i + 1).isEqualTo(SidecarPhase.BACKOFF);
            pass(RestartDelay.MOST);
            assertThat(phase()).isEqualTo(SidecarPhase.STARTING);
            now = now.minus(RestartDelay.MOST).plusMillis(10);
        }
        crash();

        assertThat(phase()).isEqualTo(SidecarPhase.SAFE_MODE);
        assertThat(lifeCycle.state().reason())
                .isEqualTo(
                        "it exited with code 1, and the 6 restarts it has within 90 s are used up");
        pass(Duration.ofDays(1));
        assertThat(phase()).isEqualTo(SidecarPhase.SAFE_MODE);
        assertThat(lifeCycle.account().used(now)).as("as the reason says").isEqualTo(6);
        feed(new Input.StartAsked());
        assertThat(phase()).isEqualTo(SidecarPhase.STARTING);
        assertThat(lifeCycle.account().used(now)).isZero();
    }

    @Test
    void isEndedAndChargedWhenItIsNotReadyInTime() {
        feed(new Input.StartAsked(), new Input.Spawned(1, 7));
        pass(Duration.ofMillis(59_999));
        assertThat(phase()).isEqualTo(SidecarPhase.STARTING);
        pass(Duration.ofMillis(1));
        assertThat(effects).contains(new Effect.AskToExit(1));
        feed(new Input.Exited(1, new Exit.Code(0)), new Input.Emptied(1, ""));

        assertThat(phase()).isEqualTo(SidecarPhase.BACKOFF);
        assertThat(lifeCycle.state().reason()).isEqualTo("it was not ready within 60 s");
        assertThat(lifeCycle.account().used(now)).isEqualTo(1);
    }

    @Test
    void aStandstillOfTheMachineMovesTheStartDeadline() {
        feed(new Input.StartAsked(), new Input.Spawned(1, 7));
        now = now.plusSeconds(300);
        feed(new Input.Overslept(Duration.ofSeconds(290)), new Input.TimeReached());

        assertThat(phase()).isEqualTo(SidecarPhase.STARTING);
    }

    @Test
    void isUnreadyAfterThreeFailedChecksInARowAndIsNotRestartedForThat() {
        runUntilReady();
        feed(new Input.ProbeMissed(1), new Input.ProbeMissed(1), new Input.ProbePassed(1));
        feed(new Input.ProbeMissed(1), new Input.ProbeMissed(1));
        assertThat(phase()).isEqualTo(SidecarPhase.READY);
        feed(new Input.ProbeMissed(1));
        assertThat(phase()).isEqualTo(SidecarPhase.UNREADY);
        feed(new Input.ProbePassed(1));

        assertThat(phase()).isEqualTo(SidecarPhase.READY);
        assertThat(lifeCycle.restarts()).isZero();
    }

    @Test
    void aRestartOnRequestIsNotCharged() {
        runUntilReady();
        feed(
                new Input.RestartAsked(),
                new Input.Exited(1, new Exit.Code(0)),
                new Input.Emptied(1, ""));

        assertThat(lifeCycle.state()).isEqualTo(new SidecarState.Spawning(2));
        assertThat(lifeCycle.account().used(now)).isZero();
        assertThat(lifeCycle.restarts()).isZero();
    }

    @Test
    void aRestartWhileItIsBeingStartedStartsAnotherProcess() {
        feed(new Input.StartAsked(), new Input.RestartAsked(), new Input.Spawned(1, 7));
        assertThat(phase()).isEqualTo(SidecarPhase.STOPPING);
        feed(new Input.Exited(1, new Exit.Code(3)), new Input.Emptied(1, ""));

        assertThat(lifeCycle.state()).isEqualTo(new SidecarState.Spawning(2));
        assertThat(lifeCycle.account().used(now)).isZero();
    }

    @Test
    void theLastWishCountsWhileItGoesAway() {
        runUntilReady();
        feed(new Input.StopAsked(), new Input.StartAsked(), new Input.Exited(1, new Exit.Code(0)));
        feed(new Input.StopAsked(), new Input.RestartAsked(), new Input.Emptied(1, ""));
        assertThat(phase()).isEqualTo(SidecarPhase.STARTING);
        feed(new Input.StopAsked(), new Input.StartAsked(), new Input.StopAsked());
        feed(new Input.SpawnFailed(2, new Input.Failure.Passing("x")));

        assertThat(phase()).isEqualTo(SidecarPhase.STOPPED);
    }

    @Test
    void policiesDecideOverAnExit() {
        record Case(RestartPolicy policy, Exit exit, SidecarPhase then) {}
        var cases =
                List.of(
                        new Case(RestartPolicy.ALWAYS, new Exit.Code(0), SidecarPhase.BACKOFF),
                        new Case(RestartPolicy.ALWAYS, new Exit.Code(3), SidecarPhase.BACKOFF),
                        new Case(
                                RestartPolicy.ON_FAILURE, new Exit.Code(0), SidecarPhase.COMPLETED),
                        new Case(RestartPolicy.ON_FAILURE, new Exit.Code(3), SidecarPhase.BACKOFF),
                        new Case(
                                RestartPolicy.ON_FAILURE,
                                new Exit.Signal(11),
                                SidecarPhase.BACKOFF),
                        new Case(
                                RestartPolicy.ON_FAILURE, new Exit.Unknown(), SidecarPhase.BACKOFF),
                        new Case(RestartPolicy.NEVER, new Exit.Code(0), SidecarPhase.COMPLETED),
                        new Case(RestartPolicy.NEVER, new Exit.Code(3), SidecarPhase.STOPPED));
        for (var one : cases) {
            effects.clear();
            lifeCycle = of(tcp().restarts(one.policy()));
            runUntilReady();
            feed(new Input.Exited(1, one.exit()), new Input.Emptied(1, ""));

            assertThat(phase()).as("%s", one).isEqualTo(one.then());
        }
    }

    @Test
    void aStartThatCanOnlyFailAgainIsNotTriedAgain() {
        feed(
                new Input.StartAsked(),
                new Input.SpawnFailed(1, new Input.Failure.Configured(PROBLEM)));

        assertThat(lifeCycle.state()).isEqualTo(new SidecarState.FailedConfig(PROBLEM));
        assertThat(lifeCycle.account().used(now)).isZero();
        assertThat(lifeCycle.state().wakeAt()).isEmpty();
    }

    @Test
    void aPortThatSomebodyElseTookIsRetriedFiveTimesWithoutCharge() {
        feed(new Input.StartAsked());
        for (int i = 1; i <= 5; i++) {
            feed(
                    new Input.Spawned(i, 7),
                    new Input.Exited(i, new Exit.Code(1)),
                    new Input.Emptied(i, "pid 99"));
            assertThat(lifeCycle.state()).isEqualTo(new SidecarState.Spawning(i + 1));
        }
        assertThat(lifeCycle.account().used(now)).isZero();
        feed(
                new Input.Spawned(6, 7),
                new Input.Exited(6, new Exit.Code(1)),
                new Input.Emptied(6, "pid 99"));

        assertThat(phase()).isEqualTo(SidecarPhase.BACKOFF);
        assertThat(lifeCycle.account().used(now)).isEqualTo(1);
    }

    @Test
    void waitsForItsNeedsAlsoBeforeARestart() {
        lifeCycle = of(tcp().needs("db", new SidecarSpec.Need.Ready()));
        feed(new Input.StartAsked());
        assertThat(phase()).isEqualTo(SidecarPhase.WAITING);
        feed(new Input.NeedsChanged(""));
        assertThat(phase()).isEqualTo(SidecarPhase.STARTING);
        crash();
        feed(new Input.NeedsChanged("waits for db"));
        pass(RestartDelay.MOST);
        assertThat(phase()).isEqualTo(SidecarPhase.WAITING);
        feed(new Input.RestartAsked(), new Input.NeedsChanged(""), new Input.NeedsChanged(""));

        assertThat(effects.stream().filter(Effect.Spawn.class::isInstance)).hasSize(2);
    }

    @Test
    void newsOfAnOldRunChangesNothing() {
        runUntilReady();
        feed(
                new Input.RestartAsked(),
                new Input.Exited(1, new Exit.Code(0)),
                new Input.Emptied(1, ""));
        feed(new Input.Spawned(2, 8));
        var before = lifeCycle.state();
        feed(
                new Input.ProbePassed(1),
                new Input.Exited(1, new Exit.Code(0)),
                new Input.Emptied(1, ""));

        assertThat(lifeCycle.state()).isEqualTo(before);
    }
}
