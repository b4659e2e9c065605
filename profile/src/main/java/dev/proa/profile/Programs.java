package dev.proa.profile;

import dev.proa.core.Where;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the file of a program before anything is started. */
final class Programs {
    private final Home home;
    private final Map<String, String> environment;
    private final Problems problems;

    Programs(Home home, Map<String, String> environment, Problems problems) {
        this.home = home;
        this.environment = environment;
        this.problems = problems;
    }

    /**
     * The program's file: as a path (a relative one is below {@code cwd}, where the sidecar runs)
     * if it has a slash, else on the search path.
     */
    Optional<Path> find(String program, Path cwd, String searchPath, Where where) {
        if (program.isBlank()) {
            problems.add(where, "the program's name is empty", "Write the program to start");
            return Optional.empty();
        }
        try {
            var name = home.expand(program);
            boolean path = name.indexOf('/') >= 0 || name.indexOf(File.separatorChar) >= 0;
            return path
                    ? atPath(cwd.resolve(name).normalize(), program, where)
                    : onSearchPath(name, searchPath, where);
        } catch (InvalidPathException _) {
            problems.add(where, Quoted.of(program) + " is not a path", "Correct it");
            return Optional.empty();
        }
    }

    private Optional<Path> atPath(Path file, String program, Where where) {
        if (!Files.exists(file)) {
            var called = file.toString().equals(program) ? program : program + " (" + file + ")";
            problems.add(where, "there is no " + called, "Install it or correct the path");
        } else if (Files.isDirectory(file)) {
            problems.add(where, file + " is a folder", "Give the program in it");
        } else if (!Files.isExecutable(file)) {
            problems.add(where, file + " is not executable", "Run chmod +x " + file);
        } else {
            return Optional.of(file);
        }
        return Optional.empty();
    }

    private Optional<Path> onSearchPath(String name, String searchPath, Where where) {
        for (var folder : searchPath.split(Pattern.quote(File.pathSeparator), -1)) {
            for (var candidate : candidates(name)) {
                // An empty or relative entry depends on the working folder, and is a trap there.
                var file = Path.of(folder).resolve(candidate);
                if (file.isAbsolute() && Files.isRegularFile(file) && Files.isExecutable(file)) {
                    return Optional.of(file);
                }
            }
        }
        problems.add(
                where,
                Quoted.of(name) + " is not on the PATH",
                "Install it or give an absolute path");
        return Optional.empty();
    }

    /** The name itself, and with the endings that Windows adds; PATHEXT is unset elsewhere. */
    private List<String> candidates(String name) {
        var endings = environment.getOrDefault("PATHEXT", "");
        List<String> names = new ArrayList<>(List.of(name));
        Arrays.stream(endings.split(";", -1))
                .filter(e -> !e.isEmpty())
                .forEach(e -> names.add(name + e));
        return names;
    }
}
