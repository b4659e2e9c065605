package dev.proa.gateway;

/** Where a client's connection stands. */
enum ClientPhase {
    /** Accepted; nothing is read before it is known who is there. */
    OPENING,
    /** Waiting for a head, or for its end. */
    HEAD,
    /** A request is being answered. */
    EXCHANGE,
    /** The last answer is on its way, however long the client takes for it. */
    LAST_ANSWER,
    /** Everything is said; what still comes is thrown away for a moment. */
    LINGERING,
    /** Another protocol has the socket. */
    TAKEN_OVER
}
