package dev.proa.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Whether a page keeps up with a flood of events, over a log that is long already. */
final class LiveBenchmark implements Benchmark {
    private static final int PER_SECOND = 1_000;
    private static final double MOST_GROWTH = 1.2;
    private static final double P99_MILLIS = 250;
    private static final double OPEN_MILLIS = 1_000;
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration SETTLING = Duration.ofSeconds(3);

    /**
     * In the page, before its own code: notes when each event arrives and when the feed has drawn
     * it, by the number in its id, and when the first session's card is seen.
     */
    private static final String HOOK =
            """
            (() => {
              const bench = (window.bench = { arrived: [], drawn: [], card: null, resyncs: 0 });
              let waiting = [];
              window.WebSocket = class extends WebSocket {
                constructor(...where) {
                  super(...where);
                  this.addEventListener('message', ({ data }) => {
                    const now = Date.now();
                    for (const [, number] of String(data).matchAll(/"event_id":"b(\\d{10})"/g)) {
                      bench.arrived.push([Number(number), now]);
                      waiting.push(Number(number));
                    }
                    bench.resyncs += String(data).startsWith('{"t":"resync"') ? 1 : 0;
                  });
                }
              };
              new MutationObserver((changes) => {
                if (bench.card === null && document.querySelector('[aria-labelledby=sessions] [role=listitem]')) {
                  bench.card = performance.now();
                }
                if (waiting.length > 0 && changes.some(({ target }) => target.parentElement?.closest('#feed'))) {
                  const now = Date.now();
                  bench.drawn.push(...waiting.map((number) => [number, now]));
                  waiting = [];
                }
              }).observe(document, { childList: true, characterData: true, subtree: true });
            })()
            """;

    /** What was seen of memory at one moment, in MiB. */
    private record Memory(double heap, double pss) {}

    /** When the page had which event, in milliseconds since 1970. */
    private record Seen(Map<Integer, Long> arrived, Map<Integer, Long> drawn) {
        void take(Browser browser) throws IOException, InterruptedException {
            for (var list : List.of("arrived", "drawn")) {
                var pairs = browser.evaluate("bench.%s.splice(0)".formatted(list));
                for (var pair : pairs) {
                    (list.equals("drawn") ? drawn : arrived)
                            .putIfAbsent(pair.get(0).asInt(), pair.get(1).asLong());
                }
            }
        }
    }

    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        var smoke = setting.sizes().equals(Setting.Sizes.SMOKE);
        var history = LongHistory.of(setting, smoke ? 2_000 : setting.sizes().history());
        var measures = new ArrayList<Measure>();
        try (var product = Product.over(setting, history.folder());
                var browser = Browser.start(setting.work())) {
            var address = product.ready();
            browser.call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", HOOK));
            measures.add(open(product, browser, smoke ? 1 : 5));
            flood(setting.sizes().live(), product, address, browser, measures);
        }
        var how =
                "%,d events are stored (`MadeEvents`); the page is opened in a headless Chromium (a fresh navigation each time, to the first session's card in its document), then %d single events of 1,024 bytes a second come in over HTTP for %d s. A delivery is from an event's sending to the message in the page, and to the change of its feed. Growth is that from the end of the first minute (or tenth) to the end, garbage left out."
                        .formatted(
                                history.events().count(),
                                PER_SECOND,
                                setting.sizes().live().toSeconds());
        return Result.of(how, measures);
    }

    private static Measure open(Product product, Browser browser, int times)
            throws IOException, InterruptedException {
        browser.call("Page.navigate", Map.of("url", product.entrance()));
        browser.until("window.bench?.card");
        var page = browser.evaluate("location.origin + '/'").asString();
        var waits = new ArrayList<Double>();
        for (var i = 0; i < times; i++) {
            browser.call("Page.navigate", Map.of("url", "about:blank"));
            browser.call("Page.navigate", Map.of("url", page));
            browser.until("window.bench?.card");
            waits.add(browser.evaluate("bench.card").asDouble());
        }
        return Measure.of("page open to the first card", "ms", Goal.atMost(OPEN_MILLIS), waits);
    }

    private static void flood(
            Duration time,
            Product product,
            Product.Address address,
            Browser browser,
            List<Measure> into)
            throws IOException, InterruptedException {
        var before = stored(address);
        var seen = new Seen(new HashMap<>(), new HashMap<>());
        var begin = System.nanoTime();
        try (var pace =
                new Pace(
                        address,
                        PER_SECOND,
                        0,
                        i -> new Event("bench-" + i, address.ingestPort())::request)) {
            var first = FIRST.compareTo(time.dividedBy(2)) < 0 ? FIRST : time.dividedBy(10);
            watch(browser, seen, begin + first.toNanos());
            var early = memory(product, browser);
            watch(browser, seen, begin + time.toNanos());
            var late = memory(product, browser);
            var sent = pace.stop();
            watch(browser, seen, System.nanoTime() + SETTLING.toNanos());
            into.add(delivered("sending to the page's message", pace, seen.arrived(), 0.5));
            into.add(delivered("sending to the page's message", pace, seen.arrived(), 0.99));
            into.add(delivered("sending to the feed's change", pace, seen.drawn(), 0.5));
            into.add(
                    delivered("sending to the feed's change", pace, seen.drawn(), 0.99)
                            .with(Goal.atMost(P99_MILLIS)));
            into.add(one("POST p99", "ms", pace.waits().millis(0.99)));
            into.add(one("events sent", "events", sent));
            into.add(none("lost in the log", (double) (sent - (stored(address) - before))));
            into.add(none("never in the page", sent - seen.arrived().size()));
            into.add(none("losses the page was told of", resyncs(browser)));
            into.add(one("page's heap early", "MiB", early.heap()));
            into.add(growth("page's heap", late.heap() / early.heap()));
            into.add(one("runtime's PSS early", "MiB", early.pss()));
            into.add(growth("runtime's PSS", late.pss() / early.pss()));
        }
    }

    /** Reads again and again what the page has noted, so that the notes do not grow there. */
    private static void watch(Browser browser, Seen seen, long untilNanos)
            throws IOException, InterruptedException {
        while (System.nanoTime() < untilNanos) {
            Thread.sleep(200);
            seen.take(browser);
        }
    }

    private static Memory memory(Product product, Browser browser)
            throws IOException, InterruptedException {
        return new Memory(browser.heap(), ProcessFacts.memory(product.pid()).pss());
    }

    private static double resyncs(Browser browser) throws IOException, InterruptedException {
        return browser.evaluate("bench.resyncs").asDouble();
    }

    private static long stored(Product.Address address) throws IOException {
        try (var http = new RawHttp(address.port())) {
            if (http.exchange(Texts.get(address, "/api/stats")) != 200) {
                throw new IOException("the totals were refused");
            }
            return JsonMapper.shared().readTree(http.body()).path("total_events").asLong();
        }
    }

    private static Measure delivered(
            String label, Pace pace, Map<Integer, Long> seen, double share) {
        var sent = pace.sentMillis();
        var nanos =
                seen.entrySet().stream()
                        .mapToLong(e -> (e.getValue() - sent[e.getKey()]) * 1_000_000)
                        .toArray();
        var name = "%s, p%d".formatted(label, Math.round(100 * share));
        // A clock of milliseconds: what took less is one.
        return one(name, "ms", Math.max(1, new Durations(nanos).millis(share)));
    }

    private static Measure one(String label, String unit, double value) {
        return Measure.of(label, unit, List.of(value));
    }

    private static Measure none(String label, double value) {
        return one(label, "events", value).with(Goal.atMost(0));
    }

    private static Measure growth(String label, double value) {
        return one(label + ", late / early", "ratio", value).with(Goal.atMost(MOST_GROWTH));
    }
}
