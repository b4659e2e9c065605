package dev.proa.supervisor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The last lines of an output, and a watch for one that matches. Whatever is printed, it holds at
 * most 200 lines of 4 KiB; a longer line is cut and marked, bytes that are not UTF-8 are replaced.
 */
final class LineRing {
    static final int LINES = 200;
    static final int LINE_LIMIT = 4 * 1024;
    private static final int LONGEST_WORD = 1024;
    private static final String CUT = " ... (cut)";

    private final Deque<String> lines = new ArrayDeque<>(); // guarded by this
    private final byte[] line = new byte[LINE_LIMIT]; // pump thread only
    private int length; // pump thread only
    private boolean cut; // pump thread only

    /** Takes the next bytes; returns whether a finished line matches {@code wanted}. */
    boolean take(byte[] bytes, int count, Pattern wanted) {
        boolean found = false;
        int from = 0;
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
                append(bytes, from, i);
                found |= finish(wanted);
                from = i + 1;
            }
        }
        append(bytes, from, count);
        return found;
    }

    /** The output has ended; an unfinished line counts as one. */
    boolean end(Pattern wanted) {
        return length > 0 && finish(wanted);
    }

    private void append(byte[] bytes, int from, int to) {
        int fits = Math.min(to - from, LINE_LIMIT - length);
        System.arraycopy(bytes, from, line, length, fits);
        length += fits;
        cut |= fits < to - from;
    }

    private boolean finish(Pattern wanted) {
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        var text = new String(line, 0, cut ? lastWord(end) : end, StandardCharsets.UTF_8);
        text = cut ? text + CUT : text;
        boolean found = wanted.matcher(text).find();
        synchronized (this) {
            lines.addLast(text);
            if (lines.size() > LINES) {
                lines.removeFirst();
            }
        }
        length = 0;
        cut = false;
        return found;
    }

    /** Where the word begins that the cut has split: half a secret is not recognised as one. */
    private int lastWord(int end) {
        int from = end;
        while (from > end - LONGEST_WORD && line[from - 1] > ' ') {
            from--;
        }
        return from;
    }

    /** The last lines, oldest first. */
    synchronized List<String> tail() {
        return List.copyOf(lines);
    }

    synchronized void clear() {
        lines.clear();
    }
}
