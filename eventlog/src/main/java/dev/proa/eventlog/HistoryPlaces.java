package dev.proa.eventlog;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The folders that agents keep their histories in.
 *
 * @param claude folders of Claude Code's transcripts, each with its files at any depth
 * @param codex folders of Codex's rollouts
 */
public record HistoryPlaces(List<Path> claude, List<Path> codex) {
    /** Nowhere. */
    public static final HistoryPlaces NONE = new HistoryPlaces(List.of(), List.of());

    public HistoryPlaces {
        claude = List.copyOf(claude);
        codex = List.copyOf(codex);
    }

    /**
     * As the agents find them: {@code CLAUDE_CONFIG_DIR}, which may be several with commas between
     * them, else {@code ~/.claude} and {@code ~/.config/claude}; {@code CODEX_HOME}, else {@code
     * ~/.codex}. Without {@code HOME} there are no folders but those that are named.
     */
    public static HistoryPlaces of(Map<String, String> environment) {
        var home = environment.get("HOME");
        var claude = new ArrayList<Path>();
        var named = environment.getOrDefault("CLAUDE_CONFIG_DIR", "");
        for (var part : named.split(",", -1)) {
            add(claude, part.strip(), "projects");
        }
        if (claude.isEmpty() && home != null) {
            add(claude, home, ".config/claude/projects");
            add(claude, home, ".claude/projects");
        }
        var codex = new ArrayList<Path>();
        add(codex, environment.getOrDefault("CODEX_HOME", ""), "sessions");
        add(codex, environment.getOrDefault("CODEX_HOME", ""), "archived_sessions");
        if (codex.isEmpty() && home != null) {
            add(codex, home, ".codex/sessions");
            add(codex, home, ".codex/archived_sessions");
        }
        return new HistoryPlaces(claude, codex);
    }

    private static void add(List<Path> to, @Nullable String folder, String below) {
        if (folder == null || folder.isEmpty()) {
            return;
        }
        try {
            var path = Path.of(folder).resolve(below);
            if (path.isAbsolute()) {
                to.add(path.normalize());
            }
        } catch (InvalidPathException e) {
            return; // no folder has such a name
        }
    }

    List<Path> of(HistorySource source) {
        return switch (source) {
            case CLAUDE -> claude;
            case CODEX -> codex;
        };
    }
}
