package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sidecars that there are at one moment, each after those it needs. Replaced as a whole, never
 * changed.
 */
record Crew(Map<String, Entry> entries, Needs needs) {
    Crew {
        entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    static Crew of(List<Entry> entries) {
        var byId = new LinkedHashMap<String, Entry>();
        entries.forEach(entry -> byId.put(entry.spec().id(), entry));
        return new Crew(byId, new Needs(entries.stream().map(Entry::spec).toList()));
    }

    List<Entry> all() {
        return List.copyOf(entries.values());
    }

    List<SidecarSpec> specs() {
        return entries.values().stream().map(Entry::spec).toList();
    }

    /**
     * @throws IllegalArgumentException if there is no such sidecar
     */
    Entry entry(String id) {
        var entry = entries.get(id);
        if (entry == null) {
            throw new IllegalArgumentException("there is no sidecar named " + id);
        }
        return entry;
    }
}
