package dev.proa.eventlog;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Conditions of a query and their values; names come from this program, values from anyone. */
final class Filter {
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    Filter and(String condition, Object... bound) {
        conditions.add(condition);
        values.addAll(List.of(bound));
        return this;
    }

    /** The same conditions, to be added to. */
    Filter copy() {
        var copy = new Filter();
        copy.conditions.addAll(conditions);
        copy.values.addAll(values);
        return copy;
    }

    int size() {
        return conditions.size();
    }

    boolean isEmpty() {
        return conditions.isEmpty();
    }

    /** The WHERE clause, empty if there is no condition. */
    String where() {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    /** The WHERE clause with one more condition, which binds no value. */
    String where(String further) {
        return conditions.isEmpty() ? " WHERE " + further : where() + " AND " + further;
    }

    /** Binds the values and gives the next free place. */
    int bind(PreparedStatement to, int place) throws SQLException {
        var next = place;
        for (var value : values) {
            to.setObject(next++, value);
        }
        return next;
    }
}
