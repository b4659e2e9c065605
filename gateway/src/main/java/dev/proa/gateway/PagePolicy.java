package dev.proa.gateway;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What an app's own documents may do beyond the default, and what is written into them.
 *
 * @param csp sources added to directives of the Content-Security-Policy, by directive; see {@link
 *     ContentPolicy}
 * @param firstScripts absolute paths on this origin of scripts that are written into every document
 *     of a folder, in this order, before any other script
 */
public record PagePolicy(SortedMap<String, List<String>> csp, List<String> firstScripts) {
    private static final Pattern DIRECTIVE = Pattern.compile("[a-z][a-z-]*");
    private static final Pattern SOURCE = Pattern.compile("[\\x21-\\x7e&&[^;,]]+");
    private static final Pattern ADDRESS =
            Pattern.compile("/(?!/)(?:[A-Za-z0-9._~!$'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*");

    /** Neither: the default policy, and documents as they are. */
    public static final PagePolicy PLAIN = new PagePolicy(new TreeMap<>(), List.of());

    public PagePolicy {
        var copy = new TreeMap<String, List<String>>();
        csp.forEach((directive, sources) -> copy.put(directive, List.copyOf(sources)));
        csp = Collections.unmodifiableSortedMap(copy);
        firstScripts = List.copyOf(firstScripts);
        csp.forEach(PagePolicy::check);
        firstScripts.forEach(address -> check(ADDRESS, address, "a script's path"));
    }

    private static void check(String directive, List<String> sources) {
        check(DIRECTIVE, directive, "a directive");
        // Else a value could end its directive, or the field, and begin another.
        sources.forEach(source -> check(SOURCE, source, "a source of " + directive));
    }

    private static void check(Pattern form, String value, String what) {
        if (!form.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    what + " has signs that it cannot have: \"" + value + "\"");
        }
    }
}
