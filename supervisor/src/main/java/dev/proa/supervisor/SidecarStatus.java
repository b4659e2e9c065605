package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of one sidecar at one moment.
 *
 * @param pid its main process, if there is one
 * @param port its port, as soon as it has been chosen
 * @param reason why it is in this state, in plain words; empty when there is nothing to say
 * @param restarts how often it was restarted by itself since the runtime began
 * @param leftBehind how many processes its last main process left behind, which had to be killed;
 *     those that cannot be killed count too
 * @param nextStart when it will be started by itself, in BACKOFF
 * @param portHolder who else has its port, in plain words, in SAFE_MODE
 * @param problem what a person must fix, in FAILED_CONFIG and SAFE_MODE
 */
public record SidecarStatus(
        String id,
        SidecarPhase state,
        String reason,
        OptionalLong pid,
        Optional<LoopbackPort> port,
        int restarts,
        Budget budget,
        Optional<LastExit> lastExit,
        int leftBehind,
        Optional<Instant> nextStart,
        Optional<String> portHolder,
        Optional<Problem> problem) {
    /** At most {@code max} restarts within any {@code within}; {@code used} of them are spent. */
    public record Budget(int max, Duration within, int used) {}

    /** Whether requests may be sent to it. */
    public boolean ready() {
        return state == SidecarPhase.READY || state == SidecarPhase.ATTACHED;
    }
}
