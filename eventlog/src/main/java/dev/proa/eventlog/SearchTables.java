package dev.proa.eventlog;

import java.util.List;

/** The tables of the index of words. */
final class SearchTables {
    private SearchTables() {}

    /** What it was in the log before version 8 gave it a file of its own. */
    static final List<String> IN_THE_LOG =
            List.of(
                    """
                    CREATE VIRTUAL TABLE search USING fts5 (
                        prompt, command, path, error, tool, answer, tags,
                        content = '', contentless_delete = 1, detail = full,
                        tokenize = 'unicode61 remove_diacritics 2'
                    )\
                    """,
                    "CREATE TRIGGER search_forgets AFTER DELETE ON events BEGIN"
                            + " DELETE FROM search WHERE rowid = old.id; END",
                    """
                    CREATE TABLE search_hours (
                        hour INTEGER PRIMARY KEY,
                        first INTEGER NOT NULL,
                        last INTEGER NOT NULL
                    )\
                    """);

    /** What version 5 of the log added: up to which event the index has come. */
    static final List<String> FOLLOWING =
            List.of("INSERT INTO meta SELECT 'indexed', coalesce(max(id), 0) FROM events");

    /**
     * What version 8 of the log changes. {@code forgotten} has the deleted events whose words may
     * still be in the index.
     */
    static final List<String> APART =
            List.of(
                    "DROP TRIGGER search_forgets",
                    "DROP TABLE search",
                    "DROP TABLE search_hours",
                    "DELETE FROM meta WHERE name = 'indexed'",
                    "CREATE TABLE forgotten (id INTEGER PRIMARY KEY)",
                    "CREATE TRIGGER events_forgotten AFTER DELETE ON events BEGIN"
                            + " INSERT INTO forgotten VALUES (old.id); END");

    /** Those of the file. */
    static final List<String> OF_THE_FILE =
            List.of(
                    """
                    CREATE VIRTUAL TABLE search USING fts5 (
                        prompt, command, path, error, tool, answer, tags,
                        content = '', contentless_delete = 1, detail = full,
                        tokenize = 'unicode61 remove_diacritics 2'
                    )\
                    """,
                    // Within which ids the events of an hour lie, by when they happened.
                    """
                    CREATE TABLE search_hours (
                        hour INTEGER PRIMARY KEY,
                        first INTEGER NOT NULL,
                        last INTEGER NOT NULL
                    )\
                    """,
                    // The log it belongs to, the newest event in it, what it forgot last.
                    "CREATE TABLE progress (log TEXT NOT NULL, indexed INTEGER NOT NULL,"
                            + " forgotten TEXT NOT NULL)");
}
