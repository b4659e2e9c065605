package dev.proa.cli;

import dev.proa.profile.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The sidecars of a status as a table for a person, with what is wrong below each. */
final class SidecarTable {
    private static final List<String> HEADER =
            List.of("SIDECAR", "STATE", "PID", "PORT", "RESTARTS", "BUDGET", "REASON");
    private static final List<Boolean> RIGHT = List.of(false, false, true, true, true, true, false);

    private SidecarTable() {}

    static List<String> lines(JsonNode sidecars) {
        var rows = new ArrayList<List<String>>();
        rows.add(HEADER);
        sidecars.forEach(each -> rows.add(row(each)));
        if (rows.size() == 1) {
            return List.of();
        }
        var lines = new ArrayList<String>();
        for (int i = 0; i < rows.size(); i++) {
            lines.add("  " + joined(rows.get(i), rows));
            if (i > 0) {
                lines.addAll(cause(sidecars.get(i - 1)));
            }
        }
        return lines;
    }

    private static List<String> row(JsonNode sidecar) {
        var budget = sidecar.path("budget");
        return List.of(
                sidecar.path("id").asString(""),
                sidecar.path("state").asString(""),
                number(sidecar.path("pid")),
                number(sidecar.path("port")),
                sidecar.path("restarts").asString("0"),
                "%d/%d in %s"
                        .formatted(
                                budget.path("used").asInt(0),
                                budget.path("max").asInt(0),
                                Durations.text(
                                        Duration.ofSeconds(budget.path("within_s").asLong(0)))),
                sidecar.path("reason").asString(""));
    }

    private static String number(JsonNode value) {
        return value.isNumber() ? value.asString() : "-";
    }

    private static String joined(List<String> row, List<List<String>> rows) {
        var line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            int column = i;
            int width = rows.stream().mapToInt(each -> each.get(column).length()).max().orElse(1);
            var format = (RIGHT.get(i) ? "%" : "%-") + Math.max(1, width) + "s  ";
            line.append(format.formatted(row.get(i)));
        }
        return line.toString().stripTrailing();
    }

    /** The last exit and the last lines of one that needs somebody. */
    private static List<String> cause(JsonNode sidecar) {
        var state = sidecar.path("state").asString("");
        if (!state.equals("SAFE_MODE") && !state.equals("FAILED_CONFIG")) {
            return List.of();
        }
        var lines = new ArrayList<String>();
        var exit = sidecar.path("last_exit");
        if (exit.isObject()) {
            lines.add("    last exit: " + exitWords(exit) + " at " + seconds(exit.path("at")));
            var tail = new ArrayList<String>();
            exit.path("log_tail").forEach(line -> tail.add("    | " + line.asString("")));
            lines.addAll(tail.subList(Math.max(0, tail.size() - 5), tail.size()));
        }
        var owner = sidecar.path("port_owner").asString("");
        if (!owner.isEmpty()) {
            lines.add("    port " + number(sidecar.path("port")) + ": taken by " + owner);
        }
        lines.add(
                "    mend the cause, then: proa restart --sidecar "
                        + sidecar.path("id").asString(""));
        return lines;
    }

    /** An instant as exactly as a person reads it. */
    static String seconds(JsonNode at) {
        return Instant.parse(at.asString()).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String exitWords(JsonNode exit) {
        if (exit.path("signal").isNumber()) {
            return "ended by signal " + exit.path("signal").asInt();
        }
        return exit.path("code").isNumber()
                ? "code " + exit.path("code").asInt()
                : "ended in an unknown way";
    }

    static String stateAndReason(JsonNode sidecar) {
        var state = sidecar.path("state").asString("");
        var reason = sidecar.path("reason").asString("");
        return reason.isEmpty() ? state : state + " (" + reason + ")";
    }
}
