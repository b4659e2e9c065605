package dev.proa.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long the monitor's pages take to show what they are opened for. */
final class Openings {
    private static final double MOST_MILLIS = 1_000;

    /** What is looked for on each page: the first thing that comes from the log. */
    private static final Map<String, String> PAGES = new LinkedHashMap<>();

    static {
        PAGES.put("/", "[aria-labelledby=sessions] [role=listitem]");
        PAGES.put("/sessions", "main .body [role=row] a");
        PAGES.put("/costs", "main .figures a");
        PAGES.put("/tools", "main .body [role=row] a");
        PAGES.put("/limits", "main article, main .nothing");
    }

    /** Notes when that is seen: after the frame in which it is drawn. */
    private static final String HOOK =
            """
            (() => {
              const bench = (window.bench = { seen: null });
              const wanted = %s[location.pathname];
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
            var source = HOOK.formatted(script());
            browser.call("Page.addScriptToEvaluateOnNewDocument", Map.of("source", source));
            var entrance = product.entrance();
            for (var i = 0; i <= again; i++) {
                for (var page : PAGES.keySet()) {
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
        PAGES.forEach((page, wanted) -> pages.add("'%s': '%s'".formatted(page, wanted)));
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
