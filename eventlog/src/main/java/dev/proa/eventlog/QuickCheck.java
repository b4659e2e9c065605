package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * What a short look through the pages of a log has found. It does not compare indexes with their
 * tables, as the running monitor does once a day.
 *
 * @param faults none if what was looked at is sound; at most {@link #MOST}
 * @param whole whether there was time for all of it
 * @param bytes how large the log is
 */
public record QuickCheck(List<String> faults, boolean whole, long bytes) {
    private static final int MOST = 10;

    /** How many steps of SQLite lie between two looks at the clock. */
    private static final int STEPS = 1_000;

    public QuickCheck {
        faults = List.copyOf(faults);
    }

    /** Table by table, until {@code patience} is over. */
    static QuickCheck of(Connection connection, long bytes, InstantSource clock, Duration patience)
            throws SQLException {
        var end = clock.millis() + patience.toMillis();
        var faults = new ArrayList<String>();
        ProgressHandler.setHandler(
                connection,
                STEPS,
                new ProgressHandler() {
                    @Override
                    protected int progress() {
                        return clock.millis() >= end ? 1 : 0;
                    }
                });
        try {
            for (var table : tables(connection)) {
                check(connection, table, faults);
            }
            return new QuickCheck(faults, true, bytes);
        } catch (SQLException e) {
            if (interrupted(e)) {
                return new QuickCheck(faults, false, bytes);
            }
            if (!Storage.damaged(e)) {
                throw e;
            }
            faults.add(String.valueOf(e.getMessage()));
            return new QuickCheck(faults, false, bytes);
        } finally {
            ProgressHandler.clearHandler(connection);
        }
    }

    /** In a log of an older version the index of words is a virtual table made of others. */
    private static List<String> tables(Connection connection) throws SQLException {
        var tables = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT name FROM sqlite_schema WHERE type = 'table'"
                                        + " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name")) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    private static void check(Connection connection, String table, List<String> faults)
            throws SQLException {
        var quoted = "\"" + table.replace("\"", "\"\"") + "\"";
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("PRAGMA quick_check(" + quoted + ")")) {
            while (rows.next() && faults.size() < MOST) {
                if (!rows.getString(1).equals("ok")) {
                    faults.add(rows.getString(1));
                }
            }
        }
    }

    private static boolean interrupted(SQLException failure) {
        return failure instanceof SQLiteException e
                && e.getResultCode() == SQLiteErrorCode.SQLITE_INTERRUPT;
    }
}
