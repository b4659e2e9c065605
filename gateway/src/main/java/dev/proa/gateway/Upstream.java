package dev.proa.gateway;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Secret;
import java.time.Duration;
import java.util.Optional;

/** Where requests of a route go at this moment. */
public sealed interface Upstream {
    /**
     * It answers.
     *
     * @param token what is sent to it as {@code X-Proa-Token}, so that it can tell the gateway from
     *     others; never the page's token
     */
    record Ready(LoopbackPort port, Optional<Secret> token) implements Upstream {}

    /**
     * It is a server that Proa does not start.
     *
     * @param token what is sent to it in {@code field}; never the page's token
     */
    record Remote(RemoteServer server, Optional<Secret> token, TokenField field)
            implements Upstream {
        /** One that gets its token as {@code Authorization: Bearer}. */
        public Remote(RemoteServer server, Optional<Secret> token) {
            this(server, token, TokenField.BEARER);
        }
    }

    /**
     * It does not answer now; callers get 503.
     *
     * @param reason a sentence for the caller
     * @param retryAfter at least one second, rounded up to seconds
     * @param document HTML for a person whose browser asks for a page; without it problem details
     */
    record NotReady(String reason, Duration retryAfter, Optional<byte[]> document)
            implements Upstream {
        /** One that answers problem details to everybody. */
        public NotReady(String reason, Duration retryAfter) {
            this(reason, retryAfter, Optional.empty());
        }
    }

    /** Which field carries an upstream's token. */
    enum TokenField {
        /** {@code Authorization: Bearer} (RFC 6750 section 2.1); replaces what a client sent. */
        BEARER,
        /** {@code X-Proa-Token}. */
        PROA
    }
}
