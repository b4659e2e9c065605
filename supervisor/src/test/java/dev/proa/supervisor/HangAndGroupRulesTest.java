package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.SidecarSpec.Restart;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.profile.SidecarSpec.Strategy;
import dev.proa.profile.SidecarSpec.Taken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The rules of hangs, of groups, of ends that are special, and of budgets over a long time. */
class HangAndGroupRulesTest {
    private final AppBudget app = new AppBudget();
    private Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private LifeCycle lifeCycle = of(tcp());
    private final List<Effect> effects = new ArrayList<>();

    private static Specs tcp() {
        return Specs.sidecar("api").port().ready(new Check.Tcp());
    }

    private static Specs live() {
        var second = Duration.ofSeconds(1);
        return tcp().live(new SidecarSpec.Live(new Check.Tcp(), second, second, 3));
    }

    private static Specs strategy(Strategy strategy) {
        return tcp().restart(restart(strategy, Set.of(), Set.of()));
    }

    private static Restart restart(Strategy strategy, Set<Integer> fatal, Set<Integer> conflict) {
        return new Restart(
                RestartPolicy.ALWAYS, 6, Duration.ofSeconds(90), strategy, fatal, conflict);
    }

    private LifeCycle of(Specs spec) {
        return new LifeCycle(spec.done(), new SplittableRandom(1), app);
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

    private long run() {
        return effects.stream()
                .mapToLong(effect -> effect instanceof Effect.Spawn(long run) ? run : 0)
                .max()
                .orElse(1);
    }

    private void runUntilReady() {
        feed(new Input.StartAsked(), new Input.Spawned(run(), 7), new Input.ProbePassed(run()));
        assertThat(phase()).isEqualTo(SidecarPhase.READY);
    }

    private void end(Exit exit) {
        end(exit, "");
    }

    private void end(Exit exit, String portTakenBy) {
        feed(new Input.Exited(run(), exit), new Input.Emptied(run(), portTakenBy));
    }

    @Test
    void isLiveOnceItsLiveCheckHeldBeforeItIsReady() {
        lifeCycle = of(live());
        feed(new Input.StartAsked(), new Input.Spawned(1, 7), new Input.LivePassed(1));
        assertThat(phase()).isEqualTo(SidecarPhase.LIVE);
        assertThat(lifeCycle.healthy()).isFalse();
        feed(new Input.ProbePassed(1));
        assertThat(phase()).isEqualTo(SidecarPhase.READY);
        assertThat(lifeCycle.healthy()).isTrue();
        feed(new Input.LiveMissed(1));

        assertThat(phase()).isEqualTo(SidecarPhase.READY);
        assertThat(lifeCycle.healthy()).isFalse();
    }

    @Test
    void aHungOneIsDumpedThenStoppedThenRestartedOnceAndCharged() {
        lifeCycle = of(live());
        runUntilReady();
        pass(Duration.ofSeconds(20));
        feed(new Input.LiveMissed(1), new Input.LiveMissed(1), new Input.LivePassed(1));
        feed(new Input.LiveMissed(1), new Input.LiveMissed(1));
        assertThat(phase()).isEqualTo(SidecarPhase.READY);
        feed(new Input.LiveMissed(1));
        assertThat(phase()).isEqualTo(SidecarPhase.HUNG);
        feed(new Input.LivePassed(1), new Input.ProbePassed(1), new Input.Dumped(1));
        assertThat(phase()).isEqualTo(SidecarPhase.STOPPING);
        end(new Exit.Signal(9));

        assertThat(effects)
                .containsExactly(
                        new Effect.Spawn(1),
                        new Effect.Dump(1),
                        new Effect.AskToExit(1),
                        new Effect.Spawn(2));
        assertThat(lifeCycle.restarts()).isEqualTo(1);
    }

    @Test
    void aDumpThatTakesTooLongIsNotWaitedFor() {
        lifeCycle = of(live().dump(new SidecarSpec.Dump.Signal("QUIT", Duration.ofSeconds(4))));
        runUntilReady();
        feed(new Input.LiveMissed(1), new Input.LiveMissed(1), new Input.LiveMissed(1));
        pass(Duration.ofMillis(5_999));
        assertThat(phase()).isEqualTo(SidecarPhase.HUNG);
        pass(Duration.ofMillis(1));

        assertThat(phase()).isEqualTo(SidecarPhase.STOPPING);
        assertThat(lifeCycle.state().reason())
                .isEqualTo("it failed its live check 3 times in a row");
    }

    @Test
    void anUnreadyOneIsRestartedWhenTheManifestSaysAfterHowLong() {
        lifeCycle =
                of(
                        tcp().ready(
                                        new SidecarSpec.Ready(
                                                new Check.Tcp(),
                                                Duration.ofSeconds(60),
                                                Duration.ofSeconds(2),
                                                2,
                                                Optional.of(Duration.ofSeconds(30)))));
        runUntilReady();
        feed(new Input.ProbeMissed(1), new Input.ProbeMissed(1));
        assertThat(phase()).isEqualTo(SidecarPhase.UNREADY);
        pass(Duration.ofSeconds(29));
        assertThat(phase()).isEqualTo(SidecarPhase.UNREADY);
        pass(Duration.ofSeconds(1));
        end(new Exit.Code(0));

        assertThat(lifeCycle.restarts()).isEqualTo(1);
    }

    @Test
    void aStandstillForgivesMissesAndEndsForTenSeconds() {
        lifeCycle = of(live());
        runUntilReady();
        feed(new Input.LiveMissed(1), new Input.LiveMissed(1), new Input.ProbeMissed(1));
        now = now.plus(Duration.ofMinutes(10));
        feed(new Input.Overslept(Duration.ofMinutes(10)));
        for (int i = 0; i < 5; i++) {
            feed(new Input.LiveMissed(1), new Input.ProbeMissed(1));
        }
        assertThat(phase()).isEqualTo(SidecarPhase.READY);
        pass(Duration.ofMillis(9_999));
        end(new Exit.Signal(9));

        assertThat(lifeCycle.state()).isEqualTo(new SidecarState.Spawning(2));
        assertThat(lifeCycle.restarts()).isZero();
        feed(new Input.Spawned(2, 8));
        pass(Duration.ofMillis(1));
        end(new Exit.Signal(9));
        assertThat(lifeCycle.restarts()).isEqualTo(1);
    }

    @Test
    void aCodeThatIsFatalIsAProblemAndNotARestart() {
        lifeCycle = of(tcp().restart(restart(Strategy.ONE_FOR_ONE, Set.of(42), Set.of())));
        runUntilReady();
        end(new Exit.Code(42));

        assertThat(phase()).isEqualTo(SidecarPhase.FAILED_CONFIG);
        assertThat(lifeCycle.state().reason())
                .isEqualTo("api exited with code 42, after which it is never restarted");
        assertThat(effects).contains(new Effect.ClearAround(false));
    }

    @Test
    void aConflictCodeMeansAnotherPortUnlessThePortIsFixed() {
        var rule = restart(Strategy.ONE_FOR_ONE, Set.of(), Set.of(48));
        lifeCycle = of(tcp().restart(rule).port(new Port.Assigned(OptionalInt.empty())));
        feed(new Input.StartAsked());
        for (int i = 1; i <= 5; i++) {
            feed(new Input.Spawned(i, 7));
            end(new Exit.Code(48));
            assertThat(lifeCycle.state()).isEqualTo(new SidecarState.Spawning(i + 1));
        }
        assertThat(lifeCycle.restarts()).isZero();
        feed(new Input.Spawned(6, 7));
        end(new Exit.Code(48));
        assertThat(phase()).isEqualTo(SidecarPhase.BACKOFF);

        effects.clear();
        var fixed = new Port.Fixed(new dev.proa.core.LoopbackPort(8080), Taken.FAIL);
        lifeCycle = of(tcp().restart(rule).port(fixed));
        feed(new Input.StartAsked(), new Input.Spawned(1, 7));
        end(new Exit.Code(48), "pid 99 (node, user ada)");
        assertThat(phase()).isEqualTo(SidecarPhase.FAILED_CONFIG);
        assertThat(lifeCycle.state().reason()).contains("8080", "by pid 99 (node, user ada)");
    }

    @Test
    void aTaskThatExitsWithZeroHasCompletedWhateverItsPolicy() {
        for (var policy : RestartPolicy.values()) {
            effects.clear();
            lifeCycle = of(tcp().kind(SidecarSpec.Kind.TASK).restarts(policy));
            feed(new Input.StartAsked(), new Input.Spawned(1, 7));
            end(new Exit.Code(0));

            assertThat(phase()).isEqualTo(SidecarPhase.COMPLETED);
        }
        effects.clear();
        lifeCycle = of(tcp().kind(SidecarSpec.Kind.TASK).restarts(RestartPolicy.ON_FAILURE));
        feed(new Input.StartAsked(), new Input.Spawned(1, 7));
        end(new Exit.Code(1));
        assertThat(phase()).isEqualTo(SidecarPhase.BACKOFF);
    }

    @Test
    void waitsAsideWhileItsGroupGoesDownAndKeepsItsDelay() {
        lifeCycle = of(strategy(Strategy.REST_FOR_DEPENDENTS));
        runUntilReady();
        end(new Exit.Code(1));
        assertThat(phase()).isEqualTo(SidecarPhase.WAITING);
        assertThat(effects).contains(new Effect.ClearAround(false));
        feed(new Input.ComeBack());
        assertThat(phase()).isEqualTo(SidecarPhase.BACKOFF);
        pass(RestartDelay.MOST);
        feed(new Input.Spawned(2, 8), new Input.ProbePassed(2));
        pass(Duration.ofSeconds(10));
        end(new Exit.Code(1));
        feed(new Input.ComeBack());

        assertThat(lifeCycle.state()).isEqualTo(new SidecarState.Spawning(3));
    }

    @Test
    void aMemberOfAGroupMakesRoomWithoutChargeAndIsCalledBackEvenBeforeItIsGone() {
        runUntilReady();
        feed(new Input.StepAside(false, "db went down"), new Input.ComeBack());
        assertThat(effects).contains(new Effect.AskToExit(1));
        end(new Exit.Code(1));

        assertThat(lifeCycle.state()).isEqualTo(new SidecarState.Spawning(2));
        assertThat(lifeCycle.restarts()).isZero();
        feed(new Input.StepAside(false, "db went down"), new Input.StopAsked());
        feed(new Input.ComeBack(), new Input.SpawnFailed(2, new Input.Failure.Passing("x")));
        assertThat(phase()).isEqualTo(SidecarPhase.STOPPED);
    }

    @Test
    void allSidecarsTogetherHaveTwelveRestartsWithinNinetySeconds() {
        var others = new ArrayList<LifeCycle>();
        for (int i = 0; i < 3; i++) {
            others.add(of(tcp()));
        }
        for (int i = 0; i < 13; i++) {
            lifeCycle = others.get(i % 3);
            effects.clear();
            feed(new Input.StartAsked());
            feed(new Input.TimeReached());
            feed(new Input.Spawned(run(), 7));
            end(new Exit.Code(1));
            assertThat(phase())
                    .as("end %d", i + 1)
                    .isEqualTo(i < 12 ? SidecarPhase.BACKOFF : SidecarPhase.SAFE_MODE);
        }

        assertThat(lifeCycle.state().reason())
                .isEqualTo(
                        "it exited with code 1, and the 12 restarts that all sidecars together have within 90 s are used up");
    }

    @Test
    void crashingEveryTwentySecondsEndsInSafeModeAtTheTwentyFirstWithinAnHour() {
        runUntilReady();
        int crashes = 0;
        while (phase() != SidecarPhase.SAFE_MODE && crashes < 100) {
            pass(Duration.ofSeconds(20));
            end(new Exit.Code(1));
            crashes++;
            feed(new Input.Spawned(run(), 7), new Input.ProbePassed(run()));
        }

        assertThat(crashes).isEqualTo(21);
        assertThat(lifeCycle.state().reason()).contains("the 20 restarts it has within 1 h");
    }

    @Test
    void fiveCrashesAndTwoMinutesOfHealthLeaveAFullBudget() {
        feed(new Input.StartAsked());
        for (int i = 0; i < 5; i++) {
            feed(new Input.Spawned(run(), 7));
            end(new Exit.Code(1));
            pass(RestartDelay.MOST);
        }
        assertThat(lifeCycle.account().used(now)).isEqualTo(5);
        feed(new Input.Spawned(run(), 7), new Input.ProbePassed(run()));
        assertThat(lifeCycle.account().budget().nextBack(now)).isPresent();
        pass(Duration.ofMinutes(2));

        assertThat(lifeCycle.account().used(now)).isZero();
        assertThat(lifeCycle.account().budget().nextBack(now)).isEmpty();
    }
}
