package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lines of a TOML document (TOML 1.0.0) as far as an edit has to know them: where a table
 * begins, and where in it a key and its value stand. Values are passed over, not understood; what
 * cannot be passed over is refused with its line, and nothing is changed.
 */
final class TomlText {
    /**
     * A key with its value.
     *
     * @param table the dotted name of the table it stands in; empty before the first
     * @param key as it is written, such as {@code trace_exporter.otlp-http}
     * @param start of its line
     * @param end after its last line, the line break included
     */
    record Entry(String table, String key, String value, int start, int end) {}

    /**
     * A table's head.
     *
     * @param end after the line of the head
     */
    record Table(String name, boolean ofArray, int start, int end) {}

    private final String file;
    private final String text;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Table> tables = new ArrayList<>();
    private int at;

    private TomlText(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /**
     * Reads a document.
     *
     * @throws ProaException if it is not TOML as far as this reads it
     */
    static TomlText parse(String file, String text) {
        var toml = new TomlText(file, text);
        toml.read();
        return toml;
    }

    String text() {
        return text;
    }

    List<Entry> entries() {
        return entries;
    }

    List<Table> tables() {
        return tables;
    }

    Optional<Table> table(String name) {
        return tables.stream().filter(t -> t.name().equals(name) && !t.ofArray()).findFirst();
    }

    /** Where the last entry of a table ends, or its head if it has none. */
    int endOf(Table table) {
        return entries.stream()
                .filter(e -> e.start() >= table.end() && e.start() < next(table))
                .mapToInt(Entry::end)
                .max()
                .orElse(table.end());
    }

    private int next(Table table) {
        return tables.stream()
                .mapToInt(Table::start)
                .filter(start -> start > table.start())
                .min()
                .orElse(text.length());
    }

    private void read() {
        var table = "";
        while (at < text.length()) {
            var start = at;
            blanks();
            if (lineEnds()) {
                endLine();
            } else if (text.charAt(at) == '[') {
                table = head(start);
            } else {
                var key = key();
                expect('=');
                blanks();
                var from = at;
                value();
                var value = text.substring(from, at);
                endLine();
                entries.add(new Entry(table, key, value, start, at));
            }
        }
    }

    private String head(int start) {
        boolean array = text.startsWith("[[", at);
        at += array ? 2 : 1;
        var name = key();
        if (array) {
            expect(']');
        }
        expect(']');
        endLine();
        var again = tables.stream().anyMatch(t -> t.name().equals(name) && !t.ofArray());
        if (!array && again) {
            throw wrong("the table [" + name + "] stands there twice", start);
        }
        tables.add(new Table(name, array, start, at));
        return name;
    }

    /** A key without its quotes where they change nothing. */
    private String key() {
        var parts = new ArrayList<String>();
        do {
            if (!parts.isEmpty()) {
                at++;
            }
            blanks();
            parts.add(part());
            blanks();
        } while (at < text.length() && text.charAt(at) == '.');
        return String.join(".", parts);
    }

    private String part() {
        var start = at;
        if (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
            string();
            var inside = text.substring(start + 1, at - 1);
            return inside.matches("[A-Za-z0-9_-]+") ? inside : text.substring(start, at);
        }
        while (at < text.length() && bare(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw wrong("a key was expected", at);
        }
        return text.substring(start, at);
    }

    private static boolean bare(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-';
    }

    private void value() {
        if (at >= text.length()) {
            throw wrong("a value was expected", at);
        }
        switch (text.charAt(at)) {
            case '"', '\'' -> string();
            case '[' -> nested(']');
            case '{' -> nested('}');
            default -> {
                var start = at;
                while (at < text.length() && ",]}#\r\n \t=".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
                if (at == start) {
                    throw wrong("a value was expected", at);
                }
                // A date and its time may stand apart.
                if (text.substring(start, at).matches("\\d{4}-\\d{2}-\\d{2}")
                        && text.substring(at).matches("(?s) \\d{2}:.*")) {
                    at++;
                    value();
                }
            }
        }
    }

    /** A list, or a table in braces. */
    private void nested(char close) {
        var start = at;
        at++;
        while (true) {
            gaps();
            if (at >= text.length()) {
                throw wrong("what begins here has no end", start);
            }
            if (text.charAt(at) == close) {
                at++;
                return;
            }
            if (close == '}') {
                key();
                expect('=');
                gaps();
            }
            value();
            gaps();
            if (at < text.length() && text.charAt(at) == ',') {
                at++;
            } else if (at >= text.length() || text.charAt(at) != close) {
                throw wrong("a comma or the end was expected", Math.min(at, text.length()));
            }
        }
    }

    private void string() {
        var start = at;
        var quote = text.charAt(at);
        var triple = String.valueOf(quote).repeat(3);
        boolean many = text.startsWith(triple, at);
        at += many ? 3 : 1;
        while (at < text.length()) {
            var c = text.charAt(at);
            if (c == '\\' && quote == '"') {
                at += 2;
            } else if (many && text.startsWith(triple, at)) {
                at += 3;
                while (at < text.length() && text.charAt(at) == quote) {
                    at++; // up to two more belong to the text
                }
                return;
            } else if (!many && c == quote) {
                at++;
                return;
            } else if (!many && (c == '\n' || c == '\r')) {
                break;
            } else {
                at++;
            }
        }
        throw wrong("the text that begins here has no end", start);
    }

    private void gaps() {
        while (at < text.length()) {
            var c = text.charAt(at);
            if (c == '#') {
                comment();
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else {
                return;
            }
        }
    }

    private void blanks() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
    }

    private void comment() {
        while (at < text.length() && text.charAt(at) != '\n') {
            at++;
        }
    }

    private boolean lineEnds() {
        return at >= text.length() || "#\r\n".indexOf(text.charAt(at)) >= 0;
    }

    private void endLine() {
        blanks();
        if (!lineEnds()) {
            throw wrong("the line should end here", at);
        }
        comment();
        at = Math.min(at + 1, text.length());
    }

    private void expect(char c) {
        blanks();
        if (at >= text.length() || text.charAt(at) != c) {
            throw wrong("\"" + c + "\" was expected", at);
        }
        at++;
    }

    private ProaException wrong(String what, int where) {
        var line = 1 + (int) text.substring(0, where).chars().filter(c -> c == '\n').count();
        var column = where - text.lastIndexOf('\n', where - 1);
        return new ProaException(
                ExitCode.BAD_DATA,
                new Problem(
                        new Where(file, line, column, ""),
                        "this is not TOML: " + what,
                        "Correct it; the file was left as it is"));
    }
}
