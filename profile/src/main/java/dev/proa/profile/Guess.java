package dev.proa.profile;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class Guess {
    private Guess() {}

    /** The closest of {@code names}, if it is at most two slips away (fewer in a short word). */
    static Optional<String> closest(String written, Collection<String> names) {
        var word = plain(written);
        int slips = Math.min(word.length() / 3, 2);
        return names.stream()
                .filter(n -> Math.abs(n.length() - word.length()) <= slips)
                .filter(n -> distance(word, plain(n)) <= slips)
                .min(Comparator.comparingInt(n -> distance(word, plain(n))))
                .or(() -> within(word, names));
    }

    /** The only name that the word holds: {@code SIGTERM} holds {@code TERM}. */
    private static Optional<String> within(String word, Collection<String> names) {
        var held = names.stream().filter(n -> n.length() > 2 && word.contains(plain(n))).toList();
        return held.size() == 1 ? Optional.of(held.getFirst()) : Optional.empty();
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(d[i - 1][j - 1] + same, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
