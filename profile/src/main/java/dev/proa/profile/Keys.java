package dev.proa.profile;

import dev.proa.profile.Node.Entry;
import dev.proa.profile.Node.Mapping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names a mapping may hold.
 *
 * @param of what the mapping is, with its article
 * @param now the names that are read
 * @param later the names of the format that this version does not know how to follow
 * @param old earlier and other names of those that are read, by the old one
 * @param gone what to write instead of names that have no successor of the same form
 */
record Keys(
        String of,
        List<String> now,
        List<String> later,
        Map<String, String> old,
        Map<String, String> gone) {
    static Keys of(String of, String... now) {
        return new Keys(of, List.of(now), List.of(), Map.of(), Map.of());
    }

    Keys later(String... names) {
        return new Keys(of, now, List.of(names), old, gone);
    }

    /** With one more old name, which is taken with a warning. */
    Keys renamed(String from, String to) {
        var more = new HashMap<>(old);
        more.put(from, to);
        return new Keys(of, now, later, Map.copyOf(more), gone);
    }

    /** With one more name that is refused with an explanation. */
    Keys removed(String name, String remedy) {
        var more = new HashMap<>(gone);
        more.put(name, remedy);
        return new Keys(of, now, later, old, Map.copyOf(more));
    }

    /** The mapping under the names of today; what it must not hold is reported. */
    Mapping check(Mapping mapping, Problems problems) {
        List<Entry> entries = new ArrayList<>();
        for (var entry : mapping.entries()) {
            var today = old.get(entry.name());
            if (today == null) {
                report(entry, problems);
                entries.add(entry);
            } else if (mapping.entry(today).isPresent()) {
                problems.add(
                        entry.named(),
                        "%s is the old name of %s, and both are written"
                                .formatted(Quoted.of(entry.name()), Quoted.of(today)),
                        "Remove it");
            } else {
                problems.warn(
                        entry.named(),
                        "%s is now called %s".formatted(Quoted.of(entry.name()), Quoted.of(today)),
                        "Write " + Quoted.of(today));
                entries.add(new Entry(today, entry.named(), entry.value()));
            }
        }
        return new Mapping(mapping.where(), entries);
    }

    private void report(Entry entry, Problems problems) {
        var quoted = Quoted.of(entry.name());
        if (later.contains(entry.name())) {
            problems.add(entry.named(), quoted + " is not supported by this version", "Remove it");
        } else if (!now.contains(entry.name())) {
            problems.add(
                    entry.named(),
                    "%s is not a key of %s".formatted(quoted, of),
                    Optional.ofNullable(gone.get(entry.name()))
                            .or(() ->
                                    Guess.closest(entry.name(), now)
                                            .map(g -> "Write " + Quoted.of(g)))
                            .orElse(
                                    (now.size() == 1 ? "Write " : "Write one of ")
                                            + String.join(", ", now)));
        }
    }
}
