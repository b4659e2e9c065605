package dev.proa.eventlog;

import java.util.List;

/** What version 2 adds about sessions: what they are about, their files, and their sub-agents. */
final class SessionTables {
    /** The statements, which also fill the new columns from old events. */
    static final List<String> ALL =
            List.of(
                    "ALTER TABLE sessions ADD COLUMN errors INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE sessions ADD COLUMN cache_read_tokens INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE sessions ADD COLUMN cache_write_tokens INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE sessions ADD COLUMN unpriced_events INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE sessions ADD COLUMN title TEXT",
                    "ALTER TABLE sessions ADD COLUMN activity TEXT",
                    "ALTER TABLE sessions ADD COLUMN model TEXT",
                    "ALTER TABLE sessions ADD COLUMN context_tokens INTEGER",
                    "ALTER TABLE sessions ADD COLUMN context_window INTEGER",
                    "DROP INDEX sessions_live",
                    "CREATE INDEX sessions_order ON sessions (status, last_event_at)",
                    """
                    UPDATE sessions SET (errors, cache_read_tokens, cache_write_tokens,
                        unpriced_events) = (
                        SELECT total(status = 'error'), total(cache_read_tokens),
                            total(cache_write_tokens),
                            total(cost_nanos IS NULL AND tokens_in + tokens_out
                                + cache_read_tokens + cache_write_tokens > 0)
                        FROM events WHERE session_id = sessions.id)\
                    """,
                    """
                    UPDATE sessions SET model = (SELECT model FROM events
                        WHERE session_id = sessions.id AND model IS NOT NULL
                        ORDER BY id DESC LIMIT 1)\
                    """,
                    """
                    UPDATE sessions SET title = (
                        SELECT substr(trim(replace(coalesce(metadata ->> '$.message',
                            metadata ->> '$.prompt'), char(10), ' ')), 1, 200)
                        FROM events
                        WHERE session_id = sessions.id AND event_type = 'user_prompt'
                            AND coalesce(metadata ->> '$.message', metadata ->> '$.prompt')
                                IS NOT NULL
                        ORDER BY id LIMIT 1)\
                    """,
                    "ALTER TABLE session_files ADD COLUMN edits INTEGER NOT NULL DEFAULT 1",
                    "ALTER TABLE session_files ADD COLUMN lines_added INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE session_files ADD COLUMN lines_removed INTEGER NOT NULL DEFAULT 0",
                    "ALTER TABLE session_files ADD COLUMN last_at INTEGER NOT NULL DEFAULT 0",
                    """
                    INSERT OR REPLACE INTO session_files
                    SELECT session_id, metadata ->> '$.file_path', count(*),
                        cast(total(metadata ->> '$.lines_added') AS INTEGER),
                        cast(total(metadata ->> '$.lines_removed') AS INTEGER),
                        max(coalesce(client_timestamp, created_at))
                    FROM events
                    WHERE tool_name IN ('Edit', 'Write', 'MultiEdit', 'apply_patch', 'write_stdin')
                        AND event_type <> 'plan_step'
                        AND json_type(metadata, '$.file_path') = 'text'
                    GROUP BY 1, 2\
                    """,
                    """
                    CREATE TABLE subagents (
                        session_id TEXT NOT NULL,
                        id TEXT NOT NULL,
                        name TEXT,
                        status TEXT NOT NULL,
                        started_at INTEGER NOT NULL,
                        last_event_at INTEGER NOT NULL,
                        ended_at INTEGER,
                        event_count INTEGER NOT NULL,
                        tokens_in INTEGER NOT NULL,
                        tokens_out INTEGER NOT NULL,
                        cost_nanos INTEGER,
                        PRIMARY KEY (session_id, id)
                    ) WITHOUT ROWID\
                    """);

    private SessionTables() {}
}
