package dev.proa.gateway;

import io.netty.handler.codec.http.HttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request that waits a while for its upstream to become ready, and then goes on as the exchange
 * it would have been. Its body is not read meanwhile.
 */
final class HeldExchange implements Exchange {
    private static final long POLL_MILLIS = 25;

    private final Loop loop;
    private final Supplier<Upstream> upstream;
    private final Function<Upstream, Exchange> next;
    private final long until;
    private final Deque<HttpContent> early = new ArrayDeque<>();
    private @Nullable Exchange exchange;
    private @Nullable Future<?> poll;

    HeldExchange(
            Loop loop,
            Supplier<Upstream> upstream,
            Duration patience,
            Function<Upstream, Exchange> next) {
        this.loop = loop;
        this.upstream = upstream;
        this.next = next;
        this.until = loop.millis() + patience.toMillis();
    }

    @Override
    public void start() {
        look();
    }

    private void look() {
        var now = upstream.get();
        if (now instanceof Upstream.NotReady && loop.millis() < until && !loop.closing()) {
            poll = loop.events().schedule(this::look, POLL_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        poll = null;
        loop.released();
        var going = next.apply(now);
        exchange = going;
        going.start();
        while (!early.isEmpty()) {
            going.body(early.removeFirst());
        }
    }

    @Override
    public void body(HttpContent content) {
        if (exchange == null) {
            early.addLast(content);
        } else {
            exchange.body(content);
        }
    }

    @Override
    public void readComplete() {
        if (exchange != null) {
            exchange.readComplete();
        }
    }

    @Override
    public void writable() {
        if (exchange != null) {
            exchange.writable();
        }
    }

    @Override
    public void sweep(long now) {
        if (exchange != null) {
            exchange.sweep(now);
        }
    }

    @Override
    public void gone() {
        early.forEach(HttpContent::release);
        early.clear();
        if (poll != null) {
            poll.cancel(false);
            poll = null;
            loop.released();
        }
        if (exchange != null) {
            exchange.gone();
        }
    }
}
