package dev.proa.supervisor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The rounds in which several sidecars go down together: each after those that need it, and all are
 * called back when the last of them is down. Safe for use by many threads; never blocks.
 */
final class Rounds {
    private static final class Round {
        final Set<String> members;
        final Input.StepAside wish;
        final Set<String> callBack;
        final Set<String> asked = new HashSet<>();

        Round(Set<String> members, Input.StepAside wish, Set<String> callBack) {
            this.members = members;
            this.wish = wish;
            this.callBack = callBack;
        }
    }

    private final Needs needs;
    private final Function<String, Seen> world;
    private final BiConsumer<String, Input> tell;
    private final List<Round> rounds = new ArrayList<>(); // guarded by this

    Rounds(Needs needs, Function<String, Seen> world, BiConsumer<String, Input> tell) {
        this.needs = needs;
        this.world = world;
        this.tell = tell;
    }

    /**
     * Begins one.
     *
     * @param members who goes down
     * @param leader who waits for that, if it is not one of them
     */
    synchronized void begin(Set<String> members, Input.StepAside wish, String leader) {
        var callBack = new HashSet<>(members);
        callBack.add(leader);
        rounds.add(new Round(Set.copyOf(members), wish, callBack));
        advance();
    }

    /** Asks whoever may go now; to be called whenever something has changed. */
    synchronized void advance() {
        rounds.removeIf(this::over);
    }

    private boolean over(Round round) {
        var left = new HashSet<String>();
        for (var member : round.members) {
            if (!round.asked.contains(member) || !world.apply(member).stepped()) {
                left.add(member);
            }
        }
        for (var member : needs.free(left)) {
            if (round.asked.add(member)) {
                tell.accept(member, round.wish);
            }
        }
        if (left.isEmpty()) {
            round.callBack.forEach(member -> tell.accept(member, new Input.ComeBack()));
        }
        return left.isEmpty();
    }

    /** Forgets them all: everything is being stopped. */
    synchronized void clear() {
        rounds.clear();
    }
}
