package dev.proa.runtime;

import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A journal that also counts what passes into it, since a status only knows the last of each. Safe
 * to use from any thread.
 */
final class RunCounts implements Journal {
    /** How main processes of a sidecar ended; {@code signal} is 0 for one that exited by itself. */
    record Ending(String sidecar, int code, int signal) {}

    private final Journal journal;
    private final InstantSource time;
    private final Map<Ending, LongAdder> endings = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> survivors = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> droppedBytes = new ConcurrentHashMap<>();
    private final Map<String, Instant> starts = new ConcurrentHashMap<>();

    RunCounts(Journal journal, InstantSource time) {
        this.journal = journal;
        this.time = time;
    }

    @Override
    public void record(RuntimeEvent event) {
        count(event);
        journal.record(event);
    }

    private void count(RuntimeEvent event) {
        if (event instanceof RuntimeEvent.SidecarStarted started) {
            starts.put(started.sidecar(), time.instant());
        } else if (event instanceof RuntimeEvent.SidecarExited exited) {
            starts.remove(exited.sidecar());
            add(
                    endings,
                    new Ending(
                            exited.sidecar(), exited.code().orElse(-1), exited.signal().orElse(0)),
                    1);
        } else if (event instanceof RuntimeEvent.SidecarLeaked leaked) {
            add(survivors, leaked.sidecar(), leaked.survivorsKilled());
        } else if (event instanceof RuntimeEvent.SidecarNotEmpty left) {
            add(survivors, left.sidecar(), left.pids().size());
        } else if (event instanceof RuntimeEvent.LogDropped dropped) {
            add(droppedBytes, dropped.sidecar(), dropped.bytes());
        }
    }

    private static <K> void add(Map<K, LongAdder> counts, K key, long more) {
        counts.computeIfAbsent(key, _ -> new LongAdder()).add(more);
    }

    Map<Ending, LongAdder> endings() {
        return endings;
    }

    /** How many processes a sidecar's main process left behind, all its ends together. */
    long survivors(String sidecar) {
        return survivors.getOrDefault(sidecar, new LongAdder()).sum();
    }

    long droppedBytes(String sidecar) {
        return droppedBytes.getOrDefault(sidecar, new LongAdder()).sum();
    }

    /** Since when its present process runs. */
    Optional<Instant> startedAt(String sidecar) {
        return Optional.ofNullable(starts.get(sidecar));
    }
}
