package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.runtime.RunningInstance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code proa mode}. */
@Command(
        name = "mode",
        description =
                "Say in which mode the app runs and which there are, or switch to another one without closing its page.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa mode                         the mode of the only instance running",
            "  proa mode remote_slim             switch it",
            "  proa mode examples/qa-assistant local_fullstack",
            "  proa mode remote_slim --at-once   even if its backend does not answer",
            "",
            "Exit codes: 0 it runs in that mode, 64 no such mode, 69 nothing runs, 75 the switch failed or",
            "another one is under way; the app goes on as before, 78 the mode cannot be run."
        })
final class ModeCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();

    @Parameters(
            arity = "0..2",
            paramLabel = "[DIR] MODE",
            description =
                    "The app's folder, where its proa.yaml is, and the mode to switch to; each may be left out.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--data-dir",
            paramLabel = "D",
            description = "The data folder of the instance.")
    @Nullable
    private Path dataDir;

    @Option(
            names = "--at-once",
            description = "Switch now instead of when the other mode's backend is ready.")
    private boolean atOnce;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "90",
            description = "Seconds to wait for the switch (default 90).")
    private int seconds;

    @Mixin private Json json = new Json();

    @Spec private CommandSpec spec = CommandSpec.create();

    ModeCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Count.atLeastOne("--timeout", seconds);
        var around = Surroundings.present();
        var target = new Target();
        target.dataDir = dataDir;
        var mode = mode(around, target);
        var found = target.find(around);
        if (found.isEmpty()) {
            return NotRunning.say(spec.commandLine(), json.wanted);
        }
        return mode.isEmpty() ? show(found.get()) : change(found.get(), mode);
    }

    /** One word alone is a folder if there is one of that name with a manifest, else a mode. */
    private String mode(Surroundings around, Target target) {
        if (words.isEmpty()) {
            return "";
        }
        var first = Path.of(words.getFirst());
        if (words.size() == 2) {
            target.dir = first;
            return words.getLast();
        }
        var folder = around.workingFolder().resolve(first);
        boolean app = Files.exists(folder.resolve("proa.yaml")) || words.getFirst().contains("/");
        if (app) {
            target.dir = first;
        }
        return app ? "" : words.getFirst();
    }

    private int show(RunningInstance instance) {
        print(state(instance));
        return ExitCode.OK.number();
    }

    private static JsonNode state(RunningInstance instance) {
        return JSON.readTree(instance.call("GET", "/_proa/mode").body());
    }

    private int change(RunningInstance instance, String mode) throws InterruptedException {
        var wish =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("mode", mode)
                        .put("at_once", atOnce)
                        .put("reason", "proa mode");
        var before = state(instance).path("last_switch");
        var answer = instance.call("POST", "/_proa/mode", wish.toString());
        var told = JSON.readTree(answer.body());
        if (answer.status() >= 300) {
            throw refused(answer.status(), told);
        }
        var end = serving(instance, told);
        print(end);
        var last = end.path("last_switch");
        // Who asks for the mode it runs in begins no switch, and hears nothing of an older one.
        var failure = last.equals(before) ? "" : last.path("failure").asString("");
        boolean there =
                current(end).equals(told.path("switching").path("to").asString(current(end)));
        if (there && failure.isEmpty()) {
            return ExitCode.OK.number();
        }
        if (!json.wanted) {
            spec.commandLine()
                    .getErr()
                    .println(
                            failure.isEmpty()
                                    ? "The switch has not ended within " + seconds + " s."
                                    : "The switch to %s failed: %s.".formatted(mode, failure));
        }
        return ExitCode.TRY_LATER.number();
    }

    private static String current(JsonNode state) {
        return state.path("mode").asString("");
    }

    /** The state when the new mode serves or the switch has failed. */
    private JsonNode serving(RunningInstance instance, JsonNode first) throws InterruptedException {
        var clock = new MonotonicTime();
        var deadline = clock.instant().plus(Duration.ofSeconds(seconds));
        var state = first;
        while (state.path("switching").path("step").asString("").equals("preparing")
                && clock.instant().isBefore(deadline)) {
            TimeUnit.MILLISECONDS.sleep(100);
            state = state(instance);
        }
        return state;
    }

    private static ProaException refused(int status, JsonNode told) {
        var what = told.path("detail").asString("The runtime answered " + status);
        var problems = new ArrayList<Problem>();
        told.path("problems")
                .forEach(each ->
                        problems.add(
                                new Problem(
                                        Where.of(each.path("where").asString("proa.yaml")),
                                        each.path("what").asString(""),
                                        each.path("remedy").asString(""))));
        if (problems.isEmpty()) {
            problems.add(sentences(what));
        }
        var code =
                switch (status) {
                    case 404, 400 -> ExitCode.USAGE;
                    case 409 -> ExitCode.TRY_LATER;
                    default -> ExitCode.BAD_CONFIG;
                };
        return new ProaException(code, problems);
    }

    /** An answer says first what is wrong, then what to do. */
    private static Problem sentences(String answer) {
        var text = answer.endsWith(".") ? answer.substring(0, answer.length() - 1) : answer;
        int end = text.indexOf(". ");
        return end < 0
                ? new Problem(Where.of("MODE"), text, "See proa mode for those there are")
                : new Problem(Where.of("MODE"), text.substring(0, end), text.substring(end + 2));
    }

    private void print(JsonNode state) {
        var out = spec.commandLine().getOut();
        if (json.wanted) {
            out.println(state);
            return;
        }
        state.path("modes")
                .forEach(mode ->
                        out.printf(
                                "%s %s%s%n",
                                mode.path("current").asBoolean() ? "*" : " ",
                                mode.path("id").asString(""),
                                mode.path("default").asBoolean() ? "  (default)" : ""));
        var switching = state.path("switching");
        if (switching.isObject()) {
            out.printf(
                    switching.path("step").asString("").equals("preparing")
                            ? "  %2$s is being prepared; %1$s serves until it is ready%n"
                            : "  %2$s serves; what only %1$s needs is being stopped%n",
                    switching.path("from").asString(""),
                    switching.path("to").asString(""));
        }
    }
}
