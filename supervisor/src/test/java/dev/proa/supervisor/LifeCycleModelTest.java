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

/** Random lives of a sidecar against a model of the guard that keeps its processes. */
class LifeCycleModelTest {
    private static final int SEEDS = 3000;
    private static final int TURNS = 120;
    private static final List<RestartPolicy> POLICIES = List.of(RestartPolicy.values());
    private static final Duration WITHIN = Duration.ofSeconds(90);

    /** What the world holds of one run. */
    private enum Life {
        HANDED,
        ALIVE,
        DEAD
    }

    private static final class World {
        final SplittableRandom dice;
        final LifeCycle lifeCycle;
        Instant now = Instant.parse("2026-01-01T12:00:00Z");
        long run; // the only run that may exist
        Life life = Life.DEAD;
        boolean exists;
        boolean asked; // to exit, or killed
        int charged;
        final List<Instant> restarts = new ArrayList<>();
        final List<String> story = new ArrayList<>();

        World(int seed) {
            dice = new SplittableRandom(seed);
            var policy = POLICIES.get(dice.nextInt(3));
            var spec =
                    Specs.sidecar("api").port().restarts(policy).ready(new SidecarSpec.Check.Tcp());
            lifeCycle =
                    new LifeCycle(
                            (dice.nextBoolean()
                                            ? spec.needs("db", new SidecarSpec.Need.Ready())
                                            : spec)
                                    .done(),
                            dice);
        }

        void feed(Input input) {
            story.add(now + " " + lifeCycle.state() + " <- " + input);
            for (var effect : lifeCycle.on(input, now)) {
                apply(effect);
            }
            if (lifeCycle.restarts() > charged) {
                charged = lifeCycle.restarts();
                restarts.add(now);
            }
            if (lifeCycle.budget().spent().isEmpty()) {
                restarts.clear(); // a person refilled it
            }
        }

        void apply(Effect effect) {
            story.add("  " + effect);
            switch (effect) {
                case Effect.Spawn(long next) -> {
                    assertThat(exists).as("a second process at once").isFalse();
                    assertThat(next).isGreaterThan(run);
                    run = next;
                    exists = true;
                    asked = false;
                    life = Life.HANDED;
                }
                case Effect.AskToExit(long of) -> asked |= of == run;
                case Effect.KillTree(long of) -> asked |= of == run;
                case Effect.Dump(long of) -> assertThat(of).isEqualTo(run);
            }
        }

        /** Something that may happen now. */
        Input next() {
            now = now.plusMillis(dice.nextInt(4) == 0 ? dice.nextInt(20_000) : dice.nextInt(300));
            return switch (dice.nextInt(16)) {
                case 0 -> new Input.StartAsked();
                case 1 -> dice.nextInt(3) == 0 ? new Input.StopAsked() : new Input.TimeReached();
                case 2 -> dice.nextInt(6) == 0 ? new Input.RestartAsked() : new Input.TimeReached();
                case 3 -> dice.nextInt(6) == 0 ? new Input.KillAsked() : new Input.TimeReached();
                case 4 -> new Input.NeedsChanged(dice.nextInt(4) != 0);
                case 5 -> new Input.ProbePassed(someRun());
                case 6 -> new Input.ProbeMissed(someRun());
                case 7 -> new Input.Overslept(Duration.ofSeconds(dice.nextInt(100)));
                case 8 -> stale();
                default -> news();
            };
        }

        long someRun() {
            return Math.max(0, run - dice.nextInt(2));
        }

        Input stale() {
            long old = run - 1 - dice.nextInt(3);
            return switch (dice.nextInt(3)) {
                case 0 -> new Input.Exited(old, new Exit.Code(0));
                case 1 -> new Input.Emptied(old, false);
                default -> new Input.SpawnFailed(old, new Input.Failure.Passing("late"));
            };
        }

        /** What the guard says next, in the order it promises. */
        Input news() {
            if (!exists) {
                return new Input.TimeReached();
            }
            return switch (life) {
                case HANDED -> handed(dice.nextInt(10));
                case ALIVE -> alive();
                case DEAD -> {
                    exists = false;
                    yield new Input.Emptied(run, dice.nextInt(8) == 0);
                }
            };
        }

        Input handed(int luck) {
            if (luck < 2) {
                exists = false;
                return new Input.SpawnFailed(
                        run,
                        luck == 0
                                ? new Input.Failure.Configured(
                                        new Problem(Where.of("proa.yaml"), "x", "y"))
                                : new Input.Failure.Passing("x"));
            }
            life = Life.ALIVE;
            return new Input.Spawned(run, 1000 + run);
        }

        Input alive() {
            if (!asked && dice.nextInt(3) != 0) {
                return new Input.ProbePassed(run);
            }
            life = Life.DEAD;
            return new Input.Exited(
                    run, dice.nextBoolean() ? new Exit.Code(0) : new Exit.Signal(9));
        }

        void check() {
            if (lifeCycle.state() instanceof SidecarState.Down) {
                assertThat(exists).as("down, but a process exists").isFalse();
            } else {
                assertThat(exists).as("not down, but no process exists").isTrue();
            }
            var window = restarts.stream().filter(at -> at.isAfter(now.minus(WITHIN))).count();
            assertThat(window).as("restarts within 90 s").isLessThanOrEqualTo(6);
        }

        void live() {
            for (int turn = 0; turn < TURNS; turn++) {
                feed(next());
                check();
            }
            // However it stands: after a stop and the news that follow from it, it is stopped.
            feed(new Input.StopAsked());
            for (int i = 0; i < 4 && exists; i++) {
                asked = true;
                feed(news());
                check();
            }
            assertThat(lifeCycle.state()).isInstanceOf(SidecarState.Stopped.class);
        }
    }

    @Test
    void downMeansThatNoProcessExistsAndRestartsAreBounded() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var world = new World(seed);
            try {
                world.live();
            } catch (AssertionError e) {
                throw new AssertionError(
                        "seed "
                                + seed
                                + ", turn "
                                + world.story.size()
                                + "\n"
                                + String.join("\n", world.story),
                        e);
            }
        }
    }
}
