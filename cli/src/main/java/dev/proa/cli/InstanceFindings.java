package dev.proa.cli;

import dev.proa.core.ProaException;
import dev.proa.runtime.InstanceSighting;
import dev.proa.runtime.RunningInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What doctor says of an instance. */
final class InstanceFindings {
    private static final Set<String> WRONG =
            Set.of("SAFE_MODE", "FAILED_CONFIG", "HUNG", "DEGRADED", "UNREADY");
    private static final Set<String> AWAITED =
            Set.of("WAITING", "STARTING", "LIVE", "BACKOFF", "STOPPED");

    private InstanceFindings() {}

    static List<Finding> of(InstanceSighting sighting) {
        return switch (sighting) {
            case InstanceSighting.None _ -> List.of();
            case InstanceSighting.Silent silent ->
                    List.of(Finding.wrong("instance", silent.what(), silent.remedy()));
            case InstanceSighting.Stale(var file, var holder) ->
                    List.of(
                            Finding.note(
                                    "instance",
                                    "%s left its instance file behind: pid %d has not ended in order"
                                                    .formatted(file.appId(), file.pid())
                                            + holder.map(each ->
                                                            "; its port "
                                                                    + file.port()
                                                                    + " now belongs to "
                                                                    + each
                                                                    + ", who does not prove to be it and was told nothing")
                                                    .orElse(""),
                                    "Start it again with proa run, which replaces the file"));
            case InstanceSighting.Running(var instance) -> running(instance);
        };
    }

    private static List<Finding> running(RunningInstance instance) {
        var file = instance.file();
        var found = new ArrayList<Finding>();
        found.add(
                Finding.ok(
                        "instance",
                        file.appId() + " runs as pid " + file.pid() + " at " + file.baseUrl()));
        try {
            var status = new JsonMapper().readTree(instance.call("GET", "/_proa/status").body());
            status.path("problems").forEach(problem -> found.add(problem(problem)));
            status.path("sidecars").forEach(sidecar -> sidecar(sidecar, found));
        } catch (ProaException e) {
            found.addAll(Examination.of(e));
        }
        return found;
    }

    /** A guard that stands in for the native one is less, but it works. */
    private static Finding problem(JsonNode problem) {
        var found = text(problem, "where") + ": " + text(problem, "what");
        return text(problem, "where").endsWith("/proa-guard")
                ? Finding.note("problem", found, text(problem, "remedy"))
                : Finding.wrong("problem", found, text(problem, "remedy"));
    }

    private static void sidecar(JsonNode sidecar, List<Finding> found) {
        var state = text(sidecar, "state");
        var id = text(sidecar, "id");
        var words = id + " is " + SidecarTable.stateAndReason(sidecar);
        if (WRONG.contains(state)) {
            found.add(
                    Finding.wrong(
                            "sidecar",
                            words,
                            "Look at proa logs %s, mend the cause, then: proa restart --sidecar %s"
                                    .formatted(id, id)));
        } else if (AWAITED.contains(state)) {
            found.add(
                    Finding.note(
                            "sidecar",
                            words,
                            "Wait, or look at proa logs "
                                    + id
                                    + " and proa journal --sidecar "
                                    + id));
        }
    }

    private static String text(JsonNode node, String name) {
        return node.path(name).asString("");
    }
}
