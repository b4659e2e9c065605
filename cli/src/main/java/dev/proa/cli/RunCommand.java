package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.Profile;
import dev.proa.profile.ProfileLoader;
import dev.proa.runtime.AppRun;
import dev.proa.runtime.DetachedRun;
import dev.proa.runtime.StopRequest;
import dev.proa.runtime.WindowChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code proa run}. */
@Command(
        name = "run",
        description = "Start an app, open its window and keep it running until it is closed.",
        mixinStandardHelpOptions = true,
        footerHeading =
                "%nWords after -- (files, links) go to the page, also when the app runs already.%n%nExamples:%n",
        footer = {
            "  proa run apps/agent-monitor",
            "  proa run . --window none --json        for scripts: one JSON object a line",
            "  proa run . --data-dir /tmp/d --ingest-port 0",
            "  proa run . -- notes.txt                the page is to open notes.txt",
            "  proa run . --detach                    leave it running; proa stop ends it",
            "  proa run . --window none --print-unit > ~/.config/systemd/user/my-app.service"
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

    @Option(
            names = "--detach",
            description =
                    "Leave it running: end when its page can be opened. Stop it with proa stop.")
    private boolean detach;

    @Option(names = DetachedStart.DETACHED, hidden = true)
    private boolean detached;

    @Option(
            names = "--print-unit",
            description = "Print a systemd user unit that runs the app; start nothing.")
    private boolean printUnit;

    @Option(
            names = "--",
            hidden = true, // it is told in the footer: picocli would print it as --=[ARG...]
            arity = "0..*",
            parameterConsumer = Rest.class)
    private List<String> arguments = new ArrayList<>();

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    RunCommand() {}

    /** Takes every word that is left as it is, also one that looks like an option. */
    static final class Rest implements CommandLine.IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            List<String> rest = option.getValue();
            while (!words.isEmpty()) {
                rest.add(words.pop());
            }
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var choice = choice();
        var around = Surroundings.present();
        var sources = flags.sources(around);
        if (printUnit) {
            var unit = UnitOfRun.of(ProfileLoader.load(sources), sources, around, window);
            return printUnit(unit);
        }
        Profile profile;
        try {
            profile = ProfileLoader.load(sources);
        } catch (ProaException broken) {
            if (handedOver(sources, choice, around)) {
                return ExitCode.OK.number();
            }
            throw broken;
        }
        if (detach) {
            return detach(profile);
        }
        if (detached) {
            DetachedRun.leaveTerminal();
        }
        return run(sources, profile, choice, around);
    }

    /** Whether an instance that runs has taken what this start, which cannot run, was told. */
    private boolean handedOver(Profile.Sources sources, WindowChoice choice, Surroundings around) {
        var app = ProfileLoader.whereabouts(sources);
        var to =
                app.flatMap(of ->
                        AppRun.handOver(
                                of.dataFolder(), arguments, around.workingFolder(), choice));
        to.ifPresent(first ->
                RunScreen.second(
                        spec.commandLine().getOut(),
                        json.wanted,
                        app.orElseThrow().appId(),
                        first));
        return to.isPresent();
    }

    private int run(
            Profile.Sources sources, Profile profile, WindowChoice choice, Surroundings around)
            throws InterruptedException {
        var stop = STOP;
        var screen = RunScreen.on(spec.commandLine(), json.wanted, profile);
        var setting =
                new AppRun.Setting(
                        sources,
                        home(),
                        VersionCommand.VERSION,
                        choice,
                        watching(),
                        arguments,
                        around.workingFolder(),
                        stop,
                        screen);
        switch (AppRun.start(profile, setting)) {
            case AppRun.Start.Second(var to) -> screen.second(to);
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

    private int detach(Profile profile) throws IOException, InterruptedException {
        var words = DetachedStart.words(spec.commandLine().getParseResult().originalArgs());
        try (var run = DetachedRun.start(OwnLauncher.path(), words, profile.dataFolder())) {
            return new DetachedStart(spec.commandLine(), json.wanted, profile).follow(run, STOP);
        }
    }

    private int printUnit(SystemdUnit unit) {
        var out = spec.commandLine().getOut();
        out.print(
                json.wanted
                        ? JsonNodeFactory.instance
                                        .objectNode()
                                        .put("name", unit.name())
                                        .put("text", unit.text())
                                + "\n"
                        : unit.text());
        out.flush();
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
}
