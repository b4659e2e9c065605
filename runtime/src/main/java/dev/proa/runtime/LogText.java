package dev.proa.runtime;

import dev.proa.core.Redaction;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * One line of raw sidecar output made fit to be shown: what is not UTF-8 becomes U+FFFD; escape
 * sequences, control characters and marks that turn the reading direction go; of a line that was
 * written over again and again the last state stays; secrets go; and a long line is cut with a note
 * of how much is missing. The file itself keeps every byte.
 */
final class LogText {
    /** The longest line shown, in characters. */
    static final int LONGEST = 4_096;

    /** So many bytes of a line are looked at. */
    static final int WINDOW = LONGEST * 4;

    /** What ends at the end of the window may be half a secret; this much of it is not shown. */
    private static final int UNSURE = 1_024;

    // ECMA-48 in its 7-bit and 8-bit form, also when the line ends in the middle: control strings
    // (OSC, DCS, SOS, PM, APC ... BEL or ST), control sequences (CSI ... final byte), other
    // escapes.
    private static final Pattern ESCAPES =
            Pattern.compile(
                    "(?:\u001B[\\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u009C]*+(?:\u0007|\u001B\\\\|\u009C)?"
                            + "|(?:\u001B\\[|\u009B)[0-?]*+[ -/]*+[@-~]?"
                            + "|\u001B[ -/]*+[0-~]?");

    // Unicode's controls (C0, DEL, C1), line and paragraph separators, and the marks of Unicode
    // UAX 9 that turn the direction of what follows.
    private static final Pattern CONTROLS =
            Pattern.compile(
                    "[\\x00-\\x08\\x0A-\\x1F\\x7F-\\x9F\\u2028\\u2029\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069\\uFEFF]");

    private LogText() {}

    /**
     * A line of {@code total} bytes, of which {@code raw} holds the first {@code length}: all, or
     * at least {@link #WINDOW}.
     */
    static String shown(byte[] raw, int length, long total, Redaction redaction) {
        var text = redaction.of(plain(raw, length));
        int end = text.length();
        if (length < total) {
            end = Math.max(0, end - UNSURE);
        }
        return cut(text, end, total);
    }

    /** A line as text without escapes and controls, uncut; nothing in it is hidden. */
    static String plain(byte[] raw, int length) {
        return clean(decoded(raw, length));
    }

    /** The line of {@code total} bytes that {@code text} stands for, cut if it is long. */
    static String cut(String text, long total) {
        return cut(text, text.length(), total);
    }

    private static String cut(String text, int upTo, long total) {
        int end = upTo;
        end = Math.min(end, LONGEST);
        if (end == text.length()) {
            return text;
        }
        if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end) + " … (line of " + total + " bytes cut)";
    }

    /** Without escape sequences and control characters, and in its last state. */
    static String clean(String text) {
        var plain = ESCAPES.matcher(lastState(text)).replaceAll("");
        return CONTROLS.matcher(plain).replaceAll("");
    }

    /** What a progress bar shows last: the text behind the last carriage return with some. */
    private static String lastState(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '\r') {
            end--;
        }
        return text.substring(text.lastIndexOf('\r', end - 1) + 1, end);
    }

    private static String decoded(byte[] raw, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)
                    .decode(ByteBuffer.wrap(raw, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalStateException("a replacing decoder does not fail", e);
        }
    }
}
