package dev.proa.eventlog;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The roll-up summed by the day, so that a question about months reads days and not hours. Triggers
 * keep it: whoever changes a line of the roll-up need not know of it.
 */
final class DayTables {
    static final long DAY = Duration.ofDays(1).toMillis();

    private static final String KEY = "agent_type, event_type, tool_name, model, source";

    private static final List<String> SUMS =
            List.of(
                    "events",
                    "errors",
                    "tokens_in",
                    "tokens_out",
                    "cache_read_tokens",
                    "cache_write_tokens",
                    "cost_nanos",
                    "priced",
                    "unpriced",
                    "duration_ms",
                    "timed");

    private static final List<String> WITH_REPEATS =
            Stream.concat(SUMS.stream(), Stream.of("repeats")).toList();

    static final List<String> ALL =
            List.of(
                    """
                    CREATE TABLE rollup_day (
                        day INTEGER NOT NULL,
                        agent_type TEXT NOT NULL,
                        event_type TEXT NOT NULL,
                        tool_name TEXT NOT NULL,
                        model TEXT NOT NULL,
                        source TEXT NOT NULL,
                        %s,
                        PRIMARY KEY (day, %s)
                    ) WITHOUT ROWID\
                    """
                            .formatted(each(SUMS, "%1$s INTEGER NOT NULL"), KEY),
                    "INSERT INTO rollup_day SELECT "
                            + day("hour")
                            + ", %s, %s FROM rollup GROUP BY 1, %s"
                                    .formatted(KEY, each(SUMS, "sum(%1$s)"), KEY));

    static final List<String> TRIGGERS = triggers(SUMS);

    /** What version 3 adds, of a roll-up that has the column already. */
    static final List<String> REPEATS =
            Stream.concat(
                            Stream.of(
                                    "DROP TRIGGER rollup_insert",
                                    "DROP TRIGGER rollup_update",
                                    "DROP TRIGGER rollup_delete",
                                    "ALTER TABLE rollup_day ADD COLUMN repeats INTEGER NOT NULL"
                                            + " DEFAULT 0"),
                            triggers(WITH_REPEATS).stream())
                    .toList();

    /** How often anything about a day has changed, for those who keep it in mind. */
    static final List<String> CHANGES =
            List.of(
                    """
                    CREATE TABLE rollup_changed (
                        day INTEGER PRIMARY KEY,
                        version INTEGER NOT NULL
                    )\
                    """,
                    "INSERT INTO rollup_changed SELECT DISTINCT day, 1 FROM rollup_day",
                    mark("INSERT", "NEW"),
                    mark("UPDATE", "NEW"),
                    mark("DELETE", "OLD"));

    private DayTables() {}

    private static String mark(String change, String row) {
        return """
        CREATE TRIGGER rollup_%s_marked AFTER %s ON rollup BEGIN
            INSERT INTO rollup_changed VALUES (%s, 1)
            ON CONFLICT DO UPDATE SET version = version + 1;
        END\
        """
                .formatted(change.toLowerCase(Locale.ROOT), change, day(row + ".hour"));
    }

    /** The day that a moment lies in by UTC, in milliseconds since 1970. */
    static long day(long millis) {
        return millis - Math.floorMod(millis, DAY);
    }

    private static String day(String hour) {
        // As floorMod, also before 1970.
        return "%1$s - ((%1$s %% %2$d) + %2$d) %% %2$d".formatted(hour, DAY);
    }

    private static String each(List<String> sums, String form) {
        return sums.stream().map(form::formatted).collect(Collectors.joining(", "));
    }

    private static List<String> triggers(List<String> sums) {
        return List.of(
                trigger(sums, "INSERT", "NEW", "NEW.%1$s"),
                trigger(sums, "UPDATE", "NEW", "NEW.%1$s - OLD.%1$s"),
                trigger(sums, "DELETE", "OLD", "-OLD.%1$s"));
    }

    private static String trigger(List<String> sums, String change, String row, String value) {
        return """
        CREATE TRIGGER rollup_%s AFTER %s ON rollup BEGIN
            INSERT INTO rollup_day VALUES (%s, %s, %s)
            ON CONFLICT DO UPDATE SET %s;
            %s
        END\
        """
                .formatted(
                        change.toLowerCase(Locale.ROOT),
                        change,
                        day(row + ".hour"),
                        row + "." + KEY.replace(", ", ", " + row + "."),
                        each(sums, value),
                        each(sums, "%1$s = %1$s + excluded.%1$s"),
                        change.equals("DELETE")
                                ? "DELETE FROM rollup_day WHERE day = "
                                        + day("OLD.hour")
                                        + " AND events <= 0;"
                                : "");
    }
}
