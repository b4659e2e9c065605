package dev.proa.core;

/**
 * The place a problem points at: a file, and inside it a line, a column and a JSON pointer, as far
 * as they are known.
 *
 * @param file what a person would open, or a plain word such as {@code environment}; never blank
 * @param line 1-based; 0 when the place is the whole file
 * @param column 1-based; 0 when unknown
 * @param pointer JSON pointer (RFC 6901) into the document; empty for the whole document
 */
public record Where(String file, int line, int column, String pointer) {
    public Where {
        if (file.isBlank()) {
            throw new IllegalArgumentException("a place needs a file or a word");
        }
        if (line < 0 || column < 0) {
            throw new IllegalArgumentException(
                    "line and column must not be negative, were " + line + ":" + column);
        }
    }

    /** A whole file, or something that is not a file: {@code environment}, {@code --port}. */
    public static Where of(String file) {
        return new Where(file, 0, 0, "");
    }

    @Override
    public String toString() {
        var position = line == 0 ? "" : ":" + line + ":" + column;
        return file + position + (pointer.isEmpty() ? "" : " " + pointer);
    }
}
