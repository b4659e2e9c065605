package dev.proa.eventlog;

import java.util.List;

/**
 * What version 2 adds about tools, by the day of arrival: when they were called last, how long
 * calls took, and what went wrong.
 */
final class ToolTables {
    static final List<String> ALL =
            List.of(
                    """
                    CREATE TABLE tool_days (
                        day INTEGER NOT NULL,
                        agent_type TEXT NOT NULL,
                        tool_name TEXT NOT NULL,
                        last_at INTEGER NOT NULL,
                        PRIMARY KEY (day, agent_type, tool_name)
                    ) WITHOUT ROWID\
                    """,
                    """
                    CREATE TABLE tool_times (
                        day INTEGER NOT NULL,
                        agent_type TEXT NOT NULL,
                        tool_name TEXT NOT NULL,
                        step INTEGER NOT NULL,
                        calls INTEGER NOT NULL,
                        PRIMARY KEY (day, agent_type, tool_name, step)
                    ) WITHOUT ROWID\
                    """,
                    """
                    CREATE TABLE tool_errors (
                        day INTEGER NOT NULL,
                        agent_type TEXT NOT NULL,
                        tool_name TEXT NOT NULL,
                        text TEXT NOT NULL,
                        errors INTEGER NOT NULL,
                        PRIMARY KEY (day, agent_type, tool_name, text)
                    ) WITHOUT ROWID\
                    """,
                    """
                    INSERT INTO tool_days
                    SELECT created_at - created_at % 86400000, agent_type, tool_name,
                        max(coalesce(client_timestamp, created_at))
                    FROM events WHERE tool_name IS NOT NULL AND event_type <> 'plan_step'
                    GROUP BY 1, 2, 3\
                    """,
                    """
                    INSERT INTO tool_times
                    SELECT created_at - created_at % 86400000, agent_type, tool_name,
                        cast(4 * log2(duration_ms + 1) AS INTEGER), count(*)
                    FROM events
                    WHERE tool_name IS NOT NULL AND event_type <> 'plan_step'
                        AND duration_ms IS NOT NULL
                    GROUP BY 1, 2, 3, 4\
                    """);

    private ToolTables() {}
}
