package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import java.util.List;
import java.util.regex.Pattern;

/** What a sidecar tells and asks the others; called on its owner thread, must not block. */
interface Surroundings {
    /** Its published status, or what others see of it, is another one now. */
    void changed(SidecarStatus status);

    /** It went down by itself, and others have to go with it. */
    void clearAround(String id, boolean everybody);

    /** What it waits for, as "waits for ..."; empty when everything it needs is there. */
    String missing(SidecarSpec spec);

    /** The patterns of lines of it for which others wait. */
    List<Pattern> linesWanted(String id);
}
