package dev.proa.supervisor;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sidecars on their way down, each after those of them that need it. Used by one thread, which asks
 * again whenever something has changed.
 */
final class OrderlyStop {
    private final List<Entry> leaving;
    private final StopOrder order;
    private final Runnable changed;
    private final Set<String> asked = new HashSet<>();
    // Those whose thread has taken our wish: whatever was asked of them before is behind them.
    private final Set<String> heard = ConcurrentHashMap.newKeySet();

    /**
     * @param leaving each after those it needs; nobody else needs one of them
     * @param changed called when it is worth asking again
     */
    OrderlyStop(List<Entry> leaving, Runnable changed) {
        this.leaving = leaving;
        this.order = new StopOrder(leaving.stream().map(Entry::spec).toList());
        this.changed = changed;
    }

    /** Asks whoever may go now; true when all of them are down for good. */
    boolean over() {
        for (var id : order.next(asked, this::down)) {
            asked.add(id);
            entry(id).tell(new Input.StopAsked());
            entry(id).then(() -> hasHeard(id));
        }
        return leaving.stream().allMatch(entry -> down(entry.spec().id()));
    }

    private void hasHeard(String id) {
        heard.add(id);
        changed.run();
    }

    private boolean down(String id) {
        return heard.contains(id) && entry(id).status().state() == SidecarPhase.STOPPED;
    }

    private Entry entry(String id) {
        return leaving.stream()
                .filter(entry -> entry.spec().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** How long they may take in all. */
    Duration patience() {
        return order.patience();
    }

    /** Kills whatever is left of them. */
    void kill() {
        leaving.forEach(entry -> entry.tell(new Input.KillAsked()));
    }
}
