package dev.proa.cli;

import dev.proa.core.ExitCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code proa restart}. */
@Command(
        name = "restart",
        description =
                "Restart one sidecar or all, and wait until they are ready. One that is stopped or in safe mode is started.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa restart                     every sidecar of the only instance running",
            "  proa restart --sidecar api       one of them",
            "  proa restart examples/hello --sidecar greeter --timeout 20",
            "",
            "Exit codes: 0 ready, 64 no such sidecar, 69 nothing runs, 75 not ready."
        })
final class RestartCommand implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Mixin private Json json = new Json();

    @Option(
            names = "--sidecar",
            paramLabel = "ID",
            description = "The sidecar; without it, all of them.")
    @Nullable
    private String sidecar;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "60",
            description = "Seconds to wait (default 60).")
    private int seconds;

    @Spec private CommandSpec spec = CommandSpec.create();

    RestartCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Count.atLeastOne("--timeout", seconds);
        var found = target.find(Surroundings.present());
        if (found.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        var sidecars = new RunningSidecars(found.get());
        var wanted = sidecar == null ? sidecars.ids() : List.of(sidecar);
        var before = sidecars.processes();
        sidecars.ask("restart", sidecar, "proa restart");
        var screen = SidecarScreen.on(spec.commandLine(), json.wanted);
        return sidecars.await(
                        wanted,
                        each -> SidecarOutcome.ofStart(each, before.getOrDefault(id(each), 0L)),
                        Duration.ofSeconds(seconds),
                        screen)
                ? ExitCode.OK.number()
                : ExitCode.TRY_LATER.number();
    }

    private static String id(JsonNode sidecar) {
        return sidecar.path("id").asString("");
    }
}
