package dev.proa.bench;

import dev.proa.core.MonotonicTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How long the agent monitor's readers wait for answers about a long history while events come in,
 * and what it takes.
 */
final class HistoryBenchmark implements Benchmark {
    private static final double MOST_MILLIS = 20;
    private static final double MOST_MIB = 250;
    private static final int PER_SECOND = 50;

    /** How often each question is asked before it counts, and how often in each round. */
    private record Times(int before, int rounds, int each) {}

    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        var times =
                setting.sizes().equals(Setting.Sizes.SMOKE)
                        ? new Times(0, 1, 2)
                        : new Times(4, 5, 40);
        var history = LongHistory.of(setting, setting.sizes().history());
        var measures = new ArrayList<Measure>();
        measures.add(Measure.of("taking in", "events/s", List.of(history.perSecond())));
        measures.add(Measure.of("size of the log", "MiB", List.of(history.mebibytes())));
        try (var product = Product.over(setting, history.folder())) {
            var address = product.ready();
            measures.addAll(Openings.of(setting, product, times.rounds()));
            ask(address, history.events(), times, measures);
            measures.add(
                    Measure.of(
                            "runtime afterwards, PSS",
                            "MiB",
                            Goal.atMost(MOST_MIB),
                            List.of(ProcessFacts.memory(product.pid()).pss())));
            measures.add(
                    Measure.of(
                            "all costs anew, by the command",
                            "s",
                            List.of(history.priced(setting))));
        }
        var how =
                "%,d events of 90 days in %,d sessions (`MadeEvents`), taken in by `proa events import`; then every question in turn, each time about something else, over one connection of the gateway with the token, while %d events a second come in. A value is a percentile of %d answers. Before that a headless Chromium opens each page, from the navigation to the frame with the first thing of the log: just after the product's start with nothing in the browser's cache, and again. `proa events recalculate` comes last."
                        .formatted(
                                history.events().count(),
                                history.events().sessions(),
                                PER_SECOND,
                                times.each());
        return Result.of(how, measures);
    }

    private static void ask(
            Product.Address address, MadeEvents events, Times times, List<Measure> into)
            throws IOException, InterruptedException {
        var questions = Questions.about(events, new MonotonicTime().instant());
        var waits = new long[questions.size()][times.rounds()][times.each()];
        try (var http = new RawHttp(address.port());
                var pace = new Pace(address, PER_SECOND, events.count(), _ -> made(address))) {
            for (var i = 0; i < times.before() + times.rounds() * times.each(); i++) {
                for (var q = 0; q < questions.size(); q++) {
                    var took = one(http, address, questions.get(q).path().apply(i));
                    var counted = i - times.before();
                    if (counted >= 0) {
                        waits[q][counted / times.each()][counted % times.each()] = took;
                    }
                }
            }
            pace.stop();
            into.add(millis("POST meanwhile, p99", List.of(pace.waits()), 0.99));
        }
        for (var q = 0; q < questions.size(); q++) {
            var rounds = new ArrayList<Durations>();
            for (var round : waits[q]) {
                rounds.add(new Durations(round));
            }
            var question = questions.get(q);
            into.add(millis(question.label() + ", p50", rounds, 0.5));
            var slow = millis(question.label() + ", p95", rounds, 0.95);
            into.add(question.goal() ? slow.with(Goal.atMost(MOST_MILLIS)) : slow);
        }
    }

    /** Events of the sessions that the history ends with. */
    static Pace.Posts made(Product.Address address) {
        return number -> Texts.post(address.ingestPort(), "/api/events", MadeEvents.now(number));
    }

    private static Measure millis(String label, List<Durations> rounds, double share) {
        return Measure.of(label, "ms", rounds.stream().map(r -> r.millis(share)).toList());
    }

    private static long one(RawHttp http, Product.Address address, String path) throws IOException {
        var request = Texts.get(address, path);
        var asked = System.nanoTime();
        var status = http.exchange(request);
        var took = System.nanoTime() - asked;
        if (status != 200) {
            throw new IOException(path + " was answered " + status);
        }
        return took;
    }
}
