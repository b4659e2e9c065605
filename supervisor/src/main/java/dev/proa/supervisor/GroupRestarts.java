package dev.proa.supervisor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The rounds in which several sidecars go down together: each after those that need it, and all are
 * called back when the last of them is down. Safe for use by many threads; never blocks.
 */
final class GroupRestarts {
    private static final class Round {
        final Input.StepAside wish;
        final Set<String> callBack;
        final Set<String> left; // those of whom it is not known yet that they were down
        final Map<String, Long> asked = new HashMap<>(); // and how often they had come down then

        Round(Set<String> members, Input.StepAside wish, String leader) {
            this.wish = wish;
            this.left = new HashSet<>(members);
            this.callBack = new HashSet<>(members);
            callBack.add(leader);
        }
    }

    private final Supplier<Needs> needs;
    private final Function<String, Seen> world;
    private final BiConsumer<String, Input> tell;
    private final List<Round> rounds = new ArrayList<>(); // guarded by this

    GroupRestarts(
            Supplier<Needs> needs, Function<String, Seen> world, BiConsumer<String, Input> tell) {
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
        rounds.add(new Round(members, wish, leader));
        advance();
    }

    /** Asks whoever may go now; to be called whenever something has changed. */
    synchronized void advance() {
        rounds.removeIf(this::over);
    }

    private boolean over(Round round) {
        boolean more = true;
        while (more) {
            round.left.removeIf(member -> wasDown(round, member));
            more = false;
            for (var member : needs.get().free(round.left)) {
                if (round.asked.putIfAbsent(member, world.apply(member).ends()) == null) {
                    tell.accept(member, round.wish);
                    more = true; // it may be down already, and then no news of it will come
                }
            }
        }
        if (round.left.isEmpty()) {
            round.callBack.forEach(member -> tell.accept(member, new Input.ComeBack()));
        }
        return round.left.isEmpty();
    }

    // It may be running again when we look, because somebody asked for it; that it was down counts.
    private boolean wasDown(Round round, String member) {
        var ends = round.asked.get(member);
        var seen = world.apply(member);
        return ends != null && (seen.stepped() || seen.ends() > ends);
    }

    /** Goes on without these, which leave for good. */
    synchronized void without(Set<String> leaving) {
        for (var round : rounds) {
            round.left.removeAll(leaving);
            round.callBack.removeAll(leaving);
        }
        advance();
    }

    /** Forgets them all: everything is being stopped. */
    synchronized void clear() {
        rounds.clear();
    }
}
