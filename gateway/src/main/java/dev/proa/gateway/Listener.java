package dev.proa.gateway;

import dev.proa.core.LoopbackPort;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A bound socket whose connections wait until it is known who serves them. */
record Listener(Channel channel, AtomicReference<@Nullable Service> service) {
    LoopbackPort port() {
        return new LoopbackPort(((InetSocketAddress) channel.localAddress()).getPort());
    }

    /** Begins to accept. */
    void accept(Service served) {
        service.set(served);
        channel.config().setAutoRead(true);
    }

    void close() {
        channel.close().awaitUninterruptibly();
    }
}
