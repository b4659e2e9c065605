package dev.proa.profile;

import dev.proa.core.Where;
import java.util.Map;

/** A key that stands twice in one mapping: the first is read, the second is a problem. */
final class Duplicate {
    private Duplicate() {}

    static void report(
            Problems problems, Where second, String name, Map<String, Node.Entry> entries) {
        var first = entries.get(name);
        var line = first == null ? 0 : first.named().line();
        problems.add(
                second,
                "the key %s stands in line %d already".formatted(Quoted.of(name), line),
                "Keep one of the two");
    }
}
