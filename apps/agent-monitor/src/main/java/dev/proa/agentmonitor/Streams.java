package dev.proa.agentmonitor;

import dev.proa.core.ProaException;
import dev.proa.eventlog.Commit;
import dev.proa.eventlog.EventReplay;
import dev.proa.eventlog.WantedEvents;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BodyStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The contract's live stream: server-sent events, to at most so many clients. A client that comes
 * back and names the last event that it has gets what it has missed; one that does not keep up is
 * dropped and counted. Safe to use from any thread.
 */
final class Streams implements AutoCloseable {
    private static final int PAGE = 200;

    /** A client that was let in and has not opened its stream by then does not count any more. */
    private static final Duration OPENING = Duration.ofSeconds(10);

    private static final Map<String, String> HEADERS =
            Map.of(
                    "content-type", "text/event-stream",
                    "cache-control", "no-cache",
                    "x-accel-buffering", "no");

    private final InstantSource clock;
    private final int most;
    private final AtomicLong dropped = new AtomicLong();

    /** Where clients catch up with a large commit. */
    private final ExecutorService aside =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("proa-agent-monitor-stream-", 0).factory());

    private final Set<StreamClient> clients = new HashSet<>(); // guarded by this, as what follows
    private final Deque<Instant> opening = new ArrayDeque<>();
    private @Nullable EventReplay replay;
    private boolean closed;

    Streams(InstantSource clock, int most) {
        this.clock = clock;
        this.most = most;
    }

    /** Gives it what was stored; before that it has no clients. */
    synchronized void begin(EventReplay source) {
        replay = source;
    }

    /** Answers {@code GET /api/stream}, or 503 if there are too many clients. */
    BackendResponse answer(BackendRequest request) {
        var since = request.parameter("since").filter(text -> !text.isEmpty());
        if (since.isPresent() && StreamCursor.of(since.get(), 0).isEmpty()) {
            return BackendResponse.json(
                    400, utf8("{\"error\":\"since must be an id of the stream, such as 12-345\"}"));
        }
        if (!request.method().equals("HEAD") && !letIn()) {
            return BackendResponse.json(
                    503,
                    utf8("{\"error\":\"SSE client limit reached\",\"max_clients\":" + most + "}"));
        }
        // A browser that comes back by itself repeats the address, and the header is newer.
        var place = request.header("last-event-id").filter(text -> !text.isBlank()).or(() -> since);
        var wanted = WantedEvents.of(request::parameter);
        return new BackendResponse.Streaming(200, HEADERS, body -> open(body, wanted, place));
    }

    private synchronized boolean letIn() {
        var now = clock.instant();
        while (!opening.isEmpty() && opening.getFirst().plus(OPENING).isBefore(now)) {
            opening.removeFirst();
        }
        if (closed || clients.size() + opening.size() >= most) {
            return false;
        }
        opening.addLast(now);
        return true;
    }

    private void open(BodyStream body, WantedEvents wanted, Optional<String> place) {
        try {
            opened(body, wanted, place);
        } catch (InterruptedException e) {
            body.close();
            Thread.currentThread().interrupt();
        } catch (ProaException e) {
            body.close(); // the log is closed or cannot be read; the client comes back
        }
    }

    private void opened(BodyStream body, WantedEvents wanted, Optional<String> place)
            throws InterruptedException {
        var source = replay();
        if (source == null) {
            body.close();
            return;
        }
        var span = source.span();
        var from =
                place.isEmpty()
                        ? Resumption.live(span)
                        : Resumption.from(
                                place.get(),
                                span,
                                id -> source.newest(id, Resumption.MOST_REPLAYED, wanted));
        var client =
                new StreamClient(
                        body,
                        wanted,
                        id -> source.after(id, PAGE, wanted),
                        span.epoch(),
                        from.after());
        var to = new StreamCursor(span.epoch(), from.after());
        client.send(StreamMessages.connected(clock.instant(), to, place.isEmpty()));
        from.gap().ifPresent(gap -> client.send(StreamMessages.gap(gap, to)));
        if (!add(client)) {
            client.close();
            return;
        }
        body.onClosed(() -> remove(client));
        catchUp(client);
    }

    private synchronized @Nullable EventReplay replay() {
        return replay;
    }

    private void catchUp(StreamClient client) throws InterruptedException {
        if (!client.catchUp()) {
            drop(client);
        }
    }

    private synchronized boolean add(StreamClient client) {
        opening.pollFirst();
        return !closed && clients.size() < most && clients.add(client);
    }

    private synchronized boolean remove(StreamClient client) {
        client.gone();
        return clients.remove(client);
    }

    private synchronized List<StreamClient> all() {
        return List.copyOf(clients);
    }

    synchronized int count() {
        return clients.size();
    }

    /** How many clients were dropped because they did not keep up. */
    long dropped() {
        return dropped.get();
    }

    /** Tells each client the events that it wants. */
    void committed(Commit commit) {
        for (var client : all()) {
            switch (client.tell(commit)) {
                case SENT -> {}
                case BEHIND -> catchUpAside(client);
                case GIVEN_UP -> drop(client);
            }
        }
    }

    private void catchUpAside(StreamClient client) {
        try {
            aside.execute(() -> {
                var done = false;
                try {
                    catchUp(client);
                    done = true;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (ProaException e) {
                    return; // the log is closed or cannot be read
                } finally {
                    if (!done) {
                        client.close(); // it would wait in vain; it comes back
                    }
                }
            });
        } catch (RejectedExecutionException e) {
            client.close(); // the streams are closed
        }
    }

    /** Tells all clients, whatever their filters: those are for events only. */
    void system(String type, byte[] payload) {
        var message = StreamMessages.system(type, payload);
        each(client -> client.send(message));
    }

    /** Keeps connections open that nothing is told on. */
    void heartbeat() {
        each(StreamClient::beat);
    }

    /** Does something for each client; false if that one is to be given up. */
    private void each(Predicate<StreamClient> telling) {
        for (var client : all()) {
            if (!telling.test(client)) {
                drop(client);
            }
        }
    }

    private void drop(StreamClient client) {
        if (remove(client)) {
            dropped.incrementAndGet();
        }
        client.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        List<StreamClient> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(clients);
            clients.clear();
        }
        left.forEach(StreamClient::close);
        aside.close();
    }
}
