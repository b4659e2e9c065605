package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.runtime.InstanceFile;
import dev.proa.runtime.RunningInstance;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code proa stop}. */
@Command(
        name = "stop",
        description =
                "Stop the running instance, or one of its sidecars, and wait until it is gone.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa stop",
            "  proa stop --data-dir /tmp/monitor --timeout 10",
            "  proa stop --sidecar api          one sidecar; start it again with: proa restart --sidecar api"
        })
final class StopCommand implements Callable<Integer> {
    @Mixin private Target target = new Target();

    @Mixin private Json json = new Json();

    @Option(
            names = "--sidecar",
            paramLabel = "ID",
            description = "Stop only this sidecar; the app goes on.")
    @Nullable
    private String sidecar;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "60",
            description = "Seconds to wait (default 60).")
    private int seconds;

    @Spec private CommandSpec spec = CommandSpec.create();

    StopCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Count.atLeastOne("--timeout", seconds);
        var found = target.find(Surroundings.present());
        if (found.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        var instance = found.get();
        if (sidecar != null) {
            return stop(new RunningSidecars(instance), sidecar);
        }
        instance.call("POST", "/_proa/shutdown", "{\"reason\":\"proa stop\"}");
        if (!gone(instance, Duration.ofSeconds(seconds))) {
            throw new ProaException(
                    ExitCode.TRY_LATER,
                    new Problem(
                            Where.of("pid " + instance.file().pid()),
                            "It was asked to stop and still runs after " + seconds + " s",
                            "Look at proa status, wait, or end it with: kill "
                                    + instance.file().pid()));
        }
        var out = spec.commandLine().getOut();
        out.println(
                json.wanted
                        ? "{\"stopped\":true,\"pid\":" + instance.file().pid() + "}"
                        : "Stopped "
                                + instance.file().appId()
                                + " (pid "
                                + instance.file().pid()
                                + ").");
        return ExitCode.OK.number();
    }

    private int stop(RunningSidecars sidecars, String one) throws InterruptedException {
        sidecars.ask("stop", one, "proa stop");
        return sidecars.await(
                        List.of(one),
                        SidecarOutcome::ofStop,
                        Duration.ofSeconds(seconds),
                        SidecarScreen.on(spec.commandLine(), json.wanted))
                ? ExitCode.OK.number()
                : ExitCode.TRY_LATER.number();
    }

    // The instance removes its file as the last thing before its lock goes.
    private static boolean gone(RunningInstance instance, Duration patience)
            throws IOException, InterruptedException {
        var clock = new MonotonicTime();
        var deadline = clock.instant().plus(patience);
        while (InstanceFile.read(instance.dataFolder())
                .filter(file -> file.instance().equals(instance.file().instance()))
                .isPresent()) {
            if (clock.instant().isAfter(deadline)) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }
}
