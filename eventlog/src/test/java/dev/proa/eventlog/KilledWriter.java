package dev.proa.eventlog;

import dev.proa.core.MonotonicTime;
import dev.proa.core.Problem;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/**
 * A process to be killed: 16 threads store events one by one and print the id of each event once it
 * is acknowledged. Arguments: folder, name of the run.
 */
final class KilledWriter {
    private static final int THREADS = 16;

    private KilledWriter() {}

    public static void main(String[] arguments) throws Exception {
        var clock = new MonotonicTime();
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
        EventLogListener deaf =
                new EventLogListener() {
                    @Override
                    public void committed(Commit commit) {}

                    @Override
                    public void troubled(Problem problem) {
                        out.println("trouble " + problem);
                    }
                };
        try (var log = EventLog.open(Path.of(arguments[0]), clock, deaf);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ingest = new EventIngest(log, clock);
            for (var t = 0; t < THREADS; t++) {
                var name = arguments[1] + "-" + t;
                var _ = threads.submit(() -> storeForEver(ingest, name, out));
            }
        }
    }

    private static Void storeForEver(EventIngest ingest, String name, PrintStream out)
            throws InterruptedException {
        for (var i = 0; ; i++) {
            var id = name + "-" + i;
            var body =
                    "{\"event_id\":\"%s\",\"session_id\":\"%s\",\"agent_type\":\"a\",\"event_type\":\"error\",\"tokens_in\":1}"
                            .formatted(id, name);
            var status = ingest.single(body.getBytes(StandardCharsets.UTF_8)).status();
            out.println((status == 201 ? "stored " : "status " + status + " ") + id);
        }
    }
}
