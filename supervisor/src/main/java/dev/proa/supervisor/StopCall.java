package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Secret;
import dev.proa.profile.SidecarSpec.Stop;
import java.time.Duration;

/** Asks a sidecar to exit by the request its manifest names. */
interface StopCall {
    /** Asks nobody, so the signal follows at once. */
    StopCall NONE = (_, _, _, _) -> false;

    /**
     * Blocks until it is answered.
     *
     * @param token the sidecar's own, sent with the request
     * @param patience how long the answer may take
     * @return whether it said that it will go
     */
    boolean ask(Stop.Http request, LoopbackPort port, Secret token, Duration patience)
            throws InterruptedException;
}
