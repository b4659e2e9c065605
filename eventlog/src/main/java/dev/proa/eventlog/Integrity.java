package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a look through a whole log has found.
 *
 * @param faults none if it is sound; at most {@link #MOST} in either file
 * @param soundWords whether there is none in the index of words
 * @param checkedMillis when, in milliseconds since 1970
 */
record Integrity(List<String> faults, boolean soundWords, long checkedMillis) {
    private static final int MOST = 10;

    Integrity {
        faults = List.copyOf(faults);
    }

    boolean ok() {
        return faults.isEmpty();
    }

    /**
     * Reads every page and index of a log, and of its index of words if that is attached; takes
     * seconds for a large log, and keeps nobody from writing.
     */
    static Integrity of(Connection connection, long now) throws SQLException {
        var faults = new ArrayList<String>();
        if (Database.attached(connection, SearchIndex.SCHEMA)) {
            for (var fault : faults(connection, SearchIndex.SCHEMA)) {
                faults.add("index of words: " + fault);
            }
        }
        var soundWords = faults.isEmpty();
        faults.addAll(faults(connection, "main"));
        return new Integrity(faults, soundWords, now);
    }

    private static List<String> faults(Connection connection, String file) throws SQLException {
        var faults = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "PRAGMA " + file + ".integrity_check(" + MOST + ")")) {
            while (rows.next()) {
                if (!rows.getString(1).equals("ok")) {
                    faults.add(rows.getString(1));
                }
            }
        } catch (SQLException e) {
            if (!Storage.damaged(e)) {
                throw e;
            }
            faults.add(String.valueOf(e.getMessage()));
        }
        return faults;
    }
}
