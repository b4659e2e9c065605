package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Restart;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.profile.SidecarSpec.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Random lives of a sidecar against a model of the guard that keeps its processes. */
class LifeCycleModelTest {
    private static final int SEEDS = Integer.getInteger("proa.model.seeds", 8);
    private static final int TURNS = 100_000;
    private static final int STORY = 60;
    private static final int HEAL_EVERY = 500;

    /** What the world holds of one run. */
    private enum Life {
        HANDED,
        ALIVE,
        DEAD
    }

    /** One input, for the story of a failure. */
    private record Line(Instant at, SidecarState state, Input input, List<Effect> effects) {}

    /** From one state to the next, by their names. */
    private record Move(String from, String to) {}

    private static <T> T any(List<T> choice, SplittableRandom dice) {
        return choice.get(dice.nextInt(choice.size()));
    }

    private static SidecarSpec spec(SplittableRandom dice) {
        var policy = any(List.of(RestartPolicy.values()), dice);
        var strategy = any(List.of(Strategy.values()), dice);
        var spec =
                Specs.sidecar("api")
                        .port()
                        .kind(
                                dice.nextInt(8) == 0
                                        ? SidecarSpec.Kind.TASK
                                        : SidecarSpec.Kind.SERVICE)
                        .restart(
                                new Restart(
                                        policy,
                                        6,
                                        Duration.ofSeconds(90),
                                        strategy,
                                        Set.of(70),
                                        Set.of(71)))
                        .ready(
                                new SidecarSpec.Ready(
                                        new SidecarSpec.Check.Tcp(),
                                        Duration.ofSeconds(60),
                                        Duration.ofSeconds(2),
                                        3,
                                        dice.nextBoolean()
                                                ? Optional.of(Duration.ofSeconds(20))
                                                : Optional.empty()));
        if (dice.nextInt(3) != 0) {
            var second = Duration.ofSeconds(1);
            spec.live(new SidecarSpec.Live(new SidecarSpec.Check.Tcp(), second, second, 3));
        }
        if (dice.nextBoolean()) {
            spec.dump(new SidecarSpec.Dump.Signal("QUIT", Duration.ofSeconds(3)));
        }
        return (dice.nextBoolean() ? spec.needs("db", new SidecarSpec.Need.Ready()) : spec).done();
    }

    private static final class World {
        final SplittableRandom dice;
        final LifeCycle lifeCycle;
        final Set<Move> moves;
        final int people; // they ask for something so seldom
        final Deque<Line> story = new ArrayDeque<>();
        Instant now = Instant.parse("2026-01-01T12:00:00Z");
        Instant calmUntil = Instant.MIN;
        long run; // the only run that may exist
        long dumped; // the last run that was dumped
        Life life = Life.DEAD;
        boolean exists;
        boolean asked; // to exit, or killed
        boolean stopWished; // and nothing else was asked for since
        boolean wild = true; // false while the world is kind
        int charged;
        final List<Instant> charges = new ArrayList<>(); // since somebody refilled the budget
        final List<Instant> appCharges = new ArrayList<>();

        World(int seed, Set<Move> moves) {
            this.moves = moves;
            this.people = seed % 2 == 0 ? 1 : 100;
            dice = new SplittableRandom(seed);
            lifeCycle = new LifeCycle(spec(dice), dice, new AppBudget());
        }

        void feed(Input input) {
            wishes(input);
            var before = lifeCycle.state();
            var effects = lifeCycle.on(input, now);
            story.addLast(new Line(now, before, input, effects));
            if (story.size() > STORY) {
                story.removeFirst();
            }
            effects.forEach(effect -> apply(effect, before));
            moved(before, lifeCycle.state());
            account(before, input);
            check();
        }

        void wishes(Input input) {
            switch (input) {
                case Input.StopAsked _, Input.KillAsked _ -> stopWished = true;
                case Input.StartAsked _, Input.RestartAsked _ -> stopWished = false;
                case Input.StepAside ask -> stopWished &= !ask.byPerson();
                case Input.Overslept _ -> calmUntil = now.plus(LifeCycle.CALM);
                default -> {}
            }
        }

        void apply(Effect effect, SidecarState before) {
            switch (effect) {
                case Effect.Spawn(long next) -> {
                    assertThat(exists).as("a second process at once").isFalse();
                    assertThat(stopWished).as("a start against the last wish").isFalse();
                    assertThat(next).isGreaterThan(run);
                    run = next;
                    exists = true;
                    asked = false;
                    life = Life.HANDED;
                }
                case Effect.AskToExit(long of) -> {
                    asked |= of == run;
                    if (before instanceof SidecarState.Hung) {
                        assertThat(dumped).as("the dump before the stop").isEqualTo(of);
                    }
                }
                case Effect.KillTree(long of) -> asked |= of == run;
                case Effect.Dump(long of) -> {
                    assertThat(of).isEqualTo(run).isGreaterThan(dumped);
                    dumped = of;
                }
                case Effect.ClearAround _ -> assertThat(exists).isFalse();
            }
        }

        void moved(SidecarState before, SidecarState after) {
            if (before.getClass() != after.getClass()) {
                moves.add(new Move(name(before), name(after)));
            }
        }

        void account(SidecarState before, Input input) {
            if (lifeCycle.account().budget().spent().isEmpty()) {
                charges.clear(); // a person refilled it
            }
            if (lifeCycle.restarts() == charged) {
                return;
            }
            charged = lifeCycle.restarts();
            charges.add(now);
            appCharges.add(now);
            boolean ended = input instanceof Input.Emptied || input instanceof Input.SpawnFailed;
            assertThat(ended).as("charged for %s", input).isTrue();
            if (before instanceof SidecarState.Going going) {
                assertThat(going.after())
                        .as("charged although somebody asked for it, or the machine stood still")
                        .isInstanceOfSatisfying(
                                After.Judge.class, judge -> assertThat(judge.excused()).isFalse());
            } else {
                assertThat(now.isBefore(calmUntil)).as("charged in the calm").isFalse();
            }
        }

        void check() {
            var state = lifeCycle.state();
            assertThat(state instanceof SidecarState.Down).as("down: %s", state).isEqualTo(!exists);
            within(charges, Duration.ofSeconds(90), 6);
            within(charges, Duration.ofHours(1), 20);
            within(appCharges, Duration.ofSeconds(90), 12);
        }

        void within(List<Instant> moments, Duration window, int most) {
            var oldest = now.minus(window);
            int count = 0;
            for (int i = moments.size() - 1; i >= 0 && moments.get(i).isAfter(oldest); i--) {
                count++;
            }
            assertThat(count).as("restarts within %s", window).isLessThanOrEqualTo(most);
        }

        /** Something that may happen now. */
        Input next() {
            now =
                    now.plusMillis(
                            dice.nextInt(6 * people) == 0
                                    ? dice.nextInt(20_000)
                                    : dice.nextInt(300));
            return switch (dice.nextInt(24)) {
                case 0 -> seldom(people, new Input.StartAsked());
                case 1 -> seldom(4 * people, new Input.StopAsked());
                case 2 -> seldom(8 * people, new Input.RestartAsked());
                case 3 -> seldom(8 * people, new Input.KillAsked());
                case 4 -> new Input.NeedsChanged(dice.nextInt(4) != 0 ? "" : "waits for db");
                case 5 -> new Input.ProbePassed(someRun());
                case 6, 7 -> new Input.ProbeMissed(someRun());
                case 8 -> seldom(6, overslept());
                case 9 -> stale();
                case 10 -> new Input.LivePassed(someRun());
                case 11, 12, 13 -> new Input.LiveMissed(someRun());
                case 14 -> seldom(4, new Input.Dumped(someRun()));
                case 15 ->
                        seldom(
                                3,
                                new Input.StepAside(
                                        dice.nextInt(people == 1 ? 4 : 40) == 0, "db went down"));
                case 16 -> new Input.ComeBack();
                default -> news();
            };
        }

        Input seldom(int bound, Input input) {
            return dice.nextInt(bound) == 0 ? input : new Input.TimeReached();
        }

        Input overslept() {
            var by = Duration.ofSeconds(3 + dice.nextInt(100));
            now = now.plus(by);
            return new Input.Overslept(by);
        }

        long someRun() {
            return Math.max(0, run - (dice.nextInt(4) == 0 ? 1 : 0));
        }

        Input stale() {
            long old = run - 1 - dice.nextInt(3);
            return switch (dice.nextInt(3)) {
                case 0 -> new Input.Exited(old, new Exit.Code(0));
                case 1 -> new Input.Emptied(old, "");
                default -> new Input.SpawnFailed(old, new Input.Failure.Passing("late"));
            };
        }

        /** What the guard says next, in the order it promises. */
        Input news() {
            if (!exists) {
                return new Input.TimeReached();
            }
            return switch (life) {
                case HANDED -> handed(wild ? dice.nextInt(11 + people) : 12);
                case ALIVE -> alive();
                case DEAD -> {
                    exists = false;
                    yield new Input.Emptied(run, wild && dice.nextInt(8) == 0 ? "pid 99" : "");
                }
            };
        }

        Input handed(int luck) {
            if (luck < (people == 1 ? 2 : 12)) {
                exists = false;
                var problem = new Problem(Where.of("proa.yaml"), "x", "y");
                return new Input.SpawnFailed(
                        run,
                        luck == 0
                                ? new Input.Failure.Configured(problem)
                                : new Input.Failure.Passing("could not be started"));
            }
            life = Life.ALIVE;
            return new Input.Spawned(run, 1000 + run);
        }

        Input alive() {
            if (!asked && (!wild || dice.nextInt(5) != 0)) {
                return dice.nextBoolean() ? new Input.ProbePassed(run) : new Input.LivePassed(run);
            }
            life = Life.DEAD;
            int kind = dice.nextInt(11 + people);
            return new Input.Exited(
                    run,
                    switch (kind) {
                        case 0 -> new Exit.Code(70);
                        case 1 -> new Exit.Code(71);
                        case 2 -> new Exit.Unknown();
                        case 3, 4, 5 -> new Exit.Code(0);
                        default -> new Exit.Signal(9);
                    });
        }

        /** No state is without a way out: in a kind world whoever is wanted gets ready. */
        void heal() {
            wild = false;
            feed(new Input.NeedsChanged(""));
            for (int i = 0; i < 60 && !(lifeCycle.state() instanceof SidecarState.Ready); i++) {
                now = now.plusSeconds(5);
                feed(
                        switch (lifeCycle.state()) {
                            case SidecarState.AtRest _ -> new Input.StartAsked();
                            case SidecarState.Aside _ -> new Input.ComeBack();
                            default -> new Input.TimeReached();
                        });
                feed(news());
            }
            assertThat(lifeCycle.state()).isInstanceOf(SidecarState.Ready.class);
            wild = true;
        }

        /** However it stands: after a stop and the news that follow from it, it is at rest. */
        void stop() {
            feed(new Input.StopAsked());
            for (int i = 0; i < 4 && exists; i++) {
                asked = true;
                feed(news());
            }
            assertThat(lifeCycle.state().phase()).isEqualTo(SidecarPhase.STOPPED);
        }

        void live() {
            for (int turn = 1; turn <= TURNS; turn++) {
                feed(next());
                if (turn % (HEAL_EVERY * people) == 0 && dice.nextBoolean()) {
                    heal();
                } else if (turn % (HEAL_EVERY * people) == 0) {
                    stop();
                }
            }
        }
    }

    private static String name(SidecarState state) {
        return state.getClass().getSimpleName();
    }

    private static Set<Move> movesOfAllSeeds() {
        var moves = new HashSet<Move>();
        for (int seed = 0; seed < SEEDS; seed++) {
            var world = new World(seed, moves);
            try {
                world.live();
            } catch (AssertionError e) {
                throw new AssertionError(
                        "seed "
                                + seed
                                + "\n"
                                + world.story.stream()
                                        .map(Line::toString)
                                        .collect(Collectors.joining("\n")),
                        e);
            }
        }
        return moves;
    }

    @Test
    void keepsItsPromisesThroughAHundredThousandInputsPerSeedAndMovesAsDrawn() throws IOException {
        var moves = new TreeMap<String, TreeSet<String>>();
        for (var move : movesOfAllSeeds()) {
            moves.computeIfAbsent(move.from(), _ -> new TreeSet<>()).add(move.to());
        }

        var table =
                moves.entrySet().stream()
                        .map(row ->
                                "| %s | %s |"
                                        .formatted(row.getKey(), String.join(", ", row.getValue())))
                        .collect(Collectors.joining("\n"));
        var document = Files.readString(Path.of("../docs/design/sidecar-life-cycle.md"));
        var rows =
                Pattern.compile(
                                "^\\| [A-Z]\\w+ \\| [A-Z]\\w+(, [A-Z]\\w+)* \\|$",
                                Pattern.MULTILINE)
                        .matcher(document)
                        .results()
                        .map(java.util.regex.MatchResult::group)
                        .collect(Collectors.joining("\n"));
        assertThat(rows).as("the moves of docs/design/sidecar-life-cycle.md").isEqualTo(table);
    }
}
