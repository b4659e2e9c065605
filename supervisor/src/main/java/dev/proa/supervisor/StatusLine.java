package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.SidecarSpec;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes the published status of a sidecar out of its life cycle and its last end. */
final class StatusLine {
    private StatusLine() {}

    /**
     * @param whileReady what a person should know of a sidecar that works
     */
    static SidecarStatus of(
            SidecarSpec spec,
            LifeCycle lifeCycle,
            String reason,
            Optional<LoopbackPort> port,
            Aftermath last,
            Optional<Problem> whileReady,
            Instant now) {
        var state = lifeCycle.state();
        return new SidecarStatus(
                spec.id(),
                phase(spec, state),
                reason,
                mainPid(state),
                port,
                lifeCycle.restarts(),
                budget(spec, lifeCycle, now),
                last.lastExit(),
                last.leftBehind(),
                state instanceof SidecarState.Backoff(Instant until, _)
                        ? Optional.of(until)
                        : Optional.empty(),
                givenUp(state) ? last.portHolder() : Optional.empty(),
                problem(spec, state, last.portHolder())
                        .or(() ->
                                state.phase() == SidecarPhase.READY
                                        ? whileReady
                                        : Optional.empty()));
    }

    /** A task without a readiness check is there for others when its work is done, not before. */
    static SidecarPhase phase(SidecarSpec spec, SidecarState state) {
        boolean works =
                state instanceof SidecarState.Ready
                        && spec.kind() == SidecarSpec.Kind.TASK
                        && spec.ready().check() instanceof SidecarSpec.Check.Started;
        return works ? SidecarPhase.LIVE : state.phase();
    }

    /** Whether only a person starts it again, so that they will want to know why. */
    static boolean givenUp(SidecarState state) {
        return state instanceof SidecarState.SafeMode || state instanceof SidecarState.FailedConfig;
    }

    private static SidecarStatus.Budget budget(SidecarSpec spec, LifeCycle lifeCycle, Instant now) {
        var rule = spec.restart();
        return new SidecarStatus.Budget(rule.max(), rule.within(), lifeCycle.account().used(now));
    }

    private static OptionalLong mainPid(SidecarState state) {
        return switch (state) {
            case SidecarState.Up up -> OptionalLong.of(up.pid());
            case SidecarState.Stopping stopping -> OptionalLong.of(stopping.pid());
            case SidecarState.Down _, SidecarState.Spawning _ -> OptionalLong.empty();
            case SidecarState.Abandoning _, SidecarState.Clearing _ -> OptionalLong.empty();
        };
    }

    private static Optional<Problem> problem(
            SidecarSpec spec, SidecarState state, Optional<String> portHolder) {
        if (state instanceof SidecarState.FailedConfig(var problem)) {
            return Optional.of(problem);
        }
        if (!(state instanceof SidecarState.SafeMode(String reason, Optional<Problem> known))) {
            return Optional.empty();
        }
        var held = portHolder.map(who -> "; its port is held by " + who).orElse("");
        return known.or(() ->
                Optional.of(
                        new Problem(
                                place(spec),
                                reason + held,
                                "Read its log, mend the cause, and start it again")));
    }

    static Where place(SidecarSpec spec) {
        return Ports.place(spec, "");
    }
}
