package dev.proa.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What writers wait while somebody looks at a log that is long already. */
final class Dashboard {
    private static final int PER_SECOND = 100;
    private static final double MOST_MILLIS = 30;
    private static final int STORED = 300_000;
    private static final int STORED_FOR_SMOKE = 5_000;

    /** What a dashboard asks again and again, and after how many seconds. */
    private record Poll(String path, int seconds) {}

    private static final List<Poll> POLLS =
            List.of(
                    new Poll("/api/stats", 2),
                    new Poll("/api/sessions?limit=500", 2),
                    new Poll("/api/events?limit=200", 2),
                    new Poll("/api/stats/usage-monitor", 2),
                    new Poll("/api/costs?by=model", 5),
                    new Poll("/api/stats/cost", 5),
                    new Poll("/api/stats/tools", 5),
                    new Poll("/api/filter-options", 5));

    private Dashboard() {}

    private static boolean smoke(Setting setting) {
        return setting.sizes().equals(Setting.Sizes.SMOKE);
    }

    private static int stored(Setting setting) {
        return smoke(setting) ? STORED_FOR_SMOKE : STORED;
    }

    static String how(Setting setting) {
        return "Dashboard: %,d events are stored (`MadeEvents`), %d more a second come in singly for %d s, and what a page shows is asked every 2 to 5 s; a wait counts from when its event was due. "
                        .formatted(stored(setting), PER_SECOND, setting.sizes().load().toSeconds())
                + Disk.how();
    }

    static List<Measure> measures(Setting setting) throws IOException, InterruptedException {
        var history = LongHistory.of(setting, stored(setting));
        var posts = new ArrayList<Durations>();
        var polls = new ArrayList<Durations>();
        var disk = new ArrayList<Durations>();
        try (var product = Product.over(setting, history.folder())) {
            var address = product.ready();
            var first = (long) history.events().count();
            for (var i = 0; i < setting.sizes().loads(); i++) {
                try (var pace =
                        new Pace(address, PER_SECOND, first, _ -> HistoryBenchmark.made(address))) {
                    polls.add(poll(address, setting.sizes().load()));
                    first += pace.stop();
                    posts.add(pace.waits());
                }
                disk.add(Disk.waits(setting.work(), setting.sizes().load()));
            }
        } finally {
            Folders.remove(history.folder());
        }
        return List.of(
                millis("dashboard, POST p50", posts, 0.5),
                millis("dashboard, POST p99", posts, 0.99).with(Goal.atMost(MOST_MILLIS)),
                millis("dashboard, its answers p50", polls, 0.5),
                millis("dashboard, its answers p99", polls, 0.99),
                millis("this disk alone, p50", disk, 0.5),
                millis("this disk alone, p99", disk, 0.99));
    }

    private static Measure millis(String label, List<Durations> rounds, double share) {
        return Measure.of(label, "ms", rounds.stream().map(r -> r.millis(share)).toList());
    }

    private static Durations poll(Product.Address address, Duration time)
            throws IOException, InterruptedException {
        var waits = new ArrayList<Long>();
        var ends = System.nanoTime() + time.toNanos();
        try (var pool = Executors.newFixedThreadPool(POLLS.size())) {
            var parts = new ArrayList<Future<List<Long>>>();
            for (var poll : POLLS) {
                parts.add(pool.submit(again(address, poll, ends)));
            }
            for (var part : parts) {
                waits.addAll(part.get());
            }
        } catch (ExecutionException e) {
            throw new IOException("a poll failed", e.getCause());
        }
        return new Durations(waits.stream().mapToLong(Long::longValue).toArray());
    }

    private static Callable<List<Long>> again(Product.Address address, Poll poll, long ends) {
        return () -> {
            var waits = new ArrayList<Long>();
            var request = Texts.get(address, poll.path());
            try (var http = new RawHttp(address.port())) {
                for (var due = System.nanoTime();
                        due < ends;
                        due += poll.seconds() * 1_000_000_000L) {
                    Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                    var asked = System.nanoTime();
                    if (http.exchange(request) != 200) {
                        throw new IOException(poll.path() + " was refused");
                    }
                    waits.add(System.nanoTime() - asked);
                }
            }
            return waits;
        };
    }
}
