package dev.proa.gateway;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The endpoints of an embedded backend or of the control surface, found by method and path. */
final class RouteTable {
    /** What a table says to a request. */
    sealed interface Match {
        record Found(BackendRoute route, Map<String, String> segments) implements Match {}

        /** The path is known, the method is not. */
        record OtherMethod(String allow) implements Match {}

        record Nothing() implements Match {}
    }

    private record Entry(BackendRoute route, List<String> pattern) {
        boolean fits(List<String> segments) {
            if (segments.size() != pattern.size()) {
                return false;
            }
            for (var i = 0; i < pattern.size(); i++) {
                var wanted = pattern.get(i);
                var given = segments.get(i);
                if (variable(wanted) ? given.isEmpty() : !wanted.equals(given)) {
                    return false;
                }
            }
            return true;
        }

        Map<String, String> variables(List<String> segments) {
            var values = new TreeMap<String, String>();
            for (var i = 0; i < pattern.size(); i++) {
                var name = pattern.get(i);
                if (variable(name)) {
                    values.put(name.substring(1, name.length() - 1), segments.get(i));
                }
            }
            return values;
        }

        /** Sorts words before variables, at the first segment where two patterns differ so. */
        String rank() {
            var rank = new StringBuilder();
            for (var segment : pattern) {
                rank.append(variable(segment) ? '1' : '0');
            }
            return rank.toString();
        }

        boolean answers(String method) {
            return route.method().equals(method)
                    || (route.method().equals("GET") && method.equals("HEAD"));
        }
    }

    private static final Match NOTHING = new Match.Nothing();

    private final List<Entry> entries;

    RouteTable(List<BackendRoute> routes) {
        var sorted = new ArrayList<Entry>();
        for (var route : routes) {
            sorted.add(new Entry(route, List.of(route.path().substring(1).split("/", -1))));
        }
        sorted.sort(Comparator.comparing(Entry::rank));
        entries = List.copyOf(sorted);
    }

    private static boolean variable(String segment) {
        return segment.length() > 2 && segment.startsWith("{") && segment.endsWith("}");
    }

    /** Whether one of the endpoints has the same first word. */
    boolean hasFirst(String segment) {
        return entries.stream().anyMatch(entry -> entry.pattern().getFirst().equals(segment));
    }

    Match match(String method, List<String> segments) {
        if (entries.isEmpty()) {
            return NOTHING;
        }
        var allowed = new TreeSet<String>();
        for (var entry : entries) {
            if (entry.fits(segments)) {
                if (entry.answers(method)) {
                    return new Match.Found(entry.route(), entry.variables(segments));
                }
                allowed.add(entry.route().method());
            }
        }
        if (allowed.isEmpty()) {
            return NOTHING;
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        return new Match.OtherMethod(String.join(", ", allowed));
    }
}
