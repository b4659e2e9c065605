package dev.proa.cli;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Installs and removes the exporters of Codex. */
final class CodexHooks {
    private static final URI USUAL = URI.create("http://127.0.0.1:3141");

    private final HooksCommand command;
    private final HookPlaces places;
    private final boolean json;

    CodexHooks(HooksCommand command, HookPlaces places, boolean json) {
        this.command = command;
        this.places = places;
        this.json = json;
    }

    /**
     * Where the exporters have to send: what AGENTMONITOR_URL says, else the usual port. The
     * discovery file is not asked: a port that is free today is another's tomorrow, and Codex reads
     * its settings only when a session starts.
     */
    static URI target(HookPlaces places) {
        var ingest = HookIngest.of(places);
        return ingest.from().equals("AGENTMONITOR_URL") && ingest.uri() != null
                ? ingest.uri()
                : USUAL;
    }

    int install(boolean print) {
        var before = SettingsFile.read(places.codex());
        var after = CodexConfig.install(places.codex().toString(), before.text(), target(places));
        return finish(
                print,
                before,
                after,
                "Codex reports to the agent monitor from its next session on.",
                "The exporters are installed already; nothing was changed.",
                "  settings  " + places.codex(),
                "  sends to  " + target(places));
    }

    int uninstall(boolean print) {
        var before = SettingsFile.read(places.codex());
        var after = CodexConfig.uninstall(places.codex().toString(), before.text());
        return finish(
                print,
                before,
                after,
                "The exporters were taken out of " + places.codex() + ".",
                "No exporters of ours are in " + places.codex() + "; nothing was changed.");
    }

    private int finish(
            boolean print,
            SettingsFile before,
            String after,
            String done,
            String nothing,
            String... details) {
        if (print) {
            show(after);
            return 0;
        }
        var changed = !after.equals(before.text());
        var now = command.clock().instant();
        var backup =
                !changed
                        ? null
                        : after.isEmpty() && !wasEmpty(before)
                                ? before.delete(now)
                                : before.replace(after, now);
        report(changed, backup, changed ? done : nothing, details);
        return 0;
    }

    /** Whether an empty file was there before the exporters came. */
    private static boolean wasEmpty(SettingsFile file) {
        return file.backups().stream().anyMatch(copy -> copy.text().isEmpty());
    }

    private void show(String after) {
        if (json) {
            var shown = new LinkedHashMap<String, Object>();
            shown.put("settings", places.codex().toString());
            shown.put("content", after);
            command.printJson(shown);
        } else {
            command.out().print(after);
            command.out().flush();
        }
    }

    private void report(
            boolean changed, @Nullable Path backup, String sentence, String... details) {
        if (json) {
            var said = new LinkedHashMap<String, @Nullable Object>();
            said.put("agent", "codex");
            said.put("settings", places.codex().toString());
            said.put("changed", changed);
            said.put("backup", backup == null ? null : backup.toString());
            command.printJson(said);
            return;
        }
        command.out().println(sentence);
        List.of(details).forEach(command.out()::println);
        if (backup != null) {
            command.out().println("  backup    " + backup);
        }
    }
}
