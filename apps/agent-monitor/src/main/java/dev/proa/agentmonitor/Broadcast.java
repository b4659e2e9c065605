package dev.proa.agentmonitor;

import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.eventlog.Commit;
import dev.proa.eventlog.EventLogListener;
import dev.proa.eventlog.EventQueries;
import dev.proa.eventlog.LimitQueries;
import dev.proa.eventlog.Parameters;
import dev.proa.gateway.BackendContext;
import dev.proa.gateway.ChannelEvent;
import dev.proa.gateway.EventSink;
import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Tells pages and streams what was stored: each commit at once, and the totals at a measured pace.
 */
final class Broadcast implements EventLogListener, AutoCloseable {
    private static final Duration PAGE_STATS = Duration.ofSeconds(1);

    private final EventSink pages;
    private final Journal journal;
    private final Streams streams;
    private final InstantSource clock;
    private final ScheduledExecutorService pace =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("proa-agent-monitor-pace").factory());
    private final AtomicBoolean statsDue = new AtomicBoolean();
    private volatile Instant nextPageStats = Instant.EPOCH;
    private volatile @Nullable EventQueries queries;
    private volatile @Nullable LimitQueries limits;

    Broadcast(BackendContext context, Streams streams) {
        this.pages = context.events();
        this.journal = context.journal();
        this.streams = streams;
        this.clock = context.clock();
    }

    /** Starts what happens at a pace, now that totals can be asked for. */
    void begin(EventQueries source, LimitQueries use, MonitorOptions options) {
        queries = source;
        limits = use;
        every(options.stats(), this::streamStats);
        every(options.heartbeat(), streams::heartbeat);
    }

    private void every(Duration period, Runnable action) {
        var _ =
                pace.scheduleAtFixedRate(
                        action, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** An import by itself has brought something. */
    void imported(long events) {
        streams.system(
                "session_update",
                "{\"type\":\"auto_import\",\"imported\":%d}"
                        .formatted(events)
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void committed(Commit commit) {
        var batch = new ArrayList<ChannelEvent>(commit.events().size() + commit.sessions().size());
        for (var event : commit.events()) {
            batch.add(
                    new ChannelEvent(
                            Optional.of(Long.toString(event.id())),
                            Optional.of(event.sessionId()),
                            "event",
                            event.json()));
        }
        for (var session : commit.sessions()) {
            batch.add(
                    new ChannelEvent(
                            Optional.empty(),
                            Optional.of(session.id()),
                            "session",
                            session.json()));
        }
        pages.publish(batch);
        pageStatsSoon();
        if (streams.count() > 0) {
            tellStreams(commit);
        }
    }

    private void tellStreams(Commit commit) {
        if (commit.latest() > 0) {
            streams.committed(commit);
        }
        if (commit.aged()) {
            var update = "{\"type\":\"idle_check\",\"idled\":" + commit.sessions().size() + "}";
            streams.system("session_update", update.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void troubled(Problem problem) {
        journal.record(new RuntimeEvent.ProblemFound(problem));
    }

    private void pageStatsSoon() {
        if (statsDue.getAndSet(true)) {
            return;
        }
        var wait = Duration.between(clock.instant(), nextPageStats).toMillis();
        try {
            var _ = pace.schedule(this::pageStats, Math.max(0, wait), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            statsDue.set(false); // closing: nobody reads them any more
        }
    }

    private void pageStats() {
        statsDue.set(false);
        nextPageStats = clock.instant().plus(PAGE_STATS);
        stats(source -> pages.publish(List.of(totals(source.stats(Parameters.none()).json()))));
    }

    private static ChannelEvent totals(byte[] json) {
        return new ChannelEvent(Optional.empty(), Optional.empty(), "stats", json);
    }

    /** The totals for streams, if there are any. */
    void streamStats() {
        var use = limits;
        if (streams.count() > 0 && use != null) {
            stats(source -> streams.system("stats", use.stats(source).json()));
        }
    }

    /** Something to tell of the totals. */
    @FunctionalInterface
    private interface Telling {
        void of(EventQueries source) throws InterruptedException;
    }

    private void stats(Telling telling) {
        var source = queries;
        if (source == null) {
            return;
        }
        try {
            telling.of(source);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ProaException e) {
            e.problems().forEach(this::troubled);
        } catch (RuntimeException e) { // the pace must go on
            troubled(
                    new Problem(
                            Where.of("agent-monitor"),
                            "the totals could not be published (" + e + ")",
                            "Report this defect"));
        }
    }

    @Override
    public void close() {
        pace.shutdownNow();
        pace.close();
        streams.close();
    }
}
