package dev.proa.cli;

import dev.proa.core.ExitCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
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
        out.println("  page    " + file.baseUrl());
        file.ingestUrl().ifPresent(url -> out.println("  ingest  " + url));
        out.println("  data    " + instance.get().dataFolder());
        SidecarTable.lines(status.path("sidecars")).forEach(out::println);
        status.path("problems")
                .forEach(problem ->
                        out.printf(
                                "  ! %s: %s. %s.%n",
                                problem.path("where").asString(),
                                problem.path("what").asString(),
                                problem.path("remedy").asString()));
        return ExitCode.OK.number();
    }
}
