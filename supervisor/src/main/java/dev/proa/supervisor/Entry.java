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

    /** As {@link #tell(Input)}; {@code then} is run when it has been acted upon, on its thread. */
    void tell(Input input, Runnable then);

    /** Has it look again whether what it needs is there; later than any change told before. */
    void lookAround();

    /** Has it look at the clock. */
    void wake();

    /** Ends what works for it; to be called when it is down for good. */
    void end() throws InterruptedException;
}
