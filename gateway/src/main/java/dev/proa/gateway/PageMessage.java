package dev.proa.gateway;

import java.util.Optional;

/** What a page says on the channel. */
public sealed interface PageMessage {
    /** The id that the page got in its {@code hello}. */
    String client();

    /**
     * It has started.
     *
     * @param json the whole message as it came, without secrets of ours
     */
    record Ready(String client, String userAgent, String json) implements PageMessage {}

    /** It looks at this now; nothing if at nothing in particular. */
    record Active(String client, Optional<String> scope) implements PageMessage {}

    record Visible(String client, boolean visible) implements PageMessage {}

    /** It has carried out an intent. */
    record Done(String client, String intent) implements PageMessage {}

    /** It has lost track and wants the state anew, of one scope or of all. */
    record Resync(String client, Optional<String> scope) implements PageMessage {}

    /** It has gone. */
    record Gone(String client) implements PageMessage {}
}
