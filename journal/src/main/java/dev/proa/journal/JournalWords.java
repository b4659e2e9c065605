package dev.proa.journal;

import dev.proa.journal.JournalEntry.Level;
import java.util.ArrayList;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What an entry says to a person and how much it matters. It reads the JSON and not the records: a
 * journal may have been written by another version.
 */
final class JournalWords {
    private static final Set<String> NEEDS_SOMEBODY = Set.of("SAFE_MODE", "FAILED_CONFIG");
    private static final Set<String> TROUBLED = Set.of("BACKOFF", "HUNG", "UNREADY", "DEGRADED");
    private static final Set<String> ERRORS =
            Set.of("problem_found", "sidecar_not_empty", "leftovers_remain", "guard_lost");
    private static final Set<String> WARNINGS =
            Set.of(
                    "sidecar_leaked",
                    "leftovers_reaped",
                    "log_dropped",
                    "upstream_failed",
                    "requests_refused",
                    "entries_lost");
    private static final Set<String> COMMON = Set.of("seq", "at", "event", "sidecar");

    private JournalWords() {}

    static Level level(String event, JsonNode entry) {
        if (event.equals("sidecar_changed")) {
            var to = entry.path("to").asString("");
            return NEEDS_SOMEBODY.contains(to)
                    ? Level.ERROR
                    : TROUBLED.contains(to) ? Level.WARN : Level.INFO;
        }
        if (event.equals("remote_changed")) {
            return string(entry, "to").equals("retrying") ? Level.WARN : Level.INFO;
        }
        if (event.equals("mode_switch_ended")) {
            return string(entry, "failure").isEmpty() ? Level.INFO : Level.WARN;
        }
        if (event.equals("sidecar_exited")) {
            return entry.path("code").asInt(-1) == 0 ? Level.INFO : Level.WARN;
        }
        return ERRORS.contains(event)
                ? Level.ERROR
                : WARNINGS.contains(event) ? Level.WARN : Level.INFO;
    }

    static String text(String event, JsonNode entry) {
        var sidecar = string(entry, "sidecar");
        return switch (event) {
            case "runtime_started" ->
                    "%s %s starts, pid %s"
                            .formatted(
                                    string(entry, "app"),
                                    string(entry, "version"),
                                    string(entry, "pid"));
            case "gateway_listening" -> "listening on port " + string(entry, "port");
            case "ingest_listening" -> ingest(entry);
            case "runtime_ready" ->
                    "everything is ready after " + string(entry, "after_ms") + " ms";
            case "runtime_stopping" -> joined("stopping", string(entry, "reason"));
            case "runtime_stopped" -> "stopped, in " + string(entry, "took_ms") + " ms";
            case "sidecar_changed" ->
                    joined(
                            "%s: %s, was %s"
                                    .formatted(sidecar, string(entry, "to"), string(entry, "from")),
                            string(entry, "reason"));
            case "sidecar_asked" ->
                    joined(
                            "%s: asked to %s".formatted(sidecar, string(entry, "wish")),
                            string(entry, "reason"));
            case "sidecar_started" -> started(sidecar, entry);
            case "sidecar_exited" -> sidecar + ": " + exit(entry);
            case "sidecar_leaked" ->
                    "%s: left %s processes behind, which were killed"
                            .formatted(sidecar, string(entry, "survivors_killed"));
            case "sidecar_not_empty" ->
                    sidecar + ": processes that cannot be killed: " + pids(entry);
            case "leftovers_reaped" ->
                    "an earlier run left processes behind, which were ended: " + pids(entry);
            case "leftovers_remain" ->
                    "processes of an earlier run could not be ended: " + pids(entry);
            case "log_dropped" ->
                    joined(
                            "%s: %s bytes of its output were dropped"
                                    .formatted(sidecar, string(entry, "bytes")),
                            string(entry, "reason"));
            case "guard_lost" -> joined("the guard is gone", string(entry, "reason"));
            case "mode_changed" ->
                    joined(
                            "the mode is %s, was %s"
                                    .formatted(string(entry, "to"), string(entry, "from")),
                            string(entry, "reason"));
            case "mode_switch_ended" -> switched(entry);
            case "remote_changed" ->
                    joined(
                            "%s: %s, was %s"
                                    .formatted(
                                            string(entry, "remote"),
                                            string(entry, "to"),
                                            string(entry, "from")),
                            string(entry, "reason"));
            case "page_ready" -> "a page runs at " + string(entry, "path");
            case "requests_refused" ->
                    "%s requests refused: %s"
                            .formatted(string(entry, "count"), string(entry, "reason"));
            case "entries_lost" ->
                    string(entry, "count") + " entries of this journal could not be written";
            case "problem_found" ->
                    "%s: %s. %s."
                            .formatted(
                                    string(entry, "where"),
                                    string(entry, "what"),
                                    string(entry, "remedy"));
            default -> other(event, sidecar, entry);
        };
    }

    /** Of an entry whose kind another version knows: everything that is in it. */
    private static String other(String event, String sidecar, JsonNode entry) {
        var words = new ArrayList<String>();
        entry.forEachEntry((name, value) -> {
            if (!COMMON.contains(name)) {
                words.add(name + " " + (value.isString() ? value.asString() : value.toString()));
            }
        });
        var rest = joined(event.replace('_', ' '), String.join(", ", words));
        return sidecar.isEmpty() ? rest : sidecar + ": " + rest;
    }

    private static String ingest(JsonNode entry) {
        var port = string(entry, "port");
        var wanted = string(entry, "wanted");
        return port.equals(wanted)
                ? "taking in events on port " + port
                : "taking in events on port %s, since %s was taken".formatted(port, wanted);
    }

    private static String started(String sidecar, JsonNode entry) {
        var port = entry.path("port").asInt(0);
        var words = sidecar + ": started as pid " + string(entry, "pid");
        return port == 0 ? words : words + ", port " + port;
    }

    private static String exit(JsonNode entry) {
        int signal = entry.path("signal").asInt(0);
        int code = entry.path("code").asInt(-1);
        var words =
                signal > 0
                        ? "ended by signal " + signal
                        : code < 0 ? "ended in an unknown way" : "exited with code " + code;
        var tail = entry.path("log_tail");
        boolean failed = signal > 0 || code != 0;
        return failed && !tail.isEmpty()
                ? joined(words, "its last line: " + tail.get(tail.size() - 1).asString(""))
                : words;
    }

    private static String switched(JsonNode entry) {
        var failure = string(entry, "failure");
        return failure.isEmpty()
                ? "the switch to %s took %s ms"
                        .formatted(string(entry, "to"), string(entry, "took_ms"))
                : "the switch to %s failed, the mode stays %s: %s"
                        .formatted(string(entry, "to"), string(entry, "from"), failure);
    }

    private static String pids(JsonNode entry) {
        var pids =
                entry.path("pids")
                        .valueStream()
                        .map(JsonNode::toString)
                        .collect(Collectors.joining(", "));
        var sidecar = string(entry, "sidecar");
        return sidecar.isEmpty() ? pids : pids + " (" + sidecar + ")";
    }

    private static String string(JsonNode entry, String name) {
        return entry.path(name).asString("");
    }

    private static String joined(String first, String second) {
        return second.isEmpty() ? first : first + " (" + second + ")";
    }
}
