package dev.proa.cli;

import dev.proa.core.ExitCode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code proa events search}. */
@Command(
        name = "search",
        description =
                "Find prompts, commands, paths, errors and answers of the running instance, what"
                        + " was stored last first.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa events search make check",
            "  proa events search --kind command -- '\"git push\"' -force",
            "  proa events search 'gateway*' --project shop --json"
        })
final class EventsSearchCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "WORDS",
            arity = "1..*",
            description = "Words, \"phrases\", beginnings* and, after --, -unwanted words.")
    private List<String> words = List.of();

    @Mixin private TargetOptions options = new TargetOptions();

    @Mixin private Json json = new Json();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "Only in prompt, command, path, error, tool or answer.")
    private String kind = "";

    @Option(names = "--project", paramLabel = "P", description = "Only of this project.")
    private String project = "";

    @Option(
            names = {"-n", "--limit"},
            paramLabel = "N",
            defaultValue = "20",
            description = "How many (default 20).")
    private int limit;

    @Spec private CommandSpec spec = CommandSpec.create();

    EventsSearchCommand() {}

    @Override
    public Integer call() throws IOException {
        Count.atLeastOne("--limit", limit);
        var running = options.target().find(Surroundings.present());
        if (running.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        var query =
                "/api/search?limit=%d&q=%s&kind=%s&project=%s"
                        .formatted(
                                limit,
                                encoded(String.join(" ", words)),
                                encoded(kind),
                                encoded(project));
        var found = EventAnswer.good(spec, EventAnswer.ask(running.get(), "GET", query));
        var out = spec.commandLine().getOut();
        if (json.wanted) {
            out.println(found);
            return ExitCode.OK.number();
        }
        found.path("hits").forEach(hit -> out.println(line(hit)));
        out.println(summary(found));
        return ExitCode.OK.number();
    }

    private static String summary(JsonNode found) {
        var shown = found.path("hits").size();
        var total = found.path("total").asLong();
        var all =
                String.format(
                        Locale.ROOT,
                        found.path("total_exact").asBoolean(true)
                                ? "%,d found"
                                : "at least %,d found",
                        total);
        return total == 0
                ? "Nothing found."
                : total > shown ? all + "; " + shown + " are shown, --limit shows more" : all;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String line(JsonNode hit) {
        var text = new StringBuilder();
        for (var part : hit.path("snippet")) {
            var mark = part.path("match").asBoolean() ? List.of("[", "]") : List.of("", "");
            text.append(mark.getFirst())
                    .append(part.path("text").asString())
                    .append(mark.getLast());
        }
        var at = Instant.parse(hit.path("at").asString()).atZone(ZoneId.systemDefault());
        return "%tF %<tR  %-12.12s  %-8s  %s"
                .formatted(
                        at,
                        hit.path("session_id").asString(),
                        hit.path("field").asString(),
                        text.toString().replaceAll("\\p{Cntrl}+", " "));
    }
}
