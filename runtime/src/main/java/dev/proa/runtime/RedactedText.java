package dev.proa.runtime;

import dev.proa.core.Redaction;
import java.util.regex.Pattern;

/**
 * Text that leaves the machine, taken line by line: what {@link Redaction} finds goes, and so does
 * what only the lines before it give away: the body of a private key (RFC 7468), and a block below
 * a YAML key that names a secret. Not thread-safe; one for each text.
 */
final class RedactedText {
    private static final String GONE = "***";
    private static final Pattern KEY_ALONE =
            Pattern.compile(
                    "^(\\s*+(?:- )*+)[\"']?([\\w.-]+)[\"']?\\s*+:\\s*+(?:[|>][-+0-9]*+)?\\s*+$");

    private final Redaction redaction;
    private boolean inKey;
    private int secretBelow = -1; // the indentation of the YAML key whose block is hidden

    RedactedText(Redaction redaction) {
        this.redaction = redaction;
    }

    /** The next line of a program's output or of any text. */
    String line(String line) {
        if (inKey) {
            inKey = !line.contains("-----END");
            return GONE;
        }
        inKey =
                line.contains("-----BEGIN")
                        && line.contains("PRIVATE KEY")
                        && !line.contains("-----END");
        return redaction.of(line);
    }

    /** The next line of a YAML document. */
    String yaml(String line) {
        int indent = line.length() - line.stripLeading().length();
        boolean item = line.stripLeading().startsWith("- ");
        if (secretBelow >= 0) {
            if (line.isBlank() || indent > secretBelow || (item && indent == secretBelow)) {
                return line.isBlank() ? line : " ".repeat(indent) + GONE;
            }
            secretBelow = -1;
        }
        var key = KEY_ALONE.matcher(line);
        if (key.matches() && Redaction.secretName(key.group(2))) {
            secretBelow = key.group(1).length();
        }
        return line(line);
    }
}
