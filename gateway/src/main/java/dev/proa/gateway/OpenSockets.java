package dev.proa.gateway;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts connections of one kind from their opening to their end. */
@SuppressWarnings("FutureReturnValueIgnored") // a listener on a close never fails
final class OpenSockets {
    private final AtomicInteger open = new AtomicInteger();

    void count(Channel channel) {
        open.incrementAndGet();
        channel.closeFuture().addListener(_ -> open.decrementAndGet());
    }

    int open() {
        return open.get();
    }
}
