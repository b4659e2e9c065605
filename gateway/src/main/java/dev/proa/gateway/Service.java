package dev.proa.gateway;

import io.netty.channel.Channel;

/** What one listener does with connections and requests. */
interface Service {
    Guard guard();

    RefusalLog refusals();

    OpenConnections strangers();

    /**
     * Who is at the other end; {@code told} is called on the channel's loop, before any request.
     */
    void identify(Channel channel, java.util.function.Consumer<Guard.Peer> told);

    /** Whether this passed the guard without proving anything. */
    boolean needsNoProof(Head head, Target target);

    /** A refusal in the form that callers of this listener read. */
    default Refusal told(Refusal refusal) {
        return refusal;
    }

    /** Picks who answers; called on the connection's event loop. */
    Exchange route(ClientConnection connection, Head head, Guard.Verdict.Passed passed);
}
