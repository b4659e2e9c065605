package dev.proa.eventlog;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a patch in Codex's form changes.
 *
 * @param file the first file that it names
 */
record PatchText(String file, long added, long removed) {
    private static final Pattern FILE =
            Pattern.compile(
                    "^\\*\\*\\* +(?:Update|Add|Delete) +File: *(\\S.*)$", Pattern.MULTILINE);

    /** Empty if it names no file. */
    static Optional<PatchText> of(String patch) {
        var file = FILE.matcher(patch);
        if (!file.find()) {
            return Optional.empty();
        }
        var added = patch.lines().filter(l -> l.startsWith("+") && !l.startsWith("+++")).count();
        var removed = patch.lines().filter(l -> l.startsWith("-") && !l.startsWith("---")).count();
        return Optional.of(new PatchText(file.group(1).strip(), added, removed));
    }
}
