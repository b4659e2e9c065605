package dev.proa.profile;

import dev.proa.core.Where;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Sequence;
import dev.proa.profile.SidecarSpec.Kind;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code needs} of sidecars, and looks once all are read whether they can be met. */
final class NeedsReader {
    private static final Keys CONDITION = Keys.of("a need", "log");
    private static final Map<String, Need> WORDS = new LinkedHashMap<>();

    static {
        WORDS.put("started", new Need.Started());
        WORDS.put("ready", new Need.Ready());
        WORDS.put("healthy", new Need.Healthy());
        WORDS.put("completed", new Need.Completed());
        WORDS.put("completed_successfully", new Need.CompletedSuccessfully());
    }

    private record Told(String of, Need need, Where where) {}

    private final Reading reading;
    private final Roster roster;
    private final Order order;
    private final List<Told> told = new ArrayList<>();

    NeedsReader(Reading reading, Roster roster, Order order) {
        this.reading = reading;
        this.roster = roster;
        this.order = order;
    }

    Map<String, Need> read(String id, Node node, CheckReader checks) {
        Map<String, Need> needs = new LinkedHashMap<>();
        switch (node) {
            case Sequence list -> {
                for (var item : list.items()) {
                    reading.text(item)
                            .ifPresent(
                                    name -> need(id, name, new Need.Ready(), item.where(), needs));
                }
            }
            case Mapping mapping -> {
                for (var e : mapping.entries()) {
                    condition(e.value(), checks)
                            .ifPresent(c -> need(id, e.name(), c, e.named(), needs));
                }
            }
            case Node.Scalar _ -> reading.wrong(node, "a list of sidecars", "Write [ID, ...]");
        }
        return needs;
    }

    private Optional<Need> condition(Node node, CheckReader checks) {
        if (node instanceof Mapping) {
            var section = Section.of(reading, node, CONDITION);
            if (!section.written("log")) {
                section.require("log", "", "{log: REGEX}", _ -> Optional.empty());
                return Optional.empty();
            }
            return section.node("log").flatMap(checks::pattern).map(Need.Log::new);
        }
        return reading.choice(node, WORDS);
    }

    private void need(String id, String name, Need need, Where where, Map<String, Need> needs) {
        var problems = reading.problems();
        if (name.equals(id)) {
            problems.add(where, "a sidecar cannot need itself", "Remove it");
        } else if (needs.containsKey(name)) {
            problems.add(where, Quoted.of(name) + " is listed twice", "Remove one");
        } else if (roster.known(name, where, problems)) {
            roster.apart(id, name).ifPresent(r -> problems.add(where, r.what(), r.remedy()));
            needs.put(name, need);
            order.follows(id, name, where);
            told.add(new Told(name, need, where));
        }
    }

    /** Reports needs that would be waited for in vain. */
    void check(List<SidecarSpec> sidecars) {
        for (var each : told) {
            sidecars.stream()
                    .filter(sidecar -> sidecar.id().equals(each.of()))
                    .findFirst()
                    .flatMap(sidecar -> inVain(each.need(), sidecar))
                    .ifPresent(
                            why -> reading.problems().add(each.where(), why.what(), why.remedy()));
        }
    }

    private static Optional<LateNames.Refusal> inVain(Need need, SidecarSpec of) {
        return switch (need) {
            case Need.Completed _, Need.CompletedSuccessfully _
                    when of.kind() == Kind.SERVICE
                            && of.restart().policy() == RestartPolicy.ALWAYS ->
                    refusal(
                            "%s never completes, because it is restarted whenever it exits",
                            of, "Write kind: task in it, or wait for ready");
            case Need.Completed _, Need.CompletedSuccessfully _, Need.Log _
                    when of.command().isEmpty() ->
                    refusal(
                            "%s is not started by this app, so there is no exit and no output",
                            of, "Wait for ready");
            case Need.Started _, Need.Ready _, Need.Healthy _ -> Optional.empty();
            case Need.Completed _, Need.CompletedSuccessfully _, Need.Log _ -> Optional.empty();
        };
    }

    private static Optional<LateNames.Refusal> refusal(String what, SidecarSpec of, String remedy) {
        return Optional.of(
                new LateNames.Refusal(what.formatted("the sidecar " + Quoted.of(of.id())), remedy));
    }
}
