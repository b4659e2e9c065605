package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code proa hooks doctor}: what stands between an agent and the monitor. Changes nothing. */
@Command(
        name = "doctor",
        description = "Checks program, settings, monitor and spool; changes and sends nothing.",
        exitCodeOnInvalidInput = 64,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa hooks doctor claude",
            "  proa hooks doctor claude --json",
            "",
            "Exit code 0 if all is well, 69 if something is missing."
        })
final class HooksDoctor implements Callable<Integer> {
    private static final int SPOOL_FILES = 10_000;
    private static final long SPOOL_BYTES = 64L * 1024 * 1024;

    @ParentCommand private @Nullable HooksCommand hooks;
    @Mixin private HooksOptions options = new HooksOptions();

    /**
     * One thing looked at.
     *
     * @param remedy null if all is well
     */
    record Check(String name, String found, @Nullable String remedy) {
        boolean ok() {
            return remedy == null;
        }
    }

    @Override
    public Integer call() {
        var command = Objects.requireNonNull(hooks);
        var places = command.places(options.settings());
        var checks =
                List.of(program(places), settings(places), ingest(places), spool(places.state()));
        boolean ok = checks.stream().allMatch(Check::ok);
        if (options.json()) {
            command.printJson(json(ok, checks));
        } else {
            for (var check : checks) {
                var mark = check.ok() ? "ok     " : "wrong  ";
                command.out().println(mark + check.name() + ": " + check.found() + ".");
                if (check.remedy() != null) {
                    command.out().println("       " + check.remedy() + ".");
                }
            }
        }
        return ok ? ExitCode.OK.number() : ExitCode.UNAVAILABLE.number();
    }

    /**
     * The same for {@code proa doctor}. Hooks that are not installed are a note: the app runs
     * without them.
     */
    static List<Finding> findings(HookPlaces places) {
        return List.of(program(places), settings(places), spool(places.state())).stream()
                .map(check ->
                        check.remedy() == null
                                ? Finding.ok("hook " + check.name(), check.found())
                                : Finding.note(
                                        "hook " + check.name(), check.found(), check.remedy()))
                .toList();
    }

    private static Check program(HookPlaces places) {
        var program = places.program();
        var install = "Run: proa hooks install claude";
        if (!Files.isRegularFile(program)) {
            return new Check("program", program + " is not there", install);
        }
        if (!Files.isExecutable(program)) {
            return new Check("program", program + " is not executable", install);
        }
        try {
            var shipped = HookProgram.shipped();
            if (shipped.isPresent() && !HookProgram.isSame(shipped.get(), program)) {
                return new Check("program", program + " is from another Proa", install);
            }
        } catch (IOException e) {
            return new Check("program", program + " cannot be read", install);
        }
        return new Check("program", program.toString(), null);
    }

    private static Check settings(HookPlaces places) {
        var file = places.settings();
        try {
            var text = SettingsFile.read(file).text();
            var installed = ClaudeHooks.installed(file.toString(), text);
            var line = ClaudeHooks.command(places.program().toString());
            var missing = new ArrayList<String>();
            for (var event :
                    ClaudeHooks.events(ClaudeVersion.oldest(places.path(), places.home()), false)) {
                if (!line.equals(installed.get(event))) {
                    missing.add(event);
                }
            }
            if (!missing.isEmpty()) {
                return new Check(
                        "settings",
                        file + " does not report " + String.join(", ", missing),
                        "Run: proa hooks install claude");
            }
            if (ClaudeHooks.disabled(file.toString(), text)) {
                return new Check(
                        "settings",
                        file + " switches all hooks off",
                        "Remove \"disableAllHooks\" from it");
            }
            return new Check("settings", file + " reports " + installed.size() + " events", null);
        } catch (ProaException e) {
            var problem = e.problems().getFirst();
            return new Check("settings", problem.where() + ": " + problem.what(), problem.remedy());
        }
    }

    private static Check ingest(HookPlaces places) {
        var ingest = HookIngest.of(places);
        var address = ingest.uri() == null ? places.address() : ingest.uri().toString();
        var found = address + " (from " + ingest.from() + ")";
        var reason = ingest.unreachable();
        if (reason == null) {
            return new Check("monitor", found + " answers", null);
        }
        var remedy =
                ingest.from().equals("AGENTMONITOR_URL")
                        ? "Correct or unset AGENTMONITOR_URL, or start what it names"
                        : "Start the agent monitor; until then the hooks keep what they have to say";
        return new Check("monitor", found + ": " + reason, remedy);
    }

    private static Check spool(Path state) {
        var folder = state.resolve("spool");
        if (!Files.isDirectory(folder)) {
            return new Check("spool", "nothing waits", null);
        }
        try (var entries = Files.list(folder)) {
            long files = 0;
            long bytes = 0;
            for (var file :
                    entries.filter(f -> f.getFileName().toString().endsWith(".json")).toList()) {
                files++;
                bytes += Files.size(file);
            }
            var found = "%d payloads of %d bytes wait in %s".formatted(files, bytes, folder);
            boolean full = files >= SPOOL_FILES || bytes >= SPOOL_BYTES;
            return new Check(
                    "spool",
                    found,
                    full
                            ? "Start the agent monitor: the spool is full, newer ones are lost"
                            : null);
        } catch (IOException e) {
            return new Check("spool", folder + " cannot be read", "Check the rights of the folder");
        }
    }

    private static Object json(boolean ok, List<Check> checks) {
        var list = new ArrayList<Object>();
        for (var check : checks) {
            var one = new LinkedHashMap<String, @Nullable Object>();
            one.put("name", check.name());
            one.put("ok", check.ok());
            one.put("found", check.found());
            one.put("remedy", check.remedy());
            list.add(one);
        }
        var json = new LinkedHashMap<String, Object>();
        json.put("agent", "claude");
        json.put("ok", ok);
        json.put("checks", list);
        return json;
    }
}
