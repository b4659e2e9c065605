package dev.proa.eventlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A patch in the form of the tool {@code apply_patch}: which files it is about, and how many lines
 * it adds and removes in all.
 *
 * @param files in their order; a file that is moved by its old name
 */
record CodexPatch(List<String> files, ChangedLines lines) {
    private static final String BEGIN = "*** Begin Patch";
    private static final List<String> HEADS =
            List.of("*** Add File: ", "*** Update File: ", "*** Delete File: ");

    /** Empty if the text holds no patch. */
    static Optional<CodexPatch> in(String text) {
        var begin = text.indexOf(BEGIN);
        if (begin < 0) {
            return Optional.empty();
        }
        var files = new ArrayList<String>();
        var added = 0L;
        var removed = 0L;
        for (var line : (Iterable<String>) text.substring(begin).lines()::iterator) {
            var head = HEADS.stream().filter(line::startsWith).findFirst();
            if (head.isPresent()) {
                files.add(line.substring(head.get().length()).strip());
            } else if (line.startsWith("*** End Patch")) {
                break;
            } else {
                added += line.startsWith("+") ? 1 : 0;
                removed += line.startsWith("-") ? 1 : 0;
            }
        }
        return files.isEmpty()
                ? Optional.empty()
                : Optional.of(new CodexPatch(List.copyOf(files), new ChangedLines(added, removed)));
    }
}
