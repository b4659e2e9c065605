package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import java.util.Set;

/**
 * What other sidecars need to know of one.
 *
 * @param up its main process is there, and nobody has asked it to go
 * @param stepped it is down and does not start before it is called back or asked for
 * @param ends how often a process of it ended, with its tree
 * @param failed it has exited without success, and is not tried again
 * @param healthy it is ready, and its last live check held if it has one
 * @param lines the patterns that others wait for, and that its present process has printed
 */
record Seen(
        SidecarPhase phase,
        String reason,
        boolean up,
        boolean stepped,
        long ends,
        boolean failed,
        boolean healthy,
        Set<String> lines) {
    Seen {
        lines = Set.copyOf(lines);
    }

    static Seen of(SidecarSpec spec, LifeCycle lifeCycle, Set<String> lines) {
        var state = lifeCycle.state();
        return new Seen(
                StatusLine.phase(spec, state),
                state.reason(),
                state instanceof SidecarState.Up,
                state instanceof SidecarState.Aside || state instanceof SidecarState.AtRest,
                lifeCycle.ends(),
                state instanceof SidecarState.Failed,
                lifeCycle.healthy(),
                lines);
    }
}
