package dev.proa.gateway;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request target in origin form (RFC 9112 section 3.2.1) that cannot mean two things.
 *
 * @param raw as it came, and as it goes upstream
 * @param segments the path split at its slashes, each percent-decoded once
 */
record Target(String raw, List<String> segments) {
    private static final int MAX_ROUNDS = 6;

    Target {
        segments = List.copyOf(segments);
    }

    /** The target, or nothing if any program down the line could read it in another way. */
    static Optional<Target> of(String raw) {
        if (!raw.startsWith("/") || raw.startsWith("//") || !plain(raw)) {
            return Optional.empty();
        }
        var path = raw.substring(0, end(raw));
        if (climbs(path)) {
            return Optional.empty();
        }
        var segments = new ArrayList<String>();
        for (var segment : path.substring(1).split("/", -1)) {
            segments.add(decoded(segment));
        }
        return Optional.of(new Target(raw, segments));
    }

    private static int end(String raw) {
        var question = raw.indexOf('?');
        return question < 0 ? raw.length() : question;
    }

    private static boolean plain(String raw) {
        for (var i = 0; i < raw.length(); i++) {
            var c = raw.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') {
                return false;
            }
            if (c == '%' && octet(raw, i) <= 0) {
                return false;
            }
        }
        return true;
    }

    /** The value of a percent triplet; -1 if it is malformed. */
    private static int octet(String text, int at) {
        if (at + 2 >= text.length()) {
            return -1;
        }
        var high = Character.digit(text.charAt(at + 1), 16);
        var low = Character.digit(text.charAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    /** Whether there is a dot segment, however often it is encoded; CTLs hidden so count, too. */
    private static boolean climbs(String path) {
        if (path.indexOf('.') < 0 && path.indexOf('%') < 0) {
            return false;
        }
        var text = path;
        for (var round = 0; round < MAX_ROUNDS; round++) {
            for (var segment : text.split("[/\\\\]", -1)) {
                var name = segment.split(";", 2)[0];
                if (name.equals(".") || name.equals("..")) {
                    return true;
                }
            }
            if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
                return true;
            }
            var next = latin(text);
            if (next.equals(text)) {
                return false;
            }
            text = next;
        }
        return true;
    }

    private static String latin(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        return new String(octets(text), StandardCharsets.ISO_8859_1);
    }

    /** One segment, percent-decoded. */
    static String decoded(String segment) {
        return segment.indexOf('%') < 0
                ? segment
                : new String(octets(segment), StandardCharsets.UTF_8);
    }

    private static byte[] octets(String text) {
        var out = new byte[text.length()];
        var length = 0;
        for (var i = 0; i < text.length(); i++) {
            var value = text.charAt(i) == '%' ? octet(text, i) : -1;
            if (value >= 0) {
                out[length++] = (byte) value;
                i += 2;
            } else {
                out[length++] = (byte) text.charAt(i);
            }
        }
        return java.util.Arrays.copyOf(out, length);
    }

    /** The decoded path. */
    String path() {
        return "/" + String.join("/", segments);
    }

    /** Whether this is {@code prefix} or lies below it, on a segment border. */
    boolean under(List<String> prefix) {
        return segments.size() >= prefix.size()
                && segments.subList(0, prefix.size()).equals(prefix);
    }

    /** The parameters of the query, decoded, in order. */
    Map<String, List<String>> query() {
        return end(raw) == raw.length()
                ? Map.of()
                : new QueryStringDecoder(raw, StandardCharsets.UTF_8).parameters();
    }

    /** As it came, but for the query's parameters of this name. */
    String without(String parameter) {
        var end = end(raw);
        if (end == raw.length()) {
            return raw;
        }
        var kept = new ArrayList<String>();
        for (var part : raw.substring(end + 1).split("&", -1)) {
            if (!decoded(part.split("=", 2)[0].replace('+', ' ')).equals(parameter)) {
                kept.add(part);
            }
        }
        return raw.substring(0, end) + (kept.isEmpty() ? "" : "?" + String.join("&", kept));
    }

    /** A prefix such as {@code /api} as segments; {@code /} has none. */
    static List<String> prefix(String path) {
        var trimmed = path.replaceAll("^/+|/+$", "");
        return trimmed.isEmpty() ? List.of() : List.of(trimmed.split("/"));
    }

    /** Whether the path lies in Proa's own space, or an upstream could read it as if it did. */
    boolean ours() {
        var first = segments.getFirst();
        var own = "_proa";
        return first.regionMatches(true, 0, own, 0, own.length())
                && (first.length() == own.length()
                        || "/\\;".indexOf(first.charAt(own.length())) >= 0);
    }
}
