package dev.proa.bench;

import dev.proa.core.MonotonicTime;
import dev.proa.core.Problem;
import dev.proa.eventlog.Commit;
import dev.proa.eventlog.EventIngest;
import dev.proa.eventlog.EventLog;
import dev.proa.eventlog.EventLogListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Threads of this process that hand the same events to an event log without any network. */
final class OwnWriters implements AutoCloseable {
    /** Nobody listens; a trouble is an answer that is not 201. */
    private static final EventLogListener NOBODY =
            new EventLogListener() {
                @Override
                public void committed(Commit commit) {}

                @Override
                public void troubled(Problem problem) {}
            };

    private final AtomicLong numbers = new AtomicLong(1);
    private final EventLog log;
    private final List<Closed.Writer> writers = new ArrayList<>();

    OwnWriters(Path folder, int count, int size) {
        this(folder, count, size, Event.Text.COMMAND);
    }

    OwnWriters(Path folder, int count, int size, Event.Text text) {
        var clock = new MonotonicTime();
        log = EventLog.open(folder, clock, NOBODY);
        var ingest = new EventIngest(log, clock);
        for (var i = 0; i < count; i++) {
            var event = new Event("bench-" + i, 0, size, text);
            writers.add(() -> write(ingest, size, event.body(numbers.getAndAdd(size))));
        }
    }

    private static void write(EventIngest ingest, int size, byte[] body)
            throws IOException, InterruptedException {
        var reply = size == 1 ? ingest.single(body) : ingest.batch(body);
        if (reply.status() != 201) {
            throw new IOException("an event was answered by " + reply.status());
        }
    }

    List<Closed.Writer> writers() {
        return writers;
    }

    @Override
    public void close() {
        log.close();
    }
}
