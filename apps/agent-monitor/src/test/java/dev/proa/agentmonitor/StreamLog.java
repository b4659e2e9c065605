package dev.proa.agentmonitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Problem;
import dev.proa.eventlog.Commit;
import dev.proa.eventlog.EventIngest;
import dev.proa.eventlog.EventLog;
import dev.proa.eventlog.EventLogListener;
import dev.proa.eventlog.EventReplay;
import dev.proa.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;

/** A log that tells streams of its commits. */
final class StreamLog implements AutoCloseable {
    final EventLog log;
    final EventIngest ingest;
    private final AtomicLong told = new AtomicLong();

    StreamLog(Path folder, InstantSource clock, Streams streams) throws InterruptedException {
        log =
                EventLog.open(
                        folder,
                        clock,
                        new EventLogListener() {
                            @Override
                            public void committed(Commit commit) {
                                streams.committed(commit);
                                told.accumulateAndGet(commit.latest(), Math::max);
                            }

                            @Override
                            public void troubled(Problem problem) {
                                throw new AssertionError(problem);
                            }
                        });
        var replay = new EventReplay(log);
        told.set(replay.span().latest());
        ingest = new EventIngest(log, clock);
        streams.begin(replay);
    }

    /** The greatest id that streams were told of. */
    long told() {
        return told.get();
    }

    /** Posts an event so many times, and waits until streams were told of all of them. */
    void post(int count, String event) throws InterruptedException {
        var all = String.join(",", Collections.nCopies(count, event));
        var before = told();
        var reply = ingest.batch(("{\"events\":[" + all + "]}").getBytes(StandardCharsets.UTF_8));
        assertThat(reply.status()).isEqualTo(201);
        Await.until("all are told", () -> told() == before + count);
    }

    @Override
    public void close() {
        log.close();
    }
}
