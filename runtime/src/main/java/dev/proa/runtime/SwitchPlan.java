package dev.proa.runtime;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.RemoteSpec;
import dev.proa.profile.SidecarSpec;
import dev.proa.supervisor.SidecarStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How one set of sidecars is exchanged for another. Rules only.
 *
 * @param both those that run while the old ones still serve: all old ones, then the new ones
 * @param joining the ids of the new ones
 * @param sideBySide whether the new ones can start while the old ones run
 */
record SwitchPlan(List<SidecarSpec> both, Set<String> joining, boolean sideBySide) {
    SwitchPlan {
        both = List.copyOf(both);
        joining = Set.copyOf(joining);
    }

    /** What is known of the new side while the old one serves. */
    sealed interface Verdict {
        record Ready() implements Verdict {}

        record NotYet() implements Verdict {}

        /** It will not come; {@code why} is a sentence. */
        record Failed(String why) implements Verdict {}
    }

    /**
     * @param now the old ones as they are; ports in use are seen in them
     */
    static SwitchPlan of(List<SidecarSpec> from, List<SidecarSpec> to, List<SidecarStatus> now) {
        var old = from.stream().map(SidecarSpec::id).collect(Collectors.toSet());
        var kept = to.stream().map(SidecarSpec::id).collect(Collectors.toSet());
        var joining = to.stream().filter(spec -> !old.contains(spec.id())).toList();
        var taken =
                now.stream()
                        .filter(each -> !kept.contains(each.id()))
                        .flatMap(each -> each.port().stream())
                        .collect(Collectors.toSet());
        boolean clash =
                joining.stream()
                        .anyMatch(spec ->
                                spec.port() instanceof SidecarSpec.Port.Fixed(var port, _)
                                        && taken.contains(port));
        return new SwitchPlan(
                Stream.concat(from.stream(), joining.stream()).toList(),
                joining.stream().map(SidecarSpec::id).collect(Collectors.toSet()),
                !clash);
    }

    /**
     * What keeps a mode from coming into force whose backend elsewhere is in truth one of the
     * sidecars that it stops: its probe would be answered until the moment it is needed.
     *
     * @param now the old ones as they are
     */
    static Optional<Problem> stopsItsBackend(
            RemoteSpec remote, List<SidecarSpec> to, List<SidecarStatus> now) {
        var kept = to.stream().map(SidecarSpec::id).collect(Collectors.toSet());
        return now.stream()
                .filter(each -> !kept.contains(each.id()))
                .filter(each -> each.pid().isPresent()) // what is attached runs on
                .filter(each -> each.port().isPresent() && each.port().equals(remote.here()))
                .findFirst()
                .map(each ->
                        new Problem(
                                Where.of("backend"),
                                "the remote backend %s is the sidecar %s of this app, which the other mode stops"
                                        .formatted(remote.base(), each.id()),
                                "Give the address of a backend that is not part of this app, or let the sidecar run in this mode too"));
    }

    /** The longest that one of the new ones may take to become ready. */
    Duration patience() {
        return both.stream()
                .filter(spec -> joining.contains(spec.id()))
                .map(spec -> spec.ready().timeout())
                .reduce(Duration.ZERO, (one, other) -> one.compareTo(other) > 0 ? one : other);
    }

    /** How it stands with the new side. */
    Verdict verdict(List<SidecarStatus> now, Optional<RemoteBackend> remote) {
        if (remote.isPresent() && remote.get().offline()) {
            return new Verdict.Failed(remote.get().problem().orElseThrow().what());
        }
        boolean ready = remote.isEmpty() || remote.get().online();
        var seen = new ArrayList<String>();
        for (var sidecar : now) {
            if (joining.contains(sidecar.id())) {
                seen.add(sidecar.id());
                if (failed(sidecar)) {
                    return new Verdict.Failed(
                            "the sidecar %s is %s: %s"
                                    .formatted(sidecar.id(), sidecar.state(), why(sidecar)));
                }
                ready &= RunStatus.good(sidecar);
            }
        }
        return ready && seen.size() == joining.size() ? new Verdict.Ready() : new Verdict.NotYet();
    }

    private static String why(SidecarStatus sidecar) {
        return sidecar.problem()
                .map(problem -> problem.what())
                .orElse(sidecar.reason().isEmpty() ? "it went down" : sidecar.reason());
    }

    /** One that has gone down once already is not waited for. */
    private static boolean failed(SidecarStatus sidecar) {
        return switch (sidecar.state()) {
            case BACKOFF, SAFE_MODE, FAILED_CONFIG, DEGRADED -> true;
            case STOPPED, WAITING, STARTING, LIVE, UNREADY, HUNG, STOPPING ->
                    sidecar.lastExit().isPresent();
            case READY, ATTACHED, COMPLETED -> false;
        };
    }
}
