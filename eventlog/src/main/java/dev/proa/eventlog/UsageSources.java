package dev.proa.eventlog;

/** Where sums of what was used are read from, each with the columns of the roll-up of quarters. */
final class UsageSources {
    /** Events between two moments, as the roll-up has them. */
    static final String EVENTS =
            """
            (SELECT %1$s - ((%1$s %% 900000) + 900000) %% 900000 AS start, session_id, agent_type,
                coalesce(model, '') AS model, coalesce(project, '') AS project,
                coalesce(branch, '') AS branch, counted AS events, NOT counted AS duplicates,
                iif(counted, tokens_in, 0) AS tokens_in, iif(counted, tokens_out, 0) AS tokens_out,
                iif(counted, cache_read_tokens, 0) AS cache_read_tokens,
                iif(counted, cache_write_tokens, 0) AS cache_write_tokens,
                iif(counted, coalesce(cost_nanos, 0), 0) AS cost_nanos,
                counted AND cost_nanos IS NOT NULL AS priced,
                counted AND cost_nanos IS NULL AS unpriced,
                iif(counted AND cost_nanos IS NULL,
                    tokens_in + tokens_out + cache_read_tokens + cache_write_tokens, 0)
                    AS unpriced_tokens,
                %1$s AS first_at, %1$s AS last_at
            FROM (SELECT ? AS since, ? AS before) CROSS JOIN event_zones%3$s
            WHERE happened_to >= since AND happened_from < before
                AND %1$s >= since AND %1$s < before AND %2$s)\
            """
                    .formatted(UsageTables.HAPPENED, UsageTables.USES, Zones.EVENTS);

    static final String SESSIONS = "(SELECT * FROM usage_session WHERE start >= ? AND start < ?)";

    /** The quarters of several sessions. */
    static final String SOME =
            "(SELECT usage_session.* FROM json_each(?) AS part CROSS JOIN usage_session"
                    + " WHERE session_id = part.value AND start >= ? AND start < ?)";

    static final String QUARTERS =
            "(SELECT * FROM usage_sum WHERE grain = 900000 AND start >= ? AND start < ?)";

    /** The quarters of several stretches. */
    static final String WINDOWS =
            "(SELECT usage_sum.* FROM json_each(?) AS part CROSS JOIN usage_sum WHERE grain ="
                    + " 900000 AND start >= part.value ->> 0 AND start < part.value ->> 1)";

    private UsageSources() {}
}
