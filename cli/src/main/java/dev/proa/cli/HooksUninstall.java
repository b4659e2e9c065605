package dev.proa.cli;

import dev.proa.core.ProaException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * {@code proa hooks uninstall}: takes out what install put in. Where nothing else has changed
 * since, the file is again what it was, to the byte; otherwise our handlers go and the rest stays.
 */
@Command(
        name = "uninstall",
        description = "Takes the hooks of a coding agent out again.",
        exitCodeOnInvalidInput = 64,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa hooks uninstall claude",
            "  proa hooks uninstall claude --print",
            "  proa hooks uninstall codex",
            "",
            "The program stays, because sessions that run already may still call it."
        })
final class HooksUninstall implements Callable<Integer> {
    @ParentCommand private @Nullable HooksCommand hooks;
    @Mixin private HooksOptions options = new HooksOptions();

    @Option(names = "--print", description = "Print the resulting settings, write nothing.")
    private boolean print;

    @Override
    public Integer call() {
        var command = Objects.requireNonNull(hooks);
        var places = command.places(options.settings());
        if (options.codex()) {
            return new CodexHooks(command, places, options.json()).uninstall(print);
        }
        var current = SettingsFile.read(places.settings());
        var installed = ClaudeHooks.installed(places.settings().toString(), current.text());
        var after = installed.isEmpty() ? current : without(current, installed);
        if (print) {
            command.out().print(after.text());
            command.out().flush();
            return 0;
        }
        var now = command.clock().instant();
        var backup = installed.isEmpty() ? null : write(current, after, now);
        report(command, places, !installed.isEmpty(), backup);
        return 0;
    }

    private static @Nullable Path write(SettingsFile current, SettingsFile after, Instant now) {
        return after.bytes() == null ? current.delete(now) : current.replace(after.bytes(), now);
    }

    /** The settings as they were before, as far as that can be known; without bytes: no file. */
    private static SettingsFile without(SettingsFile current, Map<String, String> installed) {
        var file = current.named().toString();
        var commands = new HashSet<>(installed.values());
        var clean = current.backups().stream().filter(HooksUninstall::isClean).toList();
        if (commands.size() == 1) {
            var events = ClaudeHooks.inOrder(installed.keySet());
            var line = commands.iterator().next();
            for (var earlier : clean) {
                if (earlier.marked() == current.marked()
                        && leadsTo(current.text(), earlier.text(), file, events, line)) {
                    return earlier;
                }
            }
            if (clean.isEmpty() && leadsTo(current.text(), "", file, events, line)) {
                return new SettingsFile(current.named(), current.real(), null, false, "");
            }
        }
        Set<String> keep =
                clean.isEmpty() ? Set.of() : ClaudeHooks.empties(file, clean.getFirst().text());
        return current.withText(ClaudeHooks.uninstall(file, current.text(), keep));
    }

    /** Whether an installation into {@code earlier} gives exactly the present text. */
    private static boolean leadsTo(
            String present, String earlier, String file, List<String> events, String line) {
        return ClaudeHooks.install(file, earlier, events, line).equals(present);
    }

    private static boolean isClean(SettingsFile copy) {
        try {
            return ClaudeHooks.installed(copy.named().toString(), copy.text()).isEmpty();
        } catch (ProaException e) {
            return false; // a copy that is no settings file tells nothing
        }
    }

    private void report(
            HooksCommand command, HookPlaces places, boolean changed, @Nullable Path backup) {
        if (options.json()) {
            var json = new LinkedHashMap<String, @Nullable Object>();
            json.put("agent", "claude");
            json.put("settings", places.settings().toString());
            json.put("changed", changed);
            json.put("backup", backup == null ? null : backup.toString());
            command.printJson(json);
            return;
        }
        var out = command.out();
        out.println(
                changed
                        ? "The hooks were taken out of " + places.settings() + "."
                        : "No hooks of ours are in "
                                + places.settings()
                                + "; nothing was changed.");
        if (backup != null) {
            out.println("  backup    " + backup);
        }
    }
}
