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

    void begin();

    /** Puts something that happened into the inbox. */
    void tell(Input input);

    /** Ends what works for it; to be called when it is down for good. */
    void end() throws InterruptedException;
}
