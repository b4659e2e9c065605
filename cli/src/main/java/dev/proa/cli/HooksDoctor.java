package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/**
 * {@code proa hooks doctor}: what stands between an agent and the monitor, and whether a probe gets
 * through. Changes no settings.
 */
@Command(
        name = "doctor",
        description =
                "Checks program, settings, monitor and spool, and sends a probe the whole way into the"
                        + " log.",
        exitCodeOnInvalidInput = 64,
        footerHeading = "%nExamples:%n",
        footer = {
            "  proa hooks doctor claude",
            "  proa hooks doctor codex",
            "  proa hooks doctor claude --json",
            "",
            "For claude the probe goes through the command that the settings hold, as Claude Code",
            "runs it. It leaves nothing in log or spool. --no-probe sends none.",
            "",
            "Exit code 0 if all is well, 69 if something is missing."
        })
final class HooksDoctor implements Callable<Integer> {
    /** The hook's second process takes 7 s at most for connection and answer. */
    private static final Duration DELIVERY = Duration.ofSeconds(8);

    private static final int SPOOL_FILES = 10_000;
    private static final long SPOOL_BYTES = 64L * 1024 * 1024;

    @ParentCommand private @Nullable HooksCommand hooks;
    @Mixin private HooksOptions options = new HooksOptions();

    @Option(names = "--no-probe", description = "Send nothing.")
    private boolean quiet;

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
    public Integer call() throws InterruptedException {
        var command = Objects.requireNonNull(hooks);
        boolean codex = options.codex();
        var places = command.places(options.settings());
        places = codex ? places : hooked(places);
        var checks = new ArrayList<Check>();
        if (codex) {
            checks.add(exporters(places));
            checks.add(exporterEndpoint(places));
        } else {
            checks.addAll(
                    List.of(
                            program(places),
                            settings(places),
                            ingest(places),
                            spool(places.state())));
        }
        if (!quiet) {
            checks.add(probe(places, codex));
        }
        boolean ok = checks.stream().allMatch(Check::ok);
        if (options.json()) {
            command.printJson(json(codex ? "codex" : "claude", ok, checks));
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
        return List.of(program(places), settings(places), spool(hooked(places).state())).stream()
                .map(check ->
                        check.remedy() == null
                                ? Finding.ok("hook " + check.name(), check.found())
                                : Finding.note(
                                        "hook " + check.name(), check.found(), check.remedy()))
                .toList();
    }

    /** With what the settings themselves add to the environment of a hook. */
    private static HookPlaces hooked(HookPlaces places) {
        try {
            var file = places.settings();
            return places.with(
                    ClaudeHooks.environment(file.toString(), SettingsFile.read(file).text()));
        } catch (ProaException e) {
            return places; // the check of the settings says what is wrong with them
        }
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

    private static Check exporters(HookPlaces places) {
        var file = places.codex();
        var install = "Run: proa hooks install codex";
        try {
            var text = SettingsFile.read(file).text();
            var wanted = CodexConfig.endpoints(CodexHooks.target(places));
            var installed = CodexConfig.installed(file.toString(), text);
            if (installed.isEmpty()) {
                return new Check("settings", file + " has no exporters of ours", install);
            }
            return installed.equals(wanted)
                    ? new Check("settings", file + " exports to " + installed.values(), null)
                    : new Check(
                            "settings",
                            file
                                    + " exports to %s and not to %s"
                                            .formatted(installed.values(), wanted.values()),
                            install);
        } catch (ProaException e) {
            var problem = e.problems().getFirst();
            return new Check("settings", problem.where() + ": " + problem.what(), problem.remedy());
        }
    }

    private static Check probe(HookPlaces places, boolean codex) throws InterruptedException {
        if (codex) {
            var fate = new HookProbe(places, DELIVERY).codex(codexLogs(places));
            return new Check("probe", fate.found(), fate.lost());
        }
        try {
            return probe(places, installed(places));
        } catch (ProaException e) {
            return new Check("probe", "none was sent", "Mend the settings first");
        }
    }

    /** Through each command that is installed, until one gets lost. */
    private static Check probe(HookPlaces places, List<String> commands)
            throws InterruptedException {
        var fate = new HookProbe.Fate("no hook is installed", "Run: proa hooks install claude");
        for (var command : commands) {
            fate = new HookProbe(places, DELIVERY).claude(command);
            if (fate.lost() != null) {
                break;
            }
        }
        return new Check("probe", fate.found(), fate.lost());
    }

    private static List<String> installed(HookPlaces places) {
        var file = places.settings();
        return ClaudeHooks.commands(file.toString(), SettingsFile.read(file).text());
    }

    /** Where the installed exporter sends logs to, or where it would. */
    private static URI codexLogs(HookPlaces places) {
        var usual = CodexConfig.endpoints(CodexHooks.target(places));
        try {
            var file = places.codex();
            var installed = CodexConfig.installed(file.toString(), SettingsFile.read(file).text());
            return URI.create(
                    installed.getOrDefault("exporter", usual.getOrDefault("exporter", "")));
        } catch (ProaException | IllegalArgumentException e) {
            return URI.create(usual.getOrDefault("exporter", "")); // what is wrong is said already
        }
    }

    /** Exporters do not follow a monitor to another port. */
    private static Check exporterEndpoint(HookPlaces places) {
        var logs = codexLogs(places);
        var reason = new HookIngest(logs, "config.toml").unreachable();
        if (reason == null) {
            return new Check("monitor", "Codex sends to " + logs + ", which answers", null);
        }
        return new Check(
                "monitor",
                "Codex sends to %s (%s)".formatted(logs, reason),
                HookIngest.missedByCodex(places)
                        .orElse("Start the agent monitor; until then what Codex tells is lost"));
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
            var found =
                    files == 0
                            ? "nothing waits"
                            : "%s of %,d bytes in %s"
                                    .formatted(Count.of(files, "payload"), bytes, folder);
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

    private static Object json(String agent, boolean ok, List<Check> checks) {
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
        json.put("agent", agent);
        json.put("ok", ok);
        json.put("checks", list);
        return json;
    }
}
