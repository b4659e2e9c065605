package dev.proa.gateway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a Content-Security-Policy (W3C CSP Level 3): the default, widened where an app says so. A
 * directive that the default leaves to another one begins with what it had from there, so that an
 * addition never takes anything away; {@code 'none'} does, and stands alone.
 */
final class ContentPolicy {
    private static final String NONE = "'none'";
    private static final Map<String, List<String>> DEFAULT = new LinkedHashMap<>();

    /** CSP3 section 6.8.3: where a directive that is absent is taken from. */
    private static final Map<String, String> INSTEAD =
            Map.of(
                    "script-src-elem", "script-src",
                    "script-src-attr", "script-src",
                    "style-src-elem", "style-src",
                    "style-src-attr", "style-src",
                    "frame-src", "child-src",
                    "worker-src", "child-src");

    static {
        DEFAULT.put("default-src", List.of("'self'"));
        DEFAULT.put("frame-ancestors", List.of(NONE));
        DEFAULT.put("object-src", List.of(NONE));
        DEFAULT.put("base-uri", List.of(NONE));
    }

    /** For documents without an app's own wishes: the console, and pages that wait. */
    static final String PLAIN = of(Map.of());

    private ContentPolicy() {}

    static String of(Map<String, List<String>> additions) {
        var directives = new LinkedHashMap<String, List<String>>();
        DEFAULT.keySet().forEach(name -> directives.put(name, sources(name, additions)));
        new TreeMap<>(additions)
                .keySet()
                .forEach(name -> directives.put(name, sources(name, additions)));
        var text = new ArrayList<String>();
        directives.forEach(
                (name, sources) -> text.add((name + " " + String.join(" ", sources)).strip()));
        return String.join("; ", text);
    }

    /**
     * For the documents of a development server, which writes scripts and styles into them,
     * evaluates code, and may be reached past us by its own page.
     */
    static String forDevelopment(Map<String, List<String>> additions, String server, String own) {
        var wider = new TreeMap<String, List<String>>();
        wider.put("connect-src", List.of("ws://" + own, "http://" + server, "ws://" + server));
        wider.put("font-src", List.of("data:"));
        wider.put("img-src", List.of("data:", "blob:"));
        wider.put("script-src", List.of("'unsafe-inline'", "'unsafe-eval'"));
        wider.put("style-src", List.of("'unsafe-inline'"));
        wider.put("worker-src", List.of("blob:"));
        additions.forEach((name, sources) -> wider.merge(name, sources, ContentPolicy::joined));
        return of(wider);
    }

    private static List<String> sources(String name, Map<String, List<String>> additions) {
        var added = additions.getOrDefault(name, List.of());
        if (added.contains(NONE)) {
            return List.of(NONE);
        }
        var base = DEFAULT.getOrDefault(name, inherited(name, additions));
        var joined = joined(base, added);
        return joined.size() > 1
                ? joined.stream().filter(source -> !source.equals(NONE)).toList()
                : joined;
    }

    private static List<String> inherited(String name, Map<String, List<String>> additions) {
        if (!name.contains("-src") || DEFAULT.containsKey(name)) {
            return List.of();
        }
        var parent = INSTEAD.getOrDefault(name, "default-src");
        return additions.containsKey(parent) || parent.equals("default-src")
                ? sources(parent, additions)
                : inherited(parent, additions);
    }

    private static List<String> joined(List<String> first, List<String> second) {
        var all = new LinkedHashSet<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
