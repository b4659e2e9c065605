package dev.proa.runtime;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Chromium-like browser of this machine that can show a page as an app window ({@code --app}).
 */
public final class Browser {
    private static final List<String> NAMES =
            List.of(
                    "chromium",
                    "chromium-browser",
                    "google-chrome",
                    "google-chrome-stable",
                    "microsoft-edge",
                    "microsoft-edge-stable",
                    "brave-browser");

    private final Path program;

    private Browser(Path program) {
        this.program = program;
    }

    /** The first one found on the PATH; {@code PROA_BROWSER} names another. */
    public static Optional<Browser> find(Map<String, String> environment) {
        var named = environment.getOrDefault("PROA_BROWSER", "");
        if (!named.isEmpty()) {
            return Optional.of(Path.of(named)).filter(Files::isExecutable).map(Browser::new);
        }
        return NAMES.stream()
                .flatMap(name ->
                        List.of(environment.getOrDefault("PATH", "").split(":")).stream()
                                .filter(folder -> folder.startsWith("/"))
                                .map(folder -> Path.of(folder, name)))
                .filter(path -> Files.isRegularFile(path) && Files.isExecutable(path))
                .findFirst()
                .map(Browser::new);
    }

    /** Whether a window can be shown at all. */
    public static boolean screen(Map<String, String> environment) {
        return !environment.getOrDefault("DISPLAY", "").isEmpty()
                || !environment.getOrDefault("WAYLAND_DISPLAY", "").isEmpty();
    }

    public Path program() {
        return program;
    }

    /**
     * The command that shows {@code page} in a window of its own and ends when it is closed.
     *
     * @param userData the folder of a browser profile that nothing else uses
     */
    List<String> command(URI page, Path userData, int width, int height, boolean root) {
        var command =
                new ArrayList<>(
                        List.of(
                                program.toString(),
                                "--app=" + page,
                                "--user-data-dir=" + userData,
                                "--window-size=" + width + "," + height,
                                "--no-first-run",
                                "--no-default-browser-check",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync"));
        if (root) {
            command.add("--no-sandbox"); // Chromium refuses to start as root otherwise
        }
        return command;
    }
}
