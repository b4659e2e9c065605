package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The words that the search index knows, one connection's use. FTS5 itself gathers all events of
 * all words with a beginning before it gives the first one, which takes seconds where the words are
 * common; of words that are named it looks only at as many events as are asked for.
 */
final class SearchVocabulary implements SearchWords.Beginnings {
    /** Beyond so many words naming them takes longer than gathering their events. */
    static final int MOST_WORDS = 512;

    /** A word in so many places of texts is passed over rather than read through. */
    private static final int MOST_PLACES = 10;

    private final Connection connection;

    SearchVocabulary(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Optional<List<String>> words(String beginning) throws SQLException {
        Database.run(
                connection,
                "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_places"
                        + " USING fts5vocab('words', 'search', 'instance')");
        var words = new ArrayList<String>();
        try (var statement =
                connection.prepareStatement(
                        "SELECT term, col = 'tags' FROM temp.search_places"
                                + " WHERE term >= ? AND term < ?")) {
            // No word has the last letter of Unicode's private use in it.
            statement.setString(2, beginning + Character.toString(Character.MAX_CODE_POINT));
            var from = beginning;
            while (!from.isEmpty() && words.size() <= MOST_WORDS) {
                statement.setString(1, from);
                from = some(statement, words);
            }
        }
        return words.size() > MOST_WORDS ? Optional.empty() : Optional.of(words);
    }

    /** Adds the next words; gives where to go on, or nothing at their end. */
    private static String some(PreparedStatement statement, List<String> into) throws SQLException {
        try (var places = statement.executeQuery()) {
            var last = "";
            for (var read = 0; places.next() && into.size() <= MOST_WORDS; read++) {
                var word = places.getString(1);
                if (!word.equals(last)) {
                    if (!places.getBoolean(2)) { // a tag is nothing that anyone wrote
                        into.add(word);
                    }
                    last = word;
                    read = 0;
                } else if (read == MOST_PLACES) {
                    return last + "\u0001"; // before any longer word
                }
            }
            return "";
        }
    }
}
