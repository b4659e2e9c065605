package dev.proa.supervisor;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.journal.RuntimeEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the janitor found of an earlier run.
 *
 * @param ended by the name of the sidecar they were of; "" if that is not known
 * @param remain those that could not be ended
 * @param unreadable why the list of the earlier run could not be used
 */
record Leftovers(
        Map<String, List<Long>> ended,
        Map<String, List<Long>> remain,
        Optional<Problem> unreadable) {
    static final Leftovers NONE = new Leftovers(Map.of(), Map.of(), Optional.empty());

    Leftovers {
        ended = new TreeMap<>(ended);
        remain = new TreeMap<>(remain);
    }

    /** For the journal. */
    List<RuntimeEvent> events() {
        var events = new ArrayList<RuntimeEvent>();
        ended.forEach((name, pids) -> events.add(new RuntimeEvent.LeftoversReaped(name, pids)));
        remain.forEach((name, pids) -> events.add(new RuntimeEvent.LeftoversRemain(name, pids)));
        return events;
    }

    /** What a person has to do something about. */
    List<Problem> problems() {
        var problems = new ArrayList<Problem>();
        unreadable.ifPresent(problems::add);
        remain.forEach((name, pids) ->
                problems.add(
                        new Problem(
                                Where.of(name.isEmpty() ? "an earlier run" : "sidecar " + name),
                                "processes of an earlier run are left and cannot be ended: "
                                        + pids.stream().map(String::valueOf).toList(),
                                "End them by hand (another user's need that user's rights), then restart")));
        return problems;
    }
}
