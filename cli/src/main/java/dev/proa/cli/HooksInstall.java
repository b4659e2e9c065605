package dev.proa.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code proa hooks install}: adds our hooks to the settings and touches nothing else in them. */
@Command(
        name = "install",
        description = "Lets a coding agent report to the agent monitor.",
        exitCodeOnInvalidInput = 64,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa hooks install claude",
            "  proa hooks install claude --print",
            "  proa hooks install claude --safety",
            "  proa hooks install codex",
            "  proa hooks install claude --settings .claude/settings.local.json",
            "",
            "The old settings are kept beside the file as NAME.proa-DATE.bak. Settings with",
            "comments or errors are refused and stay as they are (exit code 65)."
        })
final class HooksInstall implements Callable<Integer> {
    @ParentCommand private @Nullable HooksCommand hooks;
    @Mixin private HooksOptions options = new HooksOptions();
    @Spec private @Nullable CommandSpec spec;

    @Option(names = "--print", description = "Print the resulting settings, write nothing.")
    private boolean print;

    @Option(
            names = "--claude-version",
            paramLabel = "VERSION",
            description =
                    "The oldest Claude Code that reads these settings (default: what is found"
                            + " installed). From 2.1.101 on, more events are reported.")
    private @Nullable String version;

    /** What the command found and did, for both forms of output. */
    private record Outcome(
            HookPlaces places,
            @Nullable ClaudeVersion oldest,
            List<String> events,
            boolean settingsChanged,
            boolean programChanged,
            @Nullable Path backup) {}

    @Override
    public Integer call() {
        var command = Objects.requireNonNull(hooks);
        var places = command.places(options.settings());
        if (options.codex()) {
            return new CodexHooks(command, places, options.json()).install(print);
        }
        var oldest = oldest(places);
        var events = ClaudeHooks.events(oldest, options.safety());
        var before = SettingsFile.read(places.settings());
        var line = ClaudeHooks.command(places.program().toString());
        var after = ClaudeHooks.install(places.settings().toString(), before.text(), events, line);
        if (print) {
            show(command, places, after);
            return 0;
        }
        boolean programChanged = HookProgram.install(places.program());
        boolean changed = !after.equals(before.text());
        var backup = changed ? before.replace(after, command.clock().instant()) : null;
        report(command, new Outcome(places, oldest, events, changed, programChanged, backup));
        return 0;
    }

    private @Nullable ClaudeVersion oldest(HookPlaces places) {
        if (version == null) {
            return ClaudeVersion.oldest(places.path(), places.home());
        }
        var given = ClaudeVersion.parse(version);
        if (given == null) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "\"" + version + "\" is not a version. Write it like 2.1.101.");
        }
        return given;
    }

    private void show(HooksCommand command, HookPlaces places, String after) {
        if (options.json()) {
            var json = new LinkedHashMap<String, Object>();
            json.put("settings", places.settings().toString());
            json.put("content", after);
            command.printJson(json);
        } else {
            command.out().print(after);
            command.out().flush();
        }
    }

    private void report(HooksCommand command, Outcome it) {
        if (options.json()) {
            var json = new LinkedHashMap<String, @Nullable Object>();
            json.put("agent", "claude");
            json.put("settings", it.places.settings().toString());
            json.put("program", it.places.program().toString());
            json.put("changed", it.settingsChanged || it.programChanged);
            json.put("events", it.events);
            json.put("backup", it.backup == null ? null : it.backup.toString());
            json.put("claude_version", it.oldest == null ? null : it.oldest.toString());
            command.printJson(json);
            return;
        }
        var out = command.out();
        if (!it.settingsChanged && !it.programChanged) {
            out.println("The hooks are installed already; nothing was changed.");
        } else if (it.settingsChanged) {
            out.println("Claude Code reports to the agent monitor from its next session on.");
        } else {
            out.println("The hook program was renewed; the settings were right already.");
        }
        out.println("  settings  " + it.places.settings());
        out.println("  program   " + it.places.program());
        if (it.backup != null) {
            out.println("  backup    " + it.backup);
        }
        out.println("  events    " + String.join(", ", it.events));
        if (it.events.stream().filter(e -> !e.equals("PreToolUse")).count() < ClaudeHooks.all()) {
            out.println(missing(it.oldest));
        }
    }

    private static String missing(@Nullable ClaudeVersion oldest) {
        var found =
                oldest == null
                        ? "The version of Claude Code here is not known"
                        : "The oldest Claude Code here is " + oldest;
        return found
                + ". Before 2.1.101 it ignores settings with newer events, so failed tools, "
                + "permission requests and starting sub-agents are left out. "
                + "Give --claude-version if you know better.";
    }
}
