package dev.proa.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Rules that take secrets out of a text, each with the pieces of which one must be there for it to
 * find anything. Most texts have no such piece: they cost one look a character, and no pattern is
 * tried.
 */
final class SecretRules {
    /**
     * What a pattern finds becomes {@code by}.
     *
     * @param pieces in small letters, at least two ASCII characters each; sought in any case
     */
    record Rule(Pattern pattern, String by, List<String> pieces) {
        static Rule of(String pattern, String by, String... pieces) {
            return new Rule(Pattern.compile(pattern), by, List.of(pieces));
        }
    }

    private record Piece(String text, long rules) {}

    private static final int ASCII = 128;

    private final List<Rule> rules;
    private final Piece[][] pieces = new Piece[ASCII * ASCII][]; // by their first two

    SecretRules(List<Rule> rules) {
        if (rules.size() > Long.SIZE) {
            throw new IllegalArgumentException("more rules than bits: " + rules.size());
        }
        this.rules = List.copyOf(rules);
        Arrays.fill(pieces, new Piece[0]);
        for (var i = 0; i < rules.size(); i++) {
            for (var text : rules.get(i).pieces()) {
                add(new Piece(text, 1L << i));
            }
        }
    }

    private void add(Piece piece) {
        var pair = piece.text().charAt(0) * ASCII + piece.text().charAt(1);
        var more = new ArrayList<>(List.of(pieces[pair]));
        more.add(piece);
        pieces[pair] = more.toArray(Piece[]::new);
    }

    List<Rule> rules() {
        return rules;
    }

    /** Whether any rule may find something; never wrong when it says no. */
    boolean suspicious(String text) {
        return found(text) != 0;
    }

    String without(String text) {
        var found = found(text);
        var rest = text;
        for (var i = 0; found != 0; i++, found >>>= 1) {
            if ((found & 1) != 0) {
                var rule = rules.get(i);
                rest = rule.pattern().matcher(rest).replaceAll(rule.by());
            }
        }
        return rest;
    }

    /** A bit for each rule that has a piece in the text. */
    private long found(String text) {
        var found = 0L;
        var before = 0;
        for (var i = 0; i < text.length(); i++) {
            var c = small(text.charAt(i));
            for (var piece : pieces[before * ASCII + c]) {
                var length = piece.text().length();
                if ((found & piece.rules()) == 0
                        && text.regionMatches(true, i - 1, piece.text(), 0, length)) {
                    found |= piece.rules();
                }
            }
            before = c;
        }
        return found;
    }

    private static int small(char c) {
        if (c >= ASCII) {
            return 0;
        }
        return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
    }
}
