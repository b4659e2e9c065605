package dev.proa.profile;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Header fields that a route changes; names in small letters. One that is put replaces all of its
 * name.
 *
 * @param put values by name; they may hold secrets
 * @param remove names
 */
public record HeaderRules(SortedMap<String, String> put, List<String> remove) {
    public static final HeaderRules NONE = new HeaderRules(new TreeMap<>(), List.of());

    public HeaderRules {
        put = Collections.unmodifiableSortedMap(new TreeMap<>(put));
        remove = List.copyOf(remove);
    }

    /** Names only. */
    @Override
    public String toString() {
        return "HeaderRules[put=" + put.keySet() + ", remove=" + remove + "]";
    }
}
