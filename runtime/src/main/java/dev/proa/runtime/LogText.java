package dev.proa.runtime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * One line of raw sidecar output made fit to be shown: what is not UTF-8 becomes U+FFFD, escape
 * sequences and control characters go, and a long line is cut with a note of how much is missing.
 * The file itself keeps every byte.
 */
final class LogText {
    /** The longest line shown, in characters. */
    static final int LONGEST = 4_096;

    // ECMA-48 control sequences (CSI ... final byte), operating system commands (OSC ... BEL or
    // ST), other escapes.
    private static final Pattern ESCAPES =
            Pattern.compile(
                    "\u001B\\[[0-?]*[ -/]*[@-~]|\u001B\\][^\u0007\u001B]*(\u0007|\u001B\\\\)?|\u001B[ -/]*[0-~]");
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cntrl}&&[^\t]]");

    private LogText() {}

    static String shown(byte[] raw, int from, int to) {
        int kept = Math.min(to - from, LONGEST * 4);
        var text = decoded(raw, from, kept);
        text = clean(text);
        if (text.length() > LONGEST) {
            text = text.substring(0, LONGEST);
        } else if (kept == to - from) {
            return text;
        }
        return text + " … (line of " + (to - from) + " bytes cut)";
    }

    /** Without escape sequences and control characters. */
    static String clean(String text) {
        return CONTROLS.matcher(ESCAPES.matcher(text).replaceAll("")).replaceAll("");
    }

    private static String decoded(byte[] raw, int from, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPLACE)
                    .onUnmappableCharacter(CodingErrorAction.REPLACE)
                    .decode(ByteBuffer.wrap(raw, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalStateException("a replacing decoder does not fail", e);
        }
    }
}
