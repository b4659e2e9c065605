package dev.proa.gateway;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What belongs to one event loop: its connections, its idle upstreams, and the sweep of both. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class Loop {
    private static final long SWEEP_MILLIS = 250;
    private static final int MAX_HELD = 64;

    private final EventLoop events;
    private final InstantSource clock;
    private final Books books;
    private final UpstreamPool upstreams;
    private final Set<ClientConnection> connections = new LinkedHashSet<>(); // this loop only
    private boolean sweeping; // this loop only
    private int held; // this loop only
    private @Nullable Runnable whenIdle; // this loop only
    private volatile boolean closing;

    Loop(
            EventLoop events,
            InstantSource clock,
            Books books,
            ByteBufAllocator allocator,
            Traffic traffic) {
        this.events = events;
        this.clock = clock;
        this.books = books;
        this.upstreams = new UpstreamPool(this, allocator, traffic.upstreamConnections);
    }

    EventLoop events() {
        return events;
    }

    UpstreamPool upstreams() {
        return upstreams;
    }

    Books books() {
        return books;
    }

    /** Whether one more request may wait for its upstream; each one that may is released later. */
    boolean hold() {
        if (held == MAX_HELD) {
            return false;
        }
        held++;
        return true;
    }

    void released() {
        held--;
    }

    long millis() {
        return clock.millis();
    }

    boolean closing() {
        return closing;
    }

    /** No further request is begun; {@code idle} is called when none is left. */
    void close(Runnable idle) {
        closing = true;
        events.execute(() -> {
            whenIdle = idle;
            sweep();
        });
    }

    void add(ClientConnection connection) {
        connections.add(connection);
        sweepSoon();
    }

    /** How many clients wait for the end of an answer by these routes; on this loop. */
    long owed(Routes routes) {
        return connections.stream().filter(connection -> connection.owes(routes)).count();
    }

    void remove(ClientConnection connection) {
        connections.remove(connection);
        tellWhenIdle();
    }

    private void tellWhenIdle() {
        if (whenIdle != null && connections.isEmpty()) {
            whenIdle.run();
            whenIdle = null;
        }
    }

    /** Sweeps for as long as there is something to sweep, so that an idle gateway sleeps. */
    void sweepSoon() {
        if (!sweeping) {
            sweeping = true;
            events.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void sweep() {
        sweeping = false;
        var now = millis();
        for (var connection : List.copyOf(connections)) {
            connection.sweep(now);
        }
        upstreams.sweep(now);
        books.refusals().flush(false);
        if (!connections.isEmpty() || !upstreams.isEmpty()) {
            sweepSoon();
        }
        tellWhenIdle();
    }
}
