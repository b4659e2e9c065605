package dev.proa.supervisor;

import java.io.File;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** All processes that could be seen in one walk through {@code /proc}, by number. */
final class ProcessTable {
    private final Map<Long, ProcessEntry> entries;

    private ProcessTable(Map<Long, ProcessEntry> entries) {
        this.entries = entries;
    }

    static ProcessTable scan() {
        var entries = new TreeMap<Long, ProcessEntry>();
        for (long pid : numbers()) {
            ProcessEntry.of(pid).ifPresent(entry -> entries.put(pid, entry));
        }
        return new ProcessTable(entries);
    }

    /** The numbers of all processes. */
    static Set<Long> numbers() {
        var names = new File("/proc").list();
        var numbers = new HashSet<Long>();
        for (var name : names == null ? new String[0] : names) {
            if (Character.isDigit(name.charAt(0))) {
                numbers.add(Long.parseLong(name));
            }
        }
        return numbers;
    }

    Collection<ProcessEntry> all() {
        return entries.values();
    }

    /** Whether exactly this process is there, dead or alive. */
    boolean has(ProcessKey key) {
        var entry = entries.get(key.pid());
        return entry != null && entry.key().equals(key);
    }

    /**
     * Those that {@code first} names and everybody below them, but for {@code spared} and whom only
     * they lead to.
     */
    Set<Long> family(Predicate<ProcessEntry> first, Set<Long> spared) {
        var known = new HashMap<Long, Boolean>();
        spared.forEach(pid -> known.put(pid, false));
        var family = new HashSet<Long>();
        for (var entry : entries.values()) {
            if (belongs(entry, first, known, 0)) {
                family.add(entry.pid());
            }
        }
        return family;
    }

    /** A walk is no snapshot: a chain may be inconsistent, but not longer than the table. */
    private boolean belongs(
            ProcessEntry entry,
            Predicate<ProcessEntry> first,
            Map<Long, Boolean> known,
            int depth) {
        var before = known.get(entry.pid());
        if (before != null) {
            return before;
        }
        boolean belongs = first.test(entry);
        var parent = entries.get(entry.parent());
        if (!belongs && parent != null && depth < 1000) {
            belongs = belongs(parent, first, known, depth + 1);
        }
        known.put(entry.pid(), belongs);
        return belongs;
    }

    /** This process and those above it. */
    Set<Long> ancestors(long pid) {
        var chain = new HashSet<Long>();
        var entry = entries.get(pid);
        while (entry != null && chain.add(entry.pid())) {
            entry = entries.get(entry.parent());
        }
        return chain;
    }
}
