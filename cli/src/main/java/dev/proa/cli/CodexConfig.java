package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The exporters of Codex's telemetry ({@code [otel]} in {@code config.toml},
 * https://developers.openai.com/codex/config-reference) as edits of the file's lines. Ours are
 * lines that end in {@link #MARK}; whatever else is in the file stays as it is.
 */
final class CodexConfig {
    /** By this a line is known as ours, wherever it was moved to. */
    static final String MARK = "# proa-hooks";

    /** Log events, and metrics: tokens are in the former. */
    private static final Map<String, String> EXPORTERS = new LinkedHashMap<>();

    static {
        EXPORTERS.put("exporter", "/v1/logs");
        EXPORTERS.put("metrics_exporter", "/v1/metrics");
    }

    private static final Pattern ENDPOINT = Pattern.compile("endpoint\\s*=\\s*\"([^\"]*)\"");

    private CodexConfig() {}

    /** The keys that are set, in their order. */
    static List<String> keys() {
        return List.copyOf(EXPORTERS.keySet());
    }

    /**
     * The text with our exporters; the same text if they are there already.
     *
     * @throws ProaException if it is not TOML, or names exporters that are not ours
     */
    static String install(String file, String text, URI ingest) {
        var toml = TomlText.parse(file, text);
        refuseOtherForms(toml, file);
        refuseForeign(toml, file);
        if (installed(file, text).equals(endpoints(ingest))
                && ours(toml).size() == EXPORTERS.size()) {
            return text;
        }
        return added(TomlText.parse(file, uninstall(file, text)), ingest);
    }

    /** What {@link #installed} says after an installation. */
    static Map<String, String> endpoints(URI ingest) {
        Map<String, String> endpoints = new LinkedHashMap<>();
        EXPORTERS.forEach((key, path) -> endpoints.put(key, ingest + path));
        return endpoints;
    }

    private static String line(String key, String endpoint) {
        return key
                + " = { otlp-http = { endpoint = \""
                + endpoint
                + "\", protocol = \"json\" } } "
                + MARK;
    }

    private static String added(TomlText toml, URI ingest) {
        var text = toml.text();
        var end = text.contains("\r\n") ? "\r\n" : "\n";
        var dotted = toml.entries().stream().filter(CodexConfig::dotted).toList();
        if (!dotted.isEmpty()) {
            // Keys with dots have made the table, and TOML forbids a head for it then.
            return inserted(text, dotted.getLast().end(), lines("otel.", ingest, end), end);
        }
        var table = toml.table("otel");
        if (table.isPresent()) {
            return inserted(text, toml.endOf(table.get()), lines("", ingest, end), end);
        }
        var blank = text.isBlank() ? "" : end;
        var added = blank + "[otel] " + MARK + end + lines("", ingest, end);
        return inserted(text, text.length(), added, end);
    }

    private static String lines(String before, URI ingest, String end) {
        var lines = new StringBuilder();
        EXPORTERS.forEach(
                (key, path) -> lines.append(before).append(line(key, ingest + path)).append(end));
        return lines.toString();
    }

    private static String inserted(String text, int at, String lines, String end) {
        var before = text.substring(0, at);
        var gap = before.isEmpty() || before.endsWith("\n") ? "" : end;
        return before + gap + lines + text.substring(at);
    }

    private static boolean dotted(TomlText.Entry entry) {
        return entry.table().isEmpty() && entry.key().startsWith("otel.");
    }

    /** The text without our lines, and without a table that we began and that is empty then. */
    static String uninstall(String file, String text) {
        var toml = TomlText.parse(file, text);
        var rest = text;
        for (var entry : ours(toml).reversed()) {
            rest = rest.substring(0, entry.start()) + rest.substring(entry.end());
        }
        var left = TomlText.parse(file, rest);
        var table = left.table("otel");
        if (table.isEmpty()
                || !rest.substring(table.get().start(), table.get().end()).strip().endsWith(MARK)
                || left.endOf(table.get()) > table.get().end()) {
            return rest;
        }
        var before = rest.substring(0, table.get().start());
        var after = rest.substring(table.get().end());
        var gap = before.endsWith("\r\n\r\n") ? 2 : before.endsWith("\n\n") ? 1 : 0;
        return before.substring(0, before.length() - gap) + after;
    }

    /** Where our exporters send to, by key. */
    static Map<String, String> installed(String file, String text) {
        Map<String, String> installed = new LinkedHashMap<>();
        for (var entry : ours(TomlText.parse(file, text))) {
            var endpoint = ENDPOINT.matcher(entry.value());
            installed.put(name(entry), endpoint.find() ? endpoint.group(1) : "");
        }
        return installed;
    }

    private static List<TomlText.Entry> ours(TomlText toml) {
        return toml.entries().stream()
                .filter(e -> e.table().equals("otel") || dotted(e))
                .filter(e -> EXPORTERS.containsKey(name(e)))
                .filter(e -> toml.text().substring(e.start(), e.end()).strip().endsWith(MARK))
                .toList();
    }

    /** The key within {@code otel}, however it was written. */
    private static String name(TomlText.Entry entry) {
        return dotted(entry) ? entry.key().substring("otel.".length()) : entry.key();
    }

    /** A table in braces takes no lines, and a list of tables is none that Codex reads. */
    private static void refuseOtherForms(TomlText toml, String file) {
        var braces =
                toml.entries().stream()
                        .filter(e -> e.table().isEmpty() && e.key().equals("otel"))
                        .map(TomlText.Entry::start);
        var list =
                toml.tables().stream()
                        .filter(t -> t.ofArray() && t.name().equals("otel"))
                        .map(TomlText.Table::start);
        Stream.concat(braces, list)
                .findFirst()
                .ifPresent(start -> {
                    throw new ProaException(
                            ExitCode.BAD_DATA,
                            new Problem(
                                    new Where(file, lineOf(toml, start), 1, "/otel"),
                                    "otel is not written as a table of its own",
                                    "Write it as [otel] with a key on each line"));
                });
    }

    /** Two exporters cannot stand side by side, and a foreign one is not ours to take away. */
    private static void refuseForeign(TomlText toml, String file) {
        var ours = ours(toml);
        var problems = new ArrayList<Problem>();
        for (var key : EXPORTERS.keySet()) {
            toml.entries().stream()
                    .filter(e -> !ours.contains(e) && sets(e, key))
                    .map(TomlText.Entry::start)
                    .findFirst()
                    .or(() -> head(toml, key))
                    .ifPresent(start -> problems.add(foreign(toml, file, key, start)));
        }
        if (!problems.isEmpty()) {
            throw new ProaException(ExitCode.BAD_DATA, problems);
        }
    }

    private static boolean sets(TomlText.Entry entry, String key) {
        var full = entry.table().isEmpty() ? entry.key() : entry.table() + "." + entry.key();
        return full.equals("otel." + key) || full.startsWith("otel." + key + ".");
    }

    private static Optional<Integer> head(TomlText toml, String key) {
        return toml.tables().stream()
                .filter(t ->
                        t.name().equals("otel." + key) || t.name().startsWith("otel." + key + "."))
                .map(TomlText.Table::start)
                .findFirst();
    }

    private static Problem foreign(TomlText toml, String file, String key, int start) {
        return new Problem(
                new Where(file, lineOf(toml, start), 1, "/otel/" + key),
                "another " + key + " is set already, and Codex has room for one",
                "Remove it, or let what it names pass events on to the monitor's /v1");
    }

    private static int lineOf(TomlText toml, int start) {
        return 1 + (int) toml.text().substring(0, start).chars().filter(c -> c == '\n').count();
    }
}
