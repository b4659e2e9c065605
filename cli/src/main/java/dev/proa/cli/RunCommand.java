package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.Profile;
import dev.proa.profile.ProfileLoader;
import dev.proa.runtime.AppRun;
import dev.proa.runtime.RunningInstance;
import dev.proa.runtime.StopRequest;
import dev.proa.runtime.WindowChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code proa run}. */
@Command(
        name = "run",
        description = "Start an app, open its window and keep it running until it is closed.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa run apps/agent-monitor",
            "  proa run . --window none --json        for scripts: one JSON object a line",
            "  proa run . --data-dir /tmp/d --ingest-port 0"
        })
sealed class RunCommand implements Callable<Integer> permits DevCommand {
    /** The wish to stop this process; signals are turned into it from the first moment. */
    static final StopRequest STOP = new StopRequest();

    @Mixin private RunFlags flags = new RunFlags();

    @Option(
            names = "--window",
            paramLabel = "W",
            defaultValue = "auto",
            description =
                    "auto, app (a browser's app window) or none (print a one-time address). Default: auto.")
    private String window = "auto";

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    RunCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        var choice = choice();
        var around = Surroundings.present();
        var sources = flags.sources(around);
        var profile = ProfileLoader.load(sources);
        var stop = STOP;
        var screen = RunScreen.on(spec.commandLine(), json.wanted, profile);
        var setting =
                new AppRun.Setting(
                        sources, home(), VersionCommand.VERSION, choice, watching(), stop, screen);
        switch (AppRun.start(profile, setting)) {
            case AppRun.Start.Second(var first) -> second(profile, first);
            case AppRun.Start.Running(var run) -> {
                if (watching()) {
                    screen.watching();
                }
                var reason = stop.await();
                screen.stopping(reason);
                stop(run, stop, screen);
                screen.stopped();
            }
        }
        return ExitCode.OK.number();
    }

    /** Whether changed files restart sidecars. */
    boolean watching() {
        return false;
    }

    private WindowChoice choice() {
        return switch (window) {
            case "auto" -> WindowChoice.AUTO;
            case "app" -> WindowChoice.APP;
            case "none" -> WindowChoice.NONE;
            case "native" -> throw usage("A native window is not supported by this version");
            default -> throw usage("\"" + window + "\" is not a kind of window");
        };
    }

    private static ProaException usage(String what) {
        return new ProaException(
                ExitCode.USAGE, new Problem(Where.of("--window"), what, "Write auto, app or none"));
    }

    /** The folder of this build: its programs lie in {@code libexec}. */
    private static Path home() {
        return Path.of(System.getProperty("proa.home", "."));
    }

    private static void stop(AppRun run, StopRequest stop, RunScreen screen)
            throws InterruptedException {
        var hurry =
                Thread.ofVirtual()
                        .name("proa-second-signal")
                        .start(() -> {
                            try {
                                stop.awaitImmediate();
                                screen.hurrying();
                                run.closeNow();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        var progress = Thread.ofVirtual().name("proa-stop-progress").start(screen::showWaiting);
        run.close();
        hurry.interrupt();
        progress.interrupt();
        hurry.join();
        progress.join();
    }

    private void second(Profile profile, RunningInstance first) {
        var opened =
                !window.equals("none") && first.call("POST", "/_proa/open").body().contains("true");
        var boot = first.call("POST", "/_proa/boot?printed=true").body();
        var page = new JsonMapper().readTree(boot).path("url").asString("");
        var file = first.file();
        var out = spec.commandLine().getOut();
        if (json.wanted) {
            out.println(
                    RunScreen.event("already_running")
                            .put("pid", file.pid())
                            .put("base_url", file.baseUrl()));
            out.println(RunScreen.event("open").put("url", page).put("window", opened));
        } else {
            out.printf(
                    "%s is already running (pid %d, %s, data in %s).%s%n",
                    profile.app().name(),
                    file.pid(),
                    file.baseUrl(),
                    first.dataFolder(),
                    opened ? " Its window was raised." : " Its page is at " + page);
        }
    }
}
