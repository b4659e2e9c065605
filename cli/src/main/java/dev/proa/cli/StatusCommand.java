package dev.proa.cli;

import dev.proa.core.ExitCode;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code proa status}. */
@Command(
        name = "status",
        description =
                "Say what the running instance does; exits 0 whenever one answers, sick or not.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  proa status", "  proa status apps/agent-monitor --json"})
final class StatusCommand implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    StatusCommand() {}

    @Override
    public Integer call() throws IOException {
        var out = spec.commandLine().getOut();
        var instance = target.find(Surroundings.present());
        if (instance.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        var answer = instance.get().call("GET", "/_proa/status");
        if (json.wanted) {
            out.println(answer.body().strip());
            return ExitCode.OK.number();
        }
        var status = new JsonMapper().readTree(answer.body());
        var file = instance.get().file();
        out.printf(
                "%s %s  %s  pid %d%n",
                file.appId(), file.appVersion(), status.path("state").asString(), file.pid());
        out.println("  mode    " + mode(status));
        out.println("  page    " + file.baseUrl());
        file.ingestUrl().ifPresent(url -> out.println("  ingest  " + url));
        out.println("  data    " + instance.get().dataFolder());
        status.path("upstreams")
                .valueStream()
                .flatMap(each -> remote(each).stream())
                .forEach(out::println);
        var sidecars = SidecarTable.lines(status.path("sidecars"));
        sidecars.forEach(out::println);
        if (sidecars.isEmpty()) {
            out.println("  no local sidecars in this mode");
        }
        status.path("problems")
                .forEach(problem ->
                        out.printf(
                                "  ! %s: %s. %s.%n",
                                problem.path("where").asString(),
                                problem.path("what").asString(),
                                problem.path("remedy").asString()));
        return ExitCode.OK.number();
    }

    private static String mode(JsonNode status) {
        var switching = status.path("switching");
        var mode = status.path("mode").asString("");
        return switching.isObject()
                ? "%s, switching to %s since %s (%s)"
                        .formatted(
                                switching.path("from").asString(mode),
                                switching.path("to").asString(""),
                                SidecarTable.seconds(switching.path("since")),
                                switching.path("step").asString(""))
                : mode;
    }

    /** The line of a backend elsewhere; only such a one has an address. */
    private static Optional<String> remote(JsonNode upstream) {
        var url = upstream.path("url").asString("");
        if (url.isEmpty()) {
            return Optional.empty();
        }
        var state = upstream.path("state").asString("");
        var since = SidecarTable.seconds(upstream.path("since"));
        return Optional.of(
                "  remote  %s  %s%s"
                        .formatted(
                                url,
                                state,
                                state.equals("retrying")
                                        ? ", not reachable since %s, attempt %d at %s"
                                                .formatted(
                                                        since,
                                                        upstream.path("attempt").asInt(0),
                                                        SidecarTable.seconds(
                                                                upstream.path("next_at")))
                                        : " since " + since));
    }
}
