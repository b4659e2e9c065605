package dev.proa.eventlog;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How many lines an editing tool added and removed: by the patch that it answered with, else by the
 * texts that it was given, without the lines that both have at their start and end.
 */
record ChangedLines(long added, long removed) {
    /** Empty if the tool does not edit. */
    static Optional<ChangedLines> of(@Nullable String tool, JsonNode hook) {
        var input = hook.path("tool_input");
        var patch = patched(hook.path("tool_response").path("structuredPatch"));
        return switch (tool) {
            case "Edit" -> patch.or(() -> Optional.of(edit(input)));
            case "MultiEdit" -> patch.or(() -> Optional.of(edits(input.path("edits"))));
            case "Write" ->
                    patch.or(
                            () -> Optional.of(new ChangedLines(lines(input, "content").length, 0)));
            case null, default -> Optional.empty();
        };
    }

    /** A file that is written for the first time has an empty patch: then its text counts. */
    static Optional<ChangedLines> patched(JsonNode hunks) {
        if (!hunks.isArray() || hunks.isEmpty()) {
            return Optional.empty();
        }
        var added = 0L;
        var removed = 0L;
        for (var hunk : hunks) {
            for (var line : hunk.path("lines")) {
                var text = line.isString() ? line.stringValue() : "";
                added += text.startsWith("+") ? 1 : 0;
                removed += text.startsWith("-") ? 1 : 0;
            }
        }
        return Optional.of(new ChangedLines(added, removed));
    }

    private static ChangedLines edits(JsonNode edits) {
        var added = 0L;
        var removed = 0L;
        for (var edit : edits) {
            var one = edit(edit);
            added += one.added();
            removed += one.removed();
        }
        return new ChangedLines(added, removed);
    }

    private static ChangedLines edit(JsonNode edit) {
        var before = lines(edit, "old_string");
        var after = lines(edit, "new_string");
        var most = Math.min(before.length, after.length);
        var start = 0;
        while (start < most && before[start].equals(after[start])) {
            start++;
        }
        var end = 0;
        while (end < most - start
                && before[before.length - 1 - end].equals(after[after.length - 1 - end])) {
            end++;
        }
        return new ChangedLines(after.length - start - end, before.length - start - end);
    }

    /** The lines of a text; a line end at its very end begins no further line. */
    private static String[] lines(JsonNode from, String field) {
        var value = from.path(field);
        return value.isString() && !value.stringValue().isEmpty()
                ? value.stringValue().lines().toArray(String[]::new)
                : new String[0];
    }
}
