package dev.proa.gateway;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * An answer the gateway gives instead of what was asked for.
 *
 * @param detail a sentence for the caller; empty means an empty body
 * @param cause a word for the journal, so that refusals can be counted; never a value of theirs
 */
record Refusal(int status, String detail, Cause cause) {
    /** Why, in the words of the journal. */
    enum Cause {
        MALFORMED,
        HOST,
        ORIGIN,
        FETCH_SITE,
        TOKEN,
        NONCE,
        USER,
        METHOD,
        LIMIT,
        SLOW,
        /** Ordinary: no such page, not ready; not counted as refused. */
        ROUTE
    }

    static Refusal malformed(int status, String what) {
        return new Refusal(status, "The request was refused: " + what + ".", Cause.MALFORMED);
    }

    /** For a head that the decoder gave up on. */
    static Refusal unreadable(HttpHeaders headers) {
        return Framing.of(headers, true) instanceof Framing.Broken(int status, String what)
                ? malformed(status, what)
                : malformed(400, "the head could not be read");
    }

    static Refusal slow(String what) {
        return new Refusal(408, what, Cause.SLOW);
    }

    static Refusal notFound() {
        return new Refusal(404, "There is nothing at this path.", Cause.ROUTE);
    }
}
