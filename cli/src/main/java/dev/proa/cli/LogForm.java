package dev.proa.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;
import tools.jackson.databind.node.JsonNodeFactory;

/** How a line of a log is printed: as JSON, or with a name and a time before it where wanted. */
final class LogForm {
    private static final String[] COLOURS = {"cyan", "green", "yellow", "magenta", "blue"};

    private final boolean json;
    private final boolean times;
    private final boolean named;
    private final Map<String, String> names = new LinkedHashMap<>();

    LogForm(boolean json, boolean times, boolean named) {
        this.json = json;
        this.times = times;
        this.named = named;
    }

    String of(MergedLogs.Line line) {
        var at = line.line().at().map(time -> time.truncatedTo(ChronoUnit.MILLIS));
        if (json) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("sidecar", line.sidecar())
                    .put("at", at.map(Instant::toString).orElse(null))
                    .put("line", line.line().text())
                    .toString();
        }
        var time = times ? "%-24s ".formatted(at.map(Instant::toString).orElse("-")) : "";
        return time + (named ? name(line.sidecar()) : "") + line.line().text();
    }

    private String name(String sidecar) {
        return names.computeIfAbsent(
                sidecar,
                _ ->
                        Ansi.AUTO.string(
                                "@|%s %-12s ||@ "
                                        .formatted(
                                                COLOURS[names.size() % COLOURS.length], sidecar)));
    }
}
