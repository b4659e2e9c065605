package dev.proa.agentmonitor;

import dev.proa.gateway.BodyStream;
import java.util.Optional;

/** One client of the stream, with its filters. */
final class StreamClient implements AutoCloseable {
    /** So many congested writes in a row, and it is given up. */
    private static final int PATIENCE = 3;

    private final BodyStream body;
    private final Optional<String> agentType;
    private final Optional<String> eventType;
    private int congested; // guarded by this

    StreamClient(BodyStream body, Optional<String> agentType, Optional<String> eventType) {
        this.body = body;
        this.agentType = agentType;
        this.eventType = eventType;
    }

    boolean wants(Streams.Told event) {
        return agentType.map(event.agentType()::equals).orElse(true)
                && eventType.map(event.eventType()::equals).orElse(true);
    }

    /** False if it is to be given up. */
    synchronized boolean send(byte[] bytes) {
        congested = body.send(bytes) ? 0 : congested + 1;
        return congested < PATIENCE;
    }

    @Override
    public void close() {
        body.close();
    }
}
