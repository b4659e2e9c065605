package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a look through a whole log has found.
 *
 * @param faults none if it is sound; at most {@link #MOST}
 * @param checkedMillis when, in milliseconds since 1970
 */
record Integrity(List<String> faults, long checkedMillis) {
    private static final int MOST = 10;

    Integrity {
        faults = List.copyOf(faults);
    }

    boolean ok() {
        return faults.isEmpty();
    }

    /** Reads every page and index; takes seconds for a large log, and keeps nobody from writing. */
    static Integrity of(Connection connection, long now) throws SQLException {
        var faults = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("PRAGMA integrity_check(" + MOST + ")")) {
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
        return new Integrity(faults, now);
    }
}
