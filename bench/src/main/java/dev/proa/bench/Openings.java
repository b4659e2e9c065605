package dev.proa.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long the monitor's pages take to show what they are opened for. */
final class Openings {
    private static final double MOST_MILLIS = 1_000;

    /** Where a page is, and what is looked for there: the first thing that comes from the log. */
    private record Wanted(String page, String what) {}

    private static final List<Wanted> PAGES =
            List.of(
                    new Wanted("/", "[aria-labelledby=sessions] [role=listitem]"),
                    new Wanted("/sessions", "main .body [role=row] a"),
                    new Wanted("/costs", "main .figures a"),
                    new Wanted("/tools", "main .body [role=row] a"),
                    new Wanted("/limits", "main article, main .nothing"));

    /** Notes when that is seen: after the frame in which it is drawn. */
    private static final String HOOK =
            """
            (() => {
              const bench = (window.bench = { seen: null });
              const wanted = PAGES[location.pathname];
              let found = wanted === undefined;
              new MutationObserver(() => {
                if (!found && document.querySelector(wanted) !== null) {
                  found = true;
                  requestAnimationFrame(() => setTimeout(() => (bench.seen = performance.now())));
                }
              }).observe(document, { childList: true, characterData: true, subtree: true });
            })()
            """;

    private Openings() {}

    /**
     * Opens every page once, just after the product's start and with nothing kept by the browser,
     * and then all of them again.
     *
     * @param again how often
     */
    static List<Measure> of(Setting setting, Product product, int again)
            throws IOException, InterruptedException {
        var first = new LinkedHashMap<String, List<Double>>();
        var later = new LinkedHashMap<String, List<Double>>();
        try (var browser = Browser.start(setting.work())) {
            var source = HOOK.replace("PAGES", script());
            browser.call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", source));
            var entrance = product.entrance();
            for (var i = 0; i <= again; i++) {
                for (var wanted : PAGES) {
                    var page = wanted.page();
                    var address =
                            i == 0 && page.equals("/")
                                    ? entrance
                                    : browser.evaluate("location.origin").asString() + page;
                    (i == 0 ? first : later)
                            .computeIfAbsent(page, _ -> new ArrayList<>())
                            .add(open(browser, address));
                }
            }
        }
        var measures = new ArrayList<Measure>();
        first.forEach((page, millis) -> measures.add(measure(page + ", first opening", millis)));
        later.forEach((page, millis) -> measures.add(measure(page + ", opened again", millis)));
        return measures;
    }

    private static String script() {
        var pages = new ArrayList<String>();
        PAGES.forEach(wanted -> pages.add("'" + wanted.page() + "': '" + wanted.what() + "'"));
        return "{ " + String.join(", ", pages) + " }";
    }

    private static double open(Browser browser, String address)
            throws IOException, InterruptedException {
        browser.call("Page.navigate", Map.of("url", address));
        browser.until("window.bench?.seen");
        return browser.evaluate("bench.seen").asDouble();
    }

    private static Measure measure(String label, List<Double> millis) {
        return Measure.of("page " + label, "ms", Goal.atMost(MOST_MILLIS), millis);
    }
}
