package dev.proa.supervisor;

import dev.proa.core.Secret;
import dev.proa.profile.SidecarSpec;

/** What a supervisor keeps under one name: a sidecar, or a backend that somebody else runs. */
interface Entry {
    SidecarSpec spec();

    /** What requests carry to it, so that it can tell them from others. */
    Secret token();

    /** The status as it was last published. */
    SidecarStatus status();

    /** What others see of it, as it was last published. */
    Seen seen();

    void begin();

    /** Puts something that happened into the inbox. */
    void tell(Input input);

    /** Has it look again whether what it needs is there; later than any change told before. */
    void lookAround();

    /**
     * Runs something on its thread when everything told before has been acted upon; then it looks
     * at the clock.
     */
    void then(Runnable task);

    /** Ends what works for it; to be called when it is down for good. */
    void end() throws InterruptedException;
}
