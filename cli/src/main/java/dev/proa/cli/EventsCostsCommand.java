package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.eventlog.StoredEventLog;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code proa events costs}. */
@Command(
        name = "costs",
        description =
                "Say what was used and what it cost, by day or another dimension, also when nothing"
                        + " runs. What has no known price is listed, and never counted as nothing.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa events costs",
            "  proa events costs --from 2026-11-01 --to 2026-11-30 --by model",
            "  proa events costs --by project --json"
        })
final class EventsCostsCommand implements Callable<Integer> {
    private static final int WIDEST = 60;

    @Mixin private Target target = new Target();

    @Mixin private Json json = new Json();

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            defaultValue = "day",
            description = "day (default), model, project, branch, agent or session.")
    private String by = "day";

    @Option(names = "--from", paramLabel = "T", description = "From this day or ISO time on.")
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "T",
            description = "To the end of this day, or up to this ISO time.")
    private @Nullable String to;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            description = "Whose days are meant, such as Europe/Berlin (default: this machine's).")
    private @Nullable String zone;

    @Option(names = "--project", paramLabel = "P", description = "Only this project.")
    private @Nullable String project;

    @Option(names = "--model", paramLabel = "M", description = "Only this model.")
    private @Nullable String model;

    @Spec private CommandSpec spec = CommandSpec.create();

    EventsCostsCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        var around = Surroundings.present();
        var running = target.find(around);
        String body;
        int status;
        if (running.isPresent()) {
            var query =
                    parameters().entrySet().stream()
                            .map(each ->
                                    each.getKey()
                                            + "="
                                            + URLEncoder.encode(
                                                    each.getValue(), StandardCharsets.UTF_8))
                            .collect(Collectors.joining("&"));
            var answer = EventAnswer.ask(running.get(), "GET", "/api/costs?" + query);
            body = answer.body();
            status = answer.status();
        } else {
            var folder = target.dataFolder(around);
            if (folder.isEmpty()) {
                return NotRunning.say(spec.commandLine(), json.wanted);
            }
            var asked = parameters();
            var reply =
                    new StoredEventLog(folder.get())
                            .costs(name -> Optional.ofNullable(asked.get(name)));
            body = new String(reply.json(), StandardCharsets.UTF_8);
            status = reply.status();
            if (status < 300) { // else the question is what is wrong
                EventStore.demand(folder.get());
            }
        }
        return say(status, body);
    }

    private Map<String, String> parameters() {
        var asked = new LinkedHashMap<String, String>();
        asked.put("by", by);
        asked.put("zone", zone == null ? ZoneId.systemDefault().getId() : zone);
        put(asked, "from", from);
        put(asked, "to", to);
        put(asked, "project", project);
        put(asked, "model", model);
        return asked;
    }

    private static void put(Map<String, String> asked, String name, @Nullable String value) {
        if (value != null) {
            asked.put(name, value);
        }
    }

    private int say(int status, String body) {
        var out = spec.commandLine().getOut();
        var report = EventAnswer.good(spec, status, body);
        if (json.wanted) {
            out.println(body.strip());
            return ExitCode.OK.number();
        }
        var rows = report.path("rows");
        if (rows.isEmpty()) {
            out.println("Nothing is recorded for that.");
            return ExitCode.OK.number();
        }
        var width = rows.valueStream().mapToInt(row -> name(row).length()).max().orElse(0);
        width = Math.max(width, Math.max("total".length(), by.length()));
        out.printf("%-" + width + "s  %12s  %15s  %8s%n", by, "cost", "tokens", "events");
        for (var row : rows) {
            print(name(row), row, width);
        }
        print("total", report.path("total"), width);
        for (var unknown : report.path("unknown_models")) {
            out.printf(
                    "no price is known for %s: the cost of %s is unknown%n",
                    unknown.path("model").isNull()
                            ? "events that name no model"
                            : unknown.path("model").asString().replaceAll("\\p{Cntrl}", ""),
                    Count.of(unknown.path("events").asLong(), "event"));
        }
        out.printf("prices of %s%n", report.path("prices").path("version").asString());
        return ExitCode.OK.number();
    }

    private void print(String name, JsonNode row, int width) {
        var tokens =
                row.path("tokens_in").asLong()
                        + row.path("tokens_out").asLong()
                        + row.path("cache_read_tokens").asLong()
                        + row.path("cache_write_tokens").asLong();
        var part = row.path("unpriced_events").asLong() > 0 ? " + unknown" : "";
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%-" + width + "s  %12s  %,15d  %,8d%s%n",
                        name,
                        dollars(row.path("cost_usd")),
                        tokens,
                        row.path("events").asLong(),
                        part);
    }

    private static String name(JsonNode row) {
        var key = row.path("key").asString("");
        var plain = key.isEmpty() ? "(none)" : key.replaceAll("\\p{Cntrl}", "");
        return plain.length() <= WIDEST ? plain : plain.substring(0, WIDEST - 1) + "…";
    }

    private static String dollars(JsonNode cost) {
        return cost.isNumber()
                ? "$" + new BigDecimal(cost.toString()).setScale(4, RoundingMode.HALF_UP)
                : "unknown";
    }
}
