package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Looks for the port that a sidecar announces: every 25 to 250 ms while it starts, every two
 * seconds if it is ready without having told one. For all other sidecars it does nothing. Used by
 * the sidecar's owner thread alone.
 */
final class PortWatch {
    private static final long SOONEST_MS = 25;
    private static final long LATEST_MS = 250;
    private static final Duration LATER = Duration.ofSeconds(2);
    private static final Set<SidecarPhase> STARTING =
            EnumSet.of(SidecarPhase.STARTING, SidecarPhase.LIVE);
    private static final Set<SidecarPhase> STARTED =
            EnumSet.of(SidecarPhase.READY, SidecarPhase.UNREADY);

    private final SidecarSpec spec;
    private final Ports ports;
    private final PortFile file;
    private boolean begun;
    private Instant since = Instant.EPOCH;
    private Instant last = Instant.EPOCH;

    PortWatch(SidecarSpec spec, Ports ports, PortFile file) {
        this.spec = spec;
        this.ports = ports;
        this.file = file;
    }

    /** A process has appeared. */
    void begin(Instant now) {
        begun = spec.port() instanceof SidecarSpec.Port.Announce;
        since = now;
        last = now;
    }

    /** Whether its port is still to be told, so that nobody can ask it anything. */
    boolean waiting() {
        return spec.port() instanceof SidecarSpec.Port.Announce && ports.of(spec.id()).isEmpty();
    }

    /** When to look next in that phase; none when there is nothing to see. */
    Optional<Instant> nextAt(SidecarPhase phase) {
        if (!begun) {
            return Optional.empty();
        }
        if (STARTING.contains(phase)) {
            long elapsed = Duration.between(since, last).toMillis();
            return Optional.of(last.plusMillis(Math.clamp(elapsed / 10, SOONEST_MS, LATEST_MS)));
        }
        return STARTED.contains(phase) && waiting()
                ? Optional.of(last.plus(LATER))
                : Optional.empty();
    }

    /** Looks if it is time to; whether there is something to show. */
    boolean look(SidecarPhase phase, Instant now) {
        var due = nextAt(phase);
        if (due.isEmpty() || now.isBefore(due.get())) {
            return false;
        }
        last = now;
        return ports.announced(spec.id(), file.read());
    }

    /** The line that readiness or the port waits for. */
    Optional<Pattern> wanted() {
        if (spec.ready().check() instanceof SidecarSpec.Check.Log(var pattern)) {
            return Optional.of(pattern);
        }
        return spec.port() instanceof SidecarSpec.Port.Announce(var line) ? line : Optional.empty();
    }

    /** Takes lines of output that may tell the port; whether there is something to show. */
    boolean lines(List<String> lines) {
        if (!(spec.port() instanceof SidecarSpec.Port.Announce(var line)) || line.isEmpty()) {
            return false;
        }
        var told = new PortLine(line.get());
        return lines.stream().map(told::in).anyMatch(said -> ports.announced(spec.id(), said));
    }

    /** The reason of a state together with what is odd about the port. */
    String reason(String ofState) {
        var remark = ports.remark(spec.id()).orElse("");
        return ofState.isEmpty() || remark.isEmpty() ? ofState + remark : ofState + "; " + remark;
    }
}
