package dev.proa.eventlog;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/**
 * What a session is about: what was asked first, what was done last, by which model, and how full
 * its context is.
 *
 * @param title the first prompt, at most {@link #LONGEST} characters on one line
 * @param contextTokens what the last request of the main agent took in, in tokens
 * @param contextWindow how many it can take in; null if not known
 */
record SessionStory(
        @Nullable String title,
        @Nullable Activity activity,
        @Nullable String model,
        @Nullable Long contextTokens,
        @Nullable Long contextWindow) {
    static final SessionStory UNTOLD = new SessionStory(null, null, null, null, null);

    /** What {@link #stored} reads and {@link #bind} writes, in that order. */
    static final String COLUMNS = "title, activity, model, context_tokens, context_window";

    /** How many those are. */
    static final int COLUMN_COUNT = 5;

    /** The longest title and the longest text of an activity, in characters. */
    static final int LONGEST = 200;

    static SessionStory stored(ResultSet row, int place) throws SQLException {
        var activity = row.getString(place + 1);
        return new SessionStory(
                row.getString(place),
                activity == null ? null : new Activity.Stored(activity),
                row.getString(place + 2),
                Columns.whole(row, place + 3),
                Columns.whole(row, place + 4));
    }

    void bind(PreparedStatement to, int place) throws SQLException {
        to.setString(place, title);
        to.setString(place + 1, activity == null ? null : activity.json());
        to.setString(place + 2, model);
        to.setObject(place + 3, contextTokens, Types.INTEGER);
        to.setObject(place + 4, contextWindow, Types.INTEGER);
    }

    /** With one more stored event. What sub-agents do is told of them, not of the session. */
    SessionStory after(EventRow row, EventTexts texts) {
        if (row.identity().subagent() != null) {
            return this;
        }
        var said = title == null && texts.prompt() != null ? line(texts.prompt()) : title;
        var done = activity(row, texts);
        var used = row.model() == null ? model : row.model();
        var full = full(row);
        var tokens = full > 0 ? (Long) full : contextTokens;
        var reported = texts.window() == null ? contextWindow : texts.window();
        return new SessionStory(
                said,
                done == null ? activity : done,
                used,
                tokens,
                tokens == null ? reported : ContextWindow.of(used, reported, tokens));
    }

    /** What one request took in; a meter's increment tells of several. */
    private static long full(EventRow row) {
        return row.identity().metered() || row.eventType().equals("tool_use")
                ? 0
                : Sums.plus(
                        row.tokensIn(), Sums.plus(row.cacheReadTokens(), row.cacheWriteTokens()));
    }

    private static @Nullable Activity activity(EventRow row, EventTexts texts) {
        var text = text(row, texts);
        var announced = row.eventType().equals("plan_step");
        if (text == null && (row.toolName() == null || !acts(row.eventType()))) {
            return null;
        }
        return new Activity.Told(
                row.toolName(),
                text,
                row.happenedMillis(),
                announced && !row.failed() ? "running" : row.status());
    }

    private static boolean acts(String eventType) {
        return eventType.equals("tool_use") || eventType.equals("plan_step");
    }

    private static @Nullable String text(EventRow row, EventTexts texts) {
        return switch (row.eventType()) {
            case "user_prompt" -> texts.prompt();
            case "error" -> texts.error();
            case "llm_response", "response" -> texts.answer();
            case "session_start", "session_end", "llm_request", "instruction_load" -> null;
            default ->
                    texts.command() != null
                            ? texts.command()
                            : texts.path() != null ? texts.path() : texts.answer();
        };
    }

    /** The start of a text on one line. */
    static String line(String text) {
        var start = text.substring(0, Math.min(text.length(), 4 * LONGEST));
        var line = oneSpaced(start.strip());
        if (line.length() <= LONGEST) {
            return line;
        }
        var end = Character.isHighSurrogate(line.charAt(LONGEST - 2)) ? LONGEST - 2 : LONGEST - 1;
        return line.substring(0, end) + "…";
    }

    /**
     * With one space for each stretch of them; line ends and tabs are spaces. No more of it than
     * shows that it is too long.
     */
    private static String oneSpaced(String text) {
        var out = new StringBuilder(text.length());
        var spaced = false;
        for (var i = 0; i < text.length() && out.length() <= LONGEST; i++) {
            var c = text.charAt(i);
            var space = c == ' ' || (c >= '\t' && c <= '\r');
            if (!space) {
                out.append(c);
            } else if (!spaced) {
                out.append(' ');
            }
            spaced = space;
        }
        return out.toString();
    }
}
