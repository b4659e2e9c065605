package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Need;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Who needs whom, and what is missing. Rules only: what is known of the others is given. */
final class Needs {
    private final List<SidecarSpec> specs;

    Needs(List<SidecarSpec> specs) {
        this.specs = List.copyOf(specs);
    }

    /** What a sidecar waits for, as "waits for ..."; empty when it may start. */
    String missing(SidecarSpec spec, Function<String, Seen> world) {
        var words = new ArrayList<String>();
        spec.needs()
                .forEach((id, need) -> {
                    var seen = world.apply(id);
                    if (!met(need, seen)) {
                        words.add(id + wish(need) + ", which " + stands(seen));
                    }
                });
        return words.isEmpty() ? "" : "waits for " + String.join("; and for ", words);
    }

    private static boolean met(Need need, Seen seen) {
        boolean done = seen.phase() == SidecarPhase.COMPLETED;
        boolean ready =
                switch (seen.phase()) {
                    case READY, ATTACHED -> true;
                    default -> false;
                };
        return switch (need) {
            case Need.Started _ -> done || seen.up();
            case Need.Ready _ -> done || ready;
            case Need.Healthy _ ->
                    done || (ready && (seen.healthy() || seen.phase() == SidecarPhase.ATTACHED));
            case Need.Completed _ -> done || seen.failed();
            case Need.CompletedSuccessfully _ -> done;
            case Need.Log(Pattern pattern) -> seen.lines().contains(pattern.pattern());
        };
    }

    private static String wish(Need need) {
        return switch (need) {
            case Need.Started _ -> " to start";
            case Need.Ready _ -> "";
            case Need.Healthy _ -> " to be healthy";
            case Need.Completed _ -> " to exit";
            case Need.CompletedSuccessfully _ -> " to exit with 0";
            case Need.Log(Pattern pattern) -> " to print a line with " + pattern;
        };
    }

    private static String stands(Seen seen) {
        var because = seen.reason().isEmpty() ? "" : ": " + seen.reason();
        return switch (seen.phase()) {
            case STOPPED -> {
                if (seen.reason().equals(SidecarState.Stopped.NOT_YET)) {
                    yield "is " + SidecarState.Stopped.NOT_YET;
                }
                yield (seen.failed() ? "has failed" : "is stopped") + because;
            }
            case WAITING ->
                    // What that one waits for stands in its own reason; a chain repeats it.
                    seen.reason().startsWith("waits ") ? "waits too" : "waits" + because;
            case STARTING -> "is starting";
            case LIVE, READY, ATTACHED -> "is running";
            case UNREADY -> "is not ready" + because;
            case HUNG -> "hangs";
            case STOPPING -> "is going down" + because;
            case BACKOFF -> "will be restarted" + because;
            case SAFE_MODE -> "is in safe mode" + because;
            case DEGRADED -> "cannot be reached" + because;
            case COMPLETED -> "has exited with 0";
            case FAILED_CONFIG -> "cannot be started" + because;
        };
    }

    /** Those that need {@code id}, and those that need them, and so on. */
    Set<String> dependents(String id) {
        var found = new HashSet<String>();
        // Each stands after those it needs, so one look at each is enough.
        for (var spec : specs) {
            if (spec.needs().keySet().stream()
                    .anyMatch(need -> need.equals(id) || found.contains(need))) {
                found.add(spec.id());
            }
        }
        return found;
    }

    /** Those of {@code up} that none of them needs. */
    Set<String> free(Set<String> up) {
        var free = new HashSet<>(up);
        for (var spec : specs) {
            if (up.contains(spec.id())) {
                free.removeAll(spec.needs().keySet());
            }
        }
        return free;
    }

    /** The patterns of lines of {@code id} for which others wait. */
    List<Pattern> linesWanted(String id) {
        var wanted = new ArrayList<Pattern>();
        for (var spec : specs) {
            if (spec.needs().get(id) instanceof Need.Log(Pattern pattern)) {
                wanted.add(pattern);
            }
        }
        return wanted;
    }
}
