package dev.proa.eventlog;

import org.jspecify.annotations.Nullable;

/** The last thing that a session did. */
sealed interface Activity {
    /**
     * The JSON text {@code {tool, text, at, status}}; status {@code running} is a call that has
     * been announced.
     */
    String json();

    /** As it was stored. */
    record Stored(String json) implements Activity {}

    /** As an event tells it: of the many of one transaction only the last one is written. */
    record Told(@Nullable String tool, @Nullable String text, long atMillis, String status)
            implements Activity {
        @Override
        public String json() {
            return Json.text(out -> {
                out.writeStartObject();
                Json.text(out, "tool", tool);
                Json.text(out, "text", text == null ? null : SessionStory.line(text));
                Json.time(out, "at", atMillis);
                Json.text(out, "status", status);
                out.writeEndObject();
            });
        }
    }
}
