package dev.proa.eventlog;

import dev.proa.core.MonotonicTime;
import dev.proa.core.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures single events from bytes to acknowledgement, in process. Arguments: threads, seconds,
 * folder.
 */
final class WriterSpeed {
    private WriterSpeed() {}

    public static void main(String[] arguments) throws Exception {
        var threads = Integer.parseInt(arguments[0]);
        var time = Duration.ofSeconds(Long.parseLong(arguments[1]));
        var folder = Files.createTempDirectory(Path.of(arguments[2]), "speed");
        var began = System.nanoTime();
        var clock = new MonotonicTime();
        EventLogListener deaf =
                new EventLogListener() {
                    @Override
                    public void committed(Commit commit) {}

                    @Override
                    public void troubled(Problem problem) {
                        System.out.println(problem);
                    }
                };
        try (var log = EventLog.open(folder, clock, deaf)) {
            System.out.printf("open %d ms%n", (System.nanoTime() - began) / 1_000_000);
            var ingest = new EventIngest(log, clock);
            for (var round = 0; round < 3; round++) {
                measure(ingest, threads, time, round);
            }
            var queries = new EventQueries(log);
            var asked = System.nanoTime();
            var stats = new String(queries.stats(Parameters.none()).json(), StandardCharsets.UTF_8);
            System.out.printf("stats %.1f ms %s%n", (System.nanoTime() - asked) / 1e6, stats);
            asked = System.nanoTime();
            queries.sessions(Parameters.none());
            System.out.printf("sessions %.1f ms%n", (System.nanoTime() - asked) / 1e6);
            asked = System.nanoTime();
            queries.events(Parameters.none());
            System.out.printf("events %.1f ms%n", (System.nanoTime() - asked) / 1e6);
        }
    }

    private static void measure(EventIngest ingest, int threads, Duration time, int round)
            throws Exception {
        var stored = new AtomicLong();
        var waits = new ConcurrentLinkedQueue<Long>();
        var until = System.nanoTime() + time.toNanos();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var t = 0; t < threads; t++) {
                var name = "r" + round + "t" + t;
                var _ =
                        pool.submit(() -> {
                            for (var i = 0; System.nanoTime() < until; i++) {
                                var body = body(name, i).getBytes(StandardCharsets.UTF_8);
                                var from = System.nanoTime();
                                if (ingest.single(body).status() != 201) {
                                    throw new IllegalStateException("not stored");
                                }
                                waits.add(System.nanoTime() - from);
                                stored.incrementAndGet();
                            }
                            return null;
                        });
            }
        }
        var sorted = waits.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf(
                "%d threads: %,.0f events/s, p50 %.2f ms, p99 %.2f ms, most %.1f ms%n",
                threads,
                stored.get() / (double) time.toSeconds(),
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                Arrays.stream(sorted).max().orElse(0) / 1e6);
    }

    private static String body(String name, int i) {
        return """
        {"event_id":"%s-%d","session_id":"session-%s-%d","agent_type":"claude_code",
         "event_type":"tool_use","tool_name":"Bash","tokens_in":120,"tokens_out":40,
         "model":"claude-sonnet-4-6","cost_usd":0.0042,"project":"proa","branch":"main",
         "duration_ms":340,"metadata":{"command":"./mvnw -q verify","text":"%s"}}\
        """
                .formatted(name, i, name, i / 500, "x".repeat(300));
    }
}
