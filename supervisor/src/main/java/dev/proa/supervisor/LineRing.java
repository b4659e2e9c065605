package dev.proa.supervisor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last lines of an output. Whatever is printed, it holds at most 200 lines of 4 KiB; a longer
 * line is cut and marked, bytes that are not UTF-8 are replaced.
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

    /** Takes the next bytes, and shows every finished line to {@code watch}. */
    void take(byte[] bytes, int count, LineWatch watch) {
        int from = 0;
        for (int i = 0; i < count; i++) {
            if (bytes[i] == '\n') {
                append(bytes, from, i);
                finish(watch);
                from = i + 1;
            }
        }
        append(bytes, from, count);
    }

    /** The output has ended; an unfinished line counts as one. */
    void end(LineWatch watch) {
        if (length > 0) {
            finish(watch);
        }
    }

    private void append(byte[] bytes, int from, int to) {
        int fits = Math.min(to - from, LINE_LIMIT - length);
        System.arraycopy(bytes, from, line, length, fits);
        length += fits;
        cut |= fits < to - from;
    }

    private void finish(LineWatch watch) {
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        var text = new String(line, 0, cut ? lastWord(end) : end, StandardCharsets.UTF_8);
        var shown = cut ? text + CUT : text;
        synchronized (this) {
            lines.addLast(shown);
            if (lines.size() > LINES) {
                lines.removeFirst();
            }
        }
        length = 0;
        cut = false;
        watch.see(text);
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
