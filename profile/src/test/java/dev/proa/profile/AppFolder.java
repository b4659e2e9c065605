package dev.proa.profile;

import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An app's folder with a page, a folder {@code backend} and two programs, and its surroundings. */
final class AppFolder {
    final Path base;
    final Path folder;
    final Path home;
    final Map<String, String> environment = new HashMap<>();
    final Map<String, String> flags = new HashMap<>();

    AppFolder(Path base) throws IOException {
        this.base = base.toRealPath();
        folder = Files.createDirectories(this.base.resolve("app"));
        home = Files.createDirectories(this.base.resolve("home"));
        Files.createDirectories(folder.resolve("web/empty"));
        Files.createDirectories(folder.resolve("backend"));
        Files.writeString(folder.resolve("web/index.html"), "<!doctype html>");
        Files.writeString(folder.resolve("backend/plain.txt"), "not a program");
        program("bin/serve");
        program("backend/run.sh");
        environment.put("PATH", this.base.resolve("app/bin").toString());
    }

    Path program(String name) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("x").getParent());
        Files.writeString(file, "#!/bin/sh\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + file + " executable");
        }
        return file;
    }

    AppFolder manifest(String text) {
        return write("proa.yaml", text);
    }

    AppFolder write(String name, String text) {
        try {
            var file = folder.resolve(name);
            Files.createDirectories(file.resolveSibling("x").getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Profile load() {
        return ProfileLoader.load(new Profile.Sources(folder, flags, environment, home));
    }

    /** The problems, one a line, with the changing folder written as {@code BASE}. */
    List<String> problems() {
        try {
            load();
            return List.of();
        } catch (ProaException e) {
            return e.problems().stream().map(Problem::toString).map(this::withoutBase).toList();
        }
    }

    String withoutBase(String text) {
        return text.replace(base.toString(), "BASE");
    }
}
