package dev.proa.gateway;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * An answer the gateway gives instead of what was asked for.
 *
 * @param detail a sentence for the caller; empty means an empty body
 * @param cause a word for the journal, so that refusals can be counted; never a value of theirs
 * @param error whether the detail also stands as {@code error}, the member that callers of an
 *     embedded backend and of the ingest look for
 */
record Refusal(int status, String detail, Cause cause, boolean error) {
    Refusal(int status, String detail, Cause cause) {
        this(status, detail, cause, false);
    }

    /** The same in the form of the contract that events are sent by. */
    Refusal inContract() {
        return new Refusal(status, detail, cause, true);
    }

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
