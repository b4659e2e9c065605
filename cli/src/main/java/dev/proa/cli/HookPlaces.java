package dev.proa.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the hooks of one user live.
 *
 * @param settings Claude Code's settings
 * @param codex the settings of Codex
 * @param program the installed hook program, outside any build folder
 * @param state the agent monitor's state folder, with {@code ingest-url} and {@code spool/}
 * @param address what AGENTMONITOR_URL says; empty if it is not set
 * @param path the PATH to look for Claude Code on
 * @param env the environment all that comes from
 */
record HookPlaces(
        Path home,
        Path settings,
        Path codex,
        Path program,
        Path state,
        String address,
        String path,
        Map<String, String> env) {
    static HookPlaces of(Map<String, String> env, @Nullable Path settings) {
        var home = absolute(env, "HOME", Path.of(System.getProperty("user.home")));
        var config = env.getOrDefault("CLAUDE_CONFIG_DIR", "");
        var folder = config.isEmpty() ? home.resolve(".claude") : Path.of(config);
        var chosen = settings == null ? folder.resolve("settings.json") : settings;
        var codexHome = absolute(env, "CODEX_HOME", home.resolve(".codex"));
        var codex = settings == null ? codexHome.resolve("config.toml") : settings;
        var data = absolute(env, "XDG_DATA_HOME", home.resolve(".local/share"));
        var state = absolute(env, "XDG_STATE_HOME", home.resolve(".local/state"));
        return new HookPlaces(
                home,
                chosen.toAbsolutePath().normalize(),
                codex.toAbsolutePath().normalize(),
                data.resolve("proa/hooks/proa-hook"),
                state.resolve("proa/dev.proa.agent-monitor"),
                env.getOrDefault("AGENTMONITOR_URL", ""),
                env.getOrDefault("PATH", ""),
                env);
    }

    /** Those of a hook whose agent adds {@code more} to its environment. */
    HookPlaces with(Map<String, String> more) {
        var all = new HashMap<>(env);
        all.putAll(more);
        var hooked = of(all, settings);
        return new HookPlaces(
                home, settings, codex, program, hooked.state, hooked.address, path, all);
    }

    /** XDG Base Directory: a relative path is ignored. */
    private static Path absolute(Map<String, String> env, String name, Path otherwise) {
        var value = env.getOrDefault(name, "");
        return value.startsWith("/") ? Path.of(value) : otherwise;
    }
}
