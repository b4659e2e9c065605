package dev.proa.gateway;

import java.time.Duration;

/** The requests that were on their way to upstreams when the routes were replaced. */
public interface Drain {
    /**
     * Waits for the ends of their answers. Event streams and WebSockets, which have no end of their
     * own, are not waited for.
     *
     * @return false if some go on after {@code patience}
     */
    boolean await(Duration patience) throws InterruptedException;
}
