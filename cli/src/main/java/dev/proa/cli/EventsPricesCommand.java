package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.eventlog.StoredEventLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code proa events prices}. */
@Command(
        name = "prices",
        description =
                "Print the prices in force, in US dollars per million tokens: those that come with"
                        + " Proa, and over them those of prices.json in the data folder.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  proa events prices", "  proa events prices --json"})
final class EventsPricesCommand implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    EventsPricesCommand() {}

    @Override
    public Integer call() throws IOException {
        var around = Surroundings.present();
        var running = target.find(around);
        String body;
        JsonNode table;
        if (running.isPresent()) {
            var answer = running.get().call("GET", "/api/prices");
            body = answer.body();
            table = EventAnswer.good(spec, answer);
        } else {
            var folder = target.dataFolder(around);
            if (folder.isEmpty()) {
                return NotRunning.say(spec.commandLine(), json.wanted);
            }
            if (target.dataDir != null) { // that of an app is made at its first start
                EventStore.demandFolder(folder.get());
            }
            var reply = new StoredEventLog(folder.get()).prices();
            body = new String(reply.json(), StandardCharsets.UTF_8);
            table = EventStore.good(spec, reply);
        }
        var out = spec.commandLine().getOut();
        if (json.wanted) {
            out.println(body.strip());
            return ExitCode.OK.number();
        }
        out.printf(
                "prices of %s (%s)%n",
                table.path("version").asString(), table.path("source").asString());
        out.printf(
                "%-38s  %9s  %9s  %9s  %9s  %9s%n",
                "model", "input", "output", "read", "write 5m", "write 1h");
        for (var model : table.path("models")) {
            var own = model.path("from").asString().equals("file") ? "  your file" : "";
            print(model.path("model").asString(), model, own);
            for (var tier : model.path("tiers")) {
                var above = tier.path("above_prompt_tokens").asLong();
                print("  prompts above %,d".formatted(above), tier, "");
            }
        }
        return ExitCode.OK.number();
    }

    private void print(String name, JsonNode rates, String note) {
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%-38s  %9s  %9s  %9s  %9s  %9s%s%n",
                        name,
                        price(rates, "input"),
                        price(rates, "output"),
                        price(rates, "cache_read"),
                        price(rates, "cache_write_5m"),
                        price(rates, "cache_write_1h"),
                        note);
    }

    /** A model that has no such class of tokens has no price for it. */
    private static String price(JsonNode rates, String tokens) {
        var price = rates.path(tokens + "_per_mtok");
        return price.isNumber() ? price.toString() : "-";
    }
}
