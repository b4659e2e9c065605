package dev.proa.gateway;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Fields that are set or removed on one way through the gateway; set wins. What frames a message,
 * belongs to one connection, names the host or is Proa's own cannot be touched.
 *
 * @param put name to value; names differ in more than their case
 * @param remove names
 */
public record HeaderRules(SortedMap<String, String> put, List<String> remove) {
    /** Nothing is changed. */
    public static final HeaderRules NONE = new HeaderRules(new TreeMap<>(), List.of());

    private static final Set<String> FIRM =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "forwarded",
                    "host",
                    "http2-settings",
                    "keep-alive",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    RequestIds.FIELD);

    public HeaderRules {
        put = Collections.unmodifiableSortedMap(new TreeMap<>(put));
        remove = List.copyOf(remove);
        var seen = new java.util.HashSet<String>();
        put.forEach((name, value) -> {
            check(name);
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("the field " + name + " is set twice");
            }
            if (!value.chars().allMatch(HeaderRules::text) || !value.equals(value.strip())) {
                throw new IllegalArgumentException(
                        "the value of " + name + " must be printable text in Latin-1");
            }
            if (value.toLowerCase(Locale.ROOT).startsWith("proa_")) {
                throw new IllegalArgumentException("only Proa gives out its cookies: " + name);
            }
        });
        remove.forEach(HeaderRules::check);
    }

    private static boolean text(int c) {
        return (c >= ' ' && c < 0x7f) || (c >= 0xa0 && c <= 0xff) || c == '\t';
    }

    private static void check(String name) {
        if (name.isEmpty() || !name.chars().allMatch(HeadGrammar::tokenChar)) {
            throw new IllegalArgumentException("\"" + name + "\" is no name of a field");
        }
        var plain = name.toLowerCase(Locale.ROOT).replace('_', '-');
        if (FIRM.contains(plain)
                || plain.startsWith("proxy-")
                || plain.startsWith("x-proa-")
                || plain.startsWith("x-forwarded-")) {
            throw new IllegalArgumentException(
                    "the field " + name + " is the gateway's own business");
        }
    }

    boolean isEmpty() {
        return put.isEmpty() && remove.isEmpty();
    }
}
