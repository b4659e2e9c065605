package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.profile.Plan;
import dev.proa.profile.ProfileLoader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code proa plan}. */
@Command(
        name = "plan",
        description =
                "Show what run would start, in order, with where each value came from; starts nothing.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  proa plan apps/agent-monitor", "  proa plan . --ingest-port 0 --json"})
final class PlanCommand implements Callable<Integer> {
    @Mixin private RunFlags flags = new RunFlags();

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    PlanCommand() {}

    @Override
    public Integer call() {
        var plan = Plan.of(ProfileLoader.load(flags.sources(Surroundings.present())));
        var out = spec.commandLine().getOut();
        if (json.wanted) {
            out.println(new String(plan.toJson(), StandardCharsets.UTF_8).strip());
        } else {
            plan.lines().forEach(out::println);
        }
        return ExitCode.OK.number();
    }
}
