package dev.proa.eventlog;

import java.sql.SQLException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is looked for: words that all have to be there, phrases in quotes, beginnings of words with
 * a star, and words with a minus that must not be there. Pure.
 */
record SearchWords(List<Term> wanted, List<Term> unwanted) {
    /** As short a beginning would be found nearly everywhere. */
    private static final int SHORTEST_BEGINNING = 2;

    private static final int MOST_TERMS = 32;
    private static final String NO_WORD = "there is no letter or digit in: ";

    SearchWords {
        wanted = List.copyOf(wanted);
        unwanted = List.copyOf(unwanted);
    }

    /** What cannot be looked for, in a sentence for who asked. */
    static final class Unclear extends Exception {
        private static final long serialVersionUID = 1L;

        Unclear(String message) {
            super(message);
        }
    }

    /**
     * A word or several that stand together.
     *
     * @param words as the index has them, at least one
     * @param beginning whether the last one may go on
     */
    record Term(List<String> words, boolean beginning) {
        Term {
            words = List.copyOf(words);
        }

        /** For FTS5; a beginning as the words that it was found to stand for. */
        String expression(Beginnings beginnings) throws SQLException {
            var phrase = String.join(" ", words);
            if (!beginning) {
                return '"' + phrase + '"';
            }
            var before = phrase.substring(0, phrase.length() - words.getLast().length());
            var whole = beginnings.words(words.getLast());
            return whole.isEmpty() || whole.get().isEmpty()
                    ? '"' + phrase + "\" *"
                    : whole.get().stream()
                            .map(word -> '"' + before + word + '"')
                            .collect(Collectors.joining(" OR ", "(", ")"));
        }

        boolean matches(String word) {
            return words.contains(word) || (beginning && word.startsWith(words.getLast()));
        }
    }

    static SearchWords of(String query) throws Unclear {
        var wanted = new ArrayList<Term>();
        var unwanted = new ArrayList<Term>();
        var signs = "";
        var at = 0;
        while (at < query.length()) {
            if (Character.isWhitespace(query.charAt(at))) {
                at++;
                continue;
            }
            var minus = leftOut(query, at);
            var from = minus ? at + 1 : at;
            var quoted = from < query.length() && query.charAt(from) == '"';
            var end = quoted ? query.indexOf('"', from + 1) : wordEnd(query, from);
            if (end < 0) {
                throw new Unclear("a quote is opened and not closed: " + query.substring(at));
            }
            var text = query.substring(quoted ? from + 1 : from, end);
            at = quoted ? end + 1 : end;
            var star = quoted && at < query.length() && query.charAt(at) == '*';
            at += star ? 1 : 0;
            if (!quoted && !minus && Words.of(text).isEmpty()) {
                signs = text; // what joins two commands is not looked for
                continue;
            }
            (minus ? unwanted : wanted).add(term(text, star || (!quoted && text.endsWith("*"))));
        }
        if (wanted.isEmpty()) {
            if (!signs.isEmpty()) {
                throw new Unclear(NO_WORD + signs);
            }
            throw new Unclear(
                    unwanted.isEmpty()
                            ? "there is no word to look for"
                            : "there must be a word to look for beside those left out");
        }
        if (wanted.size() + unwanted.size() > MOST_TERMS) {
            throw new Unclear("there are more than " + MOST_TERMS + " words");
        }
        return new SearchWords(wanted, unwanted);
    }

    private static boolean leftOut(String query, int at) {
        return query.charAt(at) == '-'
                && at + 1 < query.length()
                && query.charAt(at + 1) != '-'
                && !Character.isWhitespace(query.charAt(at + 1));
    }

    private static int wordEnd(String query, int from) {
        var end = from;
        while (end < query.length() && !Character.isWhitespace(query.charAt(end))) {
            end++;
        }
        return end;
    }

    private static Term term(String text, boolean beginning) throws Unclear {
        var words = new ArrayList<String>();
        for (var place : Words.of(text)) {
            words.add(place.word());
        }
        if (words.isEmpty()) {
            throw new Unclear(NO_WORD + text);
        }
        if (beginning && words.getLast().length() < SHORTEST_BEGINNING) {
            throw new Unclear("at least two letters must stand before the star: " + text);
        }
        return new Term(words, beginning);
    }

    /** For FTS5: everything wanted and nothing unwanted, in these columns. */
    String expression(String columns, Beginnings beginnings) throws SQLException {
        var all = new ArrayList<String>();
        for (var term : wanted) {
            all.add(term.expression(beginnings));
        }
        var expression = "{" + columns + "} : (" + String.join(" AND ", all) + ")";
        for (var term : unwanted) {
            expression =
                    "(" + expression + ") NOT {" + columns + "} : " + term.expression(beginnings);
        }
        return expression;
    }

    /** Whether some term is more than one word, which takes an index long to find. */
    boolean phrased() {
        return Stream.concat(wanted.stream(), unwanted.stream())
                .anyMatch(term -> term.words().size() > 1);
    }

    /** Finds out what beginnings of words stand for. */
    @FunctionalInterface
    interface Beginnings {
        /** The words that begin so; empty if there are too many to name them. */
        Optional<List<String>> words(String beginning) throws SQLException;
    }

    /** Whether a word is one that is looked for. */
    boolean matches(String word) {
        return wanted.stream().anyMatch(term -> term.matches(word));
    }

    /** The words of a text as the index's tokenizer (unicode61) finds them. */
    record Words(String word, int start, int end) {
        static List<Words> of(String text) {
            var words = new ArrayList<Words>();
            var start = -1;
            for (var i = 0; i <= text.length(); ) {
                var letter = i < text.length() ? text.codePointAt(i) : ' ';
                var inside = i < text.length() && within(letter, start >= 0);
                if (inside && start < 0) {
                    start = i;
                } else if (!inside && start >= 0) {
                    words.add(new Words(plain(text.substring(start, i)), start, i));
                    start = -1;
                }
                i += Character.charCount(letter);
            }
            return words;
        }

        private static boolean within(int letter, boolean begun) {
            return Character.isLetterOrDigit(letter)
                    || Character.getType(letter) == Character.PRIVATE_USE
                    || Character.getType(letter) == Character.OTHER_NUMBER
                    || Character.getType(letter) == Character.LETTER_NUMBER
                    || (begun && Character.getType(letter) == Character.NON_SPACING_MARK);
        }

        /** In lower case and without marks over or under letters. */
        private static String plain(String word) {
            var apart = Normalizer.normalize(word.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
            return apart.replaceAll("\\p{Mn}", "");
        }
    }
}
