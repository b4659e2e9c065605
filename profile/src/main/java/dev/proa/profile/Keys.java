package dev.proa.profile;

import dev.proa.profile.Node.Mapping;
import java.util.List;

/**
 * The names a mapping may hold.
 *
 * @param of what the mapping is, with its article
 * @param now the names that are read
 * @param later the names of the format that this version does not know how to follow
 */
record Keys(String of, List<String> now, List<String> later) {
    static Keys of(String of, String... now) {
        return new Keys(of, List.of(now), List.of());
    }

    Keys later(String... names) {
        return new Keys(of, now, List.of(names));
    }

    void check(Mapping mapping, Problems problems) {
        for (var entry : mapping.entries()) {
            var quoted = Quoted.of(entry.name());
            if (later.contains(entry.name())) {
                problems.add(
                        entry.named(), quoted + " is not supported by this version", "Remove it");
            } else if (!now.contains(entry.name())) {
                problems.add(
                        entry.named(),
                        "%s is not a key of %s".formatted(quoted, of),
                        Guess.closest(entry.name(), now)
                                .map(g -> "Write " + Quoted.of(g))
                                .orElse(
                                        (now.size() == 1 ? "Write " : "Write one of ")
                                                + String.join(", ", now)));
            }
        }
    }
}
