package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.Restart;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.profile.SidecarSpec.Strategy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random crashes, stops and restarts of several sidecars against a model of their guard. */
class GraphModelTest {
    private static final int SEEDS = 40 * Integer.getInteger("proa.model.seeds", 8);
    private static final int TURNS = 1500;
    private static final int SIDECARS = 5;

    /** One sidecar: its rules, an inbox in which news may stay for a while, and its process. */
    private static final class Node {
        final SidecarSpec spec;
        final LifeCycle lifeCycle;
        final Deque<Input> inbox = new ArrayDeque<>();
        final Deque<Input> guard = new ArrayDeque<>(); // what the guard will say, in its order
        Seen seen;
        boolean exists;
        boolean dying;
        long run;

        Node(SidecarSpec spec, SplittableRandom dice, AppBudget budget) {
            this.spec = spec;
            lifeCycle = new LifeCycle(spec, dice, budget);
            seen = Seen.of(spec, lifeCycle, Set.of());
        }
    }

    private static final class World {
        final SplittableRandom dice;
        final Map<String, Node> nodes = new LinkedHashMap<>();
        final Needs needs;
        final GroupRestarts rounds;
        final StopOrder stopOrder;
        final List<String> story = new ArrayList<>();
        Instant now = Instant.parse("2026-01-01T12:00:00Z");

        World(int seed) {
            dice = new SplittableRandom(seed);
            var budget = new AppBudget();
            var specs = new ArrayList<SidecarSpec>();
            for (int i = 0; i < SIDECARS; i++) {
                var spec = Specs.sidecar("s" + i).restart(rule());
                for (int j = 0; j < i; j++) {
                    if (dice.nextInt(3) == 0) {
                        spec.needs("s" + j, need());
                    }
                }
                specs.add(spec.done());
            }
            specs.forEach(spec -> nodes.put(spec.id(), new Node(spec, dice, budget)));
            needs = new Needs(specs);
            stopOrder = new StopOrder(specs);
            rounds =
                    new GroupRestarts(
                            () -> needs, id -> node(id).seen, (id, in) -> node(id).inbox.add(in));
            for (var node : nodes.values()) {
                node.inbox.add(new Input.NeedsChanged("?"));
                node.inbox.add(new Input.StartAsked());
            }
        }

        Restart rule() {
            var strategies = List.of(Strategy.values());
            var strategy = strategies.get(dice.nextInt(strategies.size()));
            var within = Duration.ofSeconds(90);
            return new Restart(RestartPolicy.ALWAYS, 6, within, strategy, Set.of(), Set.of());
        }

        Need need() {
            return dice.nextBoolean() ? new Need.Ready() : new Need.Started();
        }

        Node node(String id) {
            return java.util.Objects.requireNonNull(nodes.get(id));
        }

        Node any() {
            return node("s" + dice.nextInt(SIDECARS));
        }

        void turn() {
            now = now.plusMillis(dice.nextInt(12) == 0 ? dice.nextInt(20_000) : dice.nextInt(50));
            var node = any();
            switch (dice.nextInt(40)) {
                case 0 -> crash(node);
                case 1 -> seldom(node, new Input.StopAsked());
                case 2, 3 -> node.inbox.add(new Input.StartAsked());
                case 4 -> restart(node);
                case 5 -> seldom(node, new Input.RestartAsked());
                default -> step(node);
            }
        }

        void seldom(Node node, Input input) {
            if (dice.nextInt(4) == 0) {
                node.inbox.add(input);
            }
        }

        void crash(Node node) {
            if (node.exists && !node.dying && node.guard.isEmpty()) {
                die(node);
            }
        }

        void die(Node node) {
            node.dying = true;
            node.guard.add(new Input.Exited(node.run, new Exit.Signal(9)));
            node.guard.add(new Input.Emptied(node.run, ""));
        }

        /** As the supervisor does it. */
        void restart(Node node) {
            if (dice.nextInt(4) == 0) {
                var all = new HashSet<>(needs.dependents(node.spec.id()));
                all.add(node.spec.id());
                rounds.begin(all, new Input.StepAside(true, "restarts"), node.spec.id());
            }
        }

        /** The guard or the owner of one sidecar does one thing. */
        void step(Node node) {
            if (!node.guard.isEmpty() && dice.nextBoolean()) {
                node.inbox.add(node.guard.remove());
            } else if (!node.inbox.isEmpty()) {
                feed(node, node.inbox.remove());
            } else {
                feed(node, new Input.TimeReached());
            }
        }

        void feed(Node node, Input given) {
            // As Sidecar.lookAround: judged when it is read, not when it was told.
            var input =
                    given instanceof Input.NeedsChanged
                            ? new Input.NeedsChanged(missing(node))
                            : given;
            if (input instanceof Input.Emptied emptied && emptied.run() == node.run) {
                node.exists = false;
            }
            story.add(node.spec.id() + " " + node.lifeCycle.state() + " <- " + input);
            for (var effect : node.lifeCycle.on(input, now)) {
                story.add("  " + effect);
                apply(node, effect, input);
            }
            publish(node);
            assertThat(node.lifeCycle.state() instanceof SidecarState.Down)
                    .as("%s is down", node.spec.id())
                    .isEqualTo(!node.exists);
        }

        String missing(Node node) {
            return needs.missing(node.spec, id -> node(id).seen);
        }

        void publish(Node node) {
            var next = Seen.of(node.spec, node.lifeCycle, Set.of());
            if (next.equals(node.seen)) {
                return;
            }
            node.seen = next;
            for (var other : nodes.values()) {
                if (other.spec.needs().containsKey(node.spec.id())) {
                    other.inbox.add(new Input.NeedsChanged("?"));
                }
            }
            rounds.advance();
        }

        void apply(Node node, Effect effect, Input cause) {
            switch (effect) {
                case Effect.Spawn(long run) -> {
                    assertThat(node.exists).as("two of %s", node.spec.id()).isFalse();
                    if (cause instanceof Input.NeedsChanged) {
                        assertThat(missing(node)).as("needs of %s", node.spec.id()).isEmpty();
                    }
                    node.exists = true;
                    node.dying = false;
                    node.run = run;
                    node.guard.add(new Input.Spawned(run, 1000 + run));
                }
                case Effect.AskToExit _, Effect.KillTree _ -> {
                    if (!node.dying) {
                        die(node);
                    }
                }
                case Effect.Dump _ -> {}
                case Effect.ClearAround(boolean everybody) -> {
                    publish(node);
                    var id = node.spec.id();
                    var members = new HashSet<>(everybody ? nodes.keySet() : needs.dependents(id));
                    members.remove(id);
                    rounds.begin(members, new Input.StepAside(false, id + " went down"), id);
                }
            }
        }

        void settle() {
            for (int i = 0; i < 3000 && !quiet(); i++) {
                nodes.values().forEach(this::step);
            }
            assertThat(quiet()).as("quiet at last").isTrue();
        }

        boolean quiet() {
            return nodes.values().stream().allMatch(n -> n.inbox.isEmpty() && n.guard.isEmpty());
        }

        /** In a kind world everybody who is wanted runs again, whatever happened before. */
        void heal() {
            for (int i = 0; i < 20; i++) {
                now = now.plusSeconds(20);
                nodes.values().forEach(n -> n.inbox.add(new Input.TimeReached()));
                nodes.values().forEach(n -> n.inbox.add(new Input.StartAsked()));
                settle();
            }
            for (var node : nodes.values()) {
                assertThat(node.lifeCycle.state()).isInstanceOf(SidecarState.Ready.class);
            }
        }

        /** As the supervisor does it: nobody is asked before those that need it are down. */
        void close() {
            rounds.clear();
            var asked = new HashSet<String>();
            for (int i = 0; i < 3000 && !allStopped(); i++) {
                for (var id : stopOrder.next(asked, id -> stopped(node(id)))) {
                    asked.add(id);
                    node(id).inbox.add(new Input.StopAsked());
                }
                step(any());
            }
            settle();
            for (var node : nodes.values()) {
                assertThat(node.exists).as("%s exists after the end", node.spec.id()).isFalse();
                assertThat(stopped(node)).as("%s", node.lifeCycle.state()).isTrue();
            }
        }

        boolean allStopped() {
            return nodes.values().stream().allMatch(World::stopped);
        }

        static boolean stopped(Node node) {
            return node.lifeCycle.state().phase() == SidecarPhase.STOPPED;
        }

        void live() {
            for (int turn = 0; turn < TURNS; turn++) {
                turn();
            }
            if (dice.nextBoolean()) {
                settle();
                heal();
            }
            close();
        }
    }

    @Test
    void neverTwoOfOneAndNeedsHoldAtEachStartAndAllAreDownAtTheEnd() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var world = new World(seed);
            try {
                world.live();
            } catch (AssertionError e) {
                int from = Math.max(0, world.story.size() - 80);
                var last = world.story.subList(from, world.story.size());
                throw new AssertionError("seed " + seed + "\n" + String.join("\n", last), e);
            }
        }
    }
}
