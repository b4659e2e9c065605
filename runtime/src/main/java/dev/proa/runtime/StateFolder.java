package dev.proa.runtime;

import dev.proa.core.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code ${XDG_STATE_HOME:-~/.local/state}/proa}: what is found without knowing a data folder. It
 * holds one file per running instance that names its data folder, and per app the address at which
 * hooks reach the ingest.
 */
public final class StateFolder {
    private final Path folder;

    private StateFolder(Path folder) {
        this.folder = folder;
    }

    /** The folder of the user whose environment this is. */
    public static StateFolder of(Map<String, String> environment, Path home) {
        var xdg = environment.getOrDefault("XDG_STATE_HOME", "");
        // XDG Base Directory Specification: a relative path is invalid and ignored.
        var state = xdg.startsWith("/") ? Path.of(xdg) : home.resolve(".local/state");
        return new StateFolder(state.resolve("proa"));
    }

    /**
     * The file that tells hooks of {@code appId} where to send events: one line, a URL without a
     * slash.
     */
    public Path ingestUrlFile(String appId) {
        return folder.resolve(appId).resolve("ingest-url");
    }

    /** What belongs to one app. */
    Path folder(String appId) {
        return folder.resolve(appId);
    }

    /** Where bug reports are written. */
    public Path reports() {
        return folder.resolve("reports");
    }

    Optional<String> ingestUrl(String appId) throws IOException {
        try {
            return Optional.of(Files.readString(ingestUrlFile(appId)).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    void announceIngest(String appId, String url) throws IOException {
        var file = ingestUrlFile(appId);
        AtomicFile.ownFolder(folder);
        AtomicFile.ownFolder(folder.resolve(appId));
        new AtomicFile(file).write((url + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Takes the address back, unless someone else has announced another one since. */
    void withdrawIngest(String appId, String url) throws IOException {
        if (ingestUrl(appId).filter(url::equals).isPresent()) {
            Files.deleteIfExists(ingestUrlFile(appId));
        }
    }

    void register(String instance, Path dataFolder) throws IOException {
        AtomicFile.ownFolder(folder);
        var instances = AtomicFile.ownFolder(folder.resolve("instances"));
        new AtomicFile(instances.resolve(instance))
                .write((dataFolder + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void unregister(String instance) throws IOException {
        Files.deleteIfExists(folder.resolve("instances").resolve(instance));
    }

    /**
     * The data folders of instances that were registered and, as far as their files tell, have not
     * ended.
     */
    List<Path> dataFolders() throws IOException {
        var found = new ArrayList<Path>();
        var instances = folder.resolve("instances");
        if (!Files.isDirectory(instances)) {
            return found;
        }
        try (var entries =
                Files.newDirectoryStream(
                        instances, entry -> !entry.getFileName().toString().startsWith("."))) {
            for (var entry : entries) {
                var dataFolder = Path.of(Files.readString(entry).strip());
                var current = InstanceFile.read(dataFolder);
                if (current.isPresent()
                        && current.get().instance().equals(entry.getFileName().toString())) {
                    found.add(dataFolder);
                } else {
                    Files.deleteIfExists(entry); // left behind by a crash
                }
            }
        }
        return found;
    }
}
