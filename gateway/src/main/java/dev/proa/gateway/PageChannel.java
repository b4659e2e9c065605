package dev.proa.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Everything that is sent to pages without being asked for: batches of app events, the state of
 * upstreams, and what a page is to do. Every page gets the same batches under the same numbers.
 * Safe to use from any thread; no method waits for a page.
 */
public final class PageChannel implements EventSink {
    /** How often a page and the gateway usually make sure of each other. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final int KEPT_BATCHES = 8192;
    private static final long KEPT_BYTES = 4 * 1024 * 1024;

    /** Intents that may wait for a page, and the bytes of them; more are refused. */
    private static final int MOST_INTENTS = 256;

    private static final long MOST_INTENT_BYTES = 4 * 1024 * 1024;

    /**
     * How the channel is doing.
     *
     * @param pages connected now
     * @param batches published since the start
     * @param events published since the start
     * @param unackedBytes sent to pages of now and not yet acknowledged
     * @param dropped events that pages of this run were told they have missed
     */
    public record Statistics(
            int pages, long batches, long events, long unackedBytes, long dropped) {}

    private final PageFrames frames;
    private final BatchRing ring = new BatchRing(KEPT_BATCHES, KEPT_BYTES);
    private final long generation;
    private final InstantSource clock;
    private final Consumer<PageMessage> heard;
    private final Duration heartbeat;
    private final Set<PageSession> sessions = ConcurrentHashMap.newKeySet();
    private final Map<String, PageFrame> states = new LinkedHashMap<>(); // guarded by itself
    private final Map<String, PageFrame> intents = new LinkedHashMap<>(); // guarded by itself
    private final AtomicLong droppedByGone = new AtomicLong();

    PageChannel(
            long generation, InstantSource clock, Consumer<PageMessage> heard, Duration heartbeat) {
        this.generation = generation;
        this.clock = clock;
        this.heard = heard;
        this.heartbeat = heartbeat;
        this.frames = new PageFrames(generation);
    }

    @Override
    public void publish(List<ChannelEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        var batch = List.copyOf(events);
        var at = clock.instant();
        ring.add(batch.size(), number -> frames.batch(number, at, batch));
        for (var session : sessions) {
            session.carrier().later(session::pump);
        }
    }

    /**
     * Tells every page, those to come included, how it stands with an upstream.
     *
     * @param state {@code connecting}, {@code connected}, {@code suspended}, {@code retrying},
     *     {@code unauthorized} or {@code stopped}
     * @param attempt counted from 1; 0 when it is connected
     * @param nextAt when the next attempt is due
     */
    public void status(String upstream, String state, int attempt, Optional<Instant> nextAt) {
        var frame = frames.status(upstream, state, attempt, nextAt);
        synchronized (states) {
            states.put(upstream, frame);
        }
        toAll(frame);
    }

    /**
     * Asks the pages to do something; repeated with every heartbeat, and to every page that comes,
     * until one says that it is done.
     *
     * @param kind such as {@code navigate}
     * @param data a JSON value as UTF-8 text
     * @return the intent's id; empty if 256 or 4 MiB of them wait already, and this one is dropped
     */
    public Optional<String> intent(String kind, byte[] data) {
        var id = UUID.randomUUID().toString();
        var frame = frames.intent(id, kind, data);
        synchronized (intents) {
            long waiting = intents.values().stream().mapToLong(PageFrame::length).sum();
            if (intents.size() >= MOST_INTENTS || waiting + frame.length() > MOST_INTENT_BYTES) {
                return Optional.empty();
            }
            intents.put(id, frame);
        }
        toAll(frame);
        return Optional.of(id);
    }

    /** Tells every page that it has missed something of an upstream, so that it fetches anew. */
    public void resync(String cause, long dropped) {
        toAll(frames.resync(cause, dropped, ring.next() - 1));
    }

    /** A snapshot for metrics. */
    public Statistics statistics() {
        var unacked = 0L;
        var dropped = droppedByGone.get();
        for (var session : sessions) {
            unacked += session.unackedBytes();
            dropped += session.dropped();
        }
        return new Statistics(sessions.size(), ring.next() - 1, ring.events(), unacked, dropped);
    }

    private void toAll(PageFrame frame) {
        for (var session : sessions) {
            session.carrier()
                    .later(() -> {
                        session.carrier().send(frame);
                        session.carrier().flush();
                    });
        }
    }

    Duration heartbeat() {
        return heartbeat;
    }

    long generation() {
        return generation;
    }

    /**
     * A page has come; on the carrier's loop. Batches flow once {@link PageSession#live} is said.
     */
    PageSession join(PageSession.Carrier carrier, String resumeId) {
        var client = UUID.randomUUID().toString();
        var session = new PageSession(client, carrier, ring, frames);
        var id = resumeId.isEmpty() ? frames.id(ring.next() - 1) : resumeId;
        carrier.send(frames.hello(client, heartbeat.toMillis(), id));
        sessions.add(session);
        synchronized (states) {
            states.values().forEach(carrier::send);
        }
        repeatIntents(session);
        carrier.flush();
        return session;
    }

    /** Sends what has not been carried out yet. */
    void repeatIntents(PageSession session) {
        synchronized (intents) {
            intents.values().forEach(session.carrier()::send);
        }
    }

    void left(PageSession session) {
        if (sessions.remove(session)) {
            droppedByGone.addAndGet(session.dropped());
            heard.accept(new PageMessage.Gone(session.client()));
        }
    }

    void heard(PageMessage message) {
        if (message instanceof PageMessage.Done(_, String intent)) {
            synchronized (intents) {
                intents.remove(intent);
            }
        }
        heard.accept(message);
    }

    /** Says goodbye to every page. */
    void close() {
        for (var session : sessions) {
            session.carrier().later(session.carrier()::end);
        }
    }
}
