package dev.proa.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A folder with a Python server: a web framework among its requirements, and the code. */
final class PythonFolder {
    private static final int LARGEST = 256 * 1024;
    private static final Pattern ASGI =
            Pattern.compile(
                    "(?m)^(\\w+)(?:\\s*:\\s*\\w+)?\\s*=\\s*(?:FastAPI|Starlette|Quart|Litestar)\\(");
    private static final Pattern FLASK = Pattern.compile("(?m)^(\\w+)\\s*=\\s*Flask\\(");
    private static final Pattern RUNS = Pattern.compile("(?m)^if __name__ == [\"']__main__[\"']");
    private static final Pattern HEALTH =
            Pattern.compile("[\"'](/(?:api/)?(?:health/ready|healthz|readyz|health))[\"']");
    private static final List<String> MAINS = List.of("main.py", "app.py", "server.py", "run.py");

    private final Path app;
    private final Path at;
    private final Set<String> unread = new LinkedHashSet<>();

    PythonFolder(Path app, Path at) {
        this.app = app;
        this.at = at;
    }

    List<FoundPart> parts() {
        var parts = new ArrayList<>(found());
        if (!unread.isEmpty()) {
            parts.add(
                    new FoundPart.Hint(
                            AppSearch.relative(app, at),
                            "Python files that cannot be read (%s): what they serve is not in the manifest"
                                    .formatted(String.join(", ", unread))));
        }
        return parts;
    }

    private List<FoundPart> found() {
        var needs = requirements();
        if (needs.isEmpty()) {
            return List.of();
        }
        var asgi = first(ASGI);
        if (asgi.isPresent()) {
            return List.of(
                    server(
                            asgi.get(),
                            "an ASGI server (uvicorn)",
                            words(
                                    "-m",
                                    "uvicorn",
                                    asgi.get().name(),
                                    "--host",
                                    "127.0.0.1",
                                    "--port",
                                    "${port}"),
                            Map.of()));
        }
        var flask = first(FLASK);
        if (flask.isPresent()) {
            return List.of(
                    server(
                            flask.get(),
                            "a Flask server",
                            words(
                                    "-m",
                                    "flask",
                                    "--app",
                                    flask.get().name(),
                                    "run",
                                    "--host",
                                    "127.0.0.1",
                                    "--port",
                                    "${port}"),
                            Map.of()));
        }
        return main(needs.get()).stream().toList();
    }

    private Optional<FoundPart> main(String needs) {
        boolean aiohttp = needs.contains("aiohttp");
        var what = aiohttp ? "an aiohttp server" : "a Python program";
        return MAINS.stream()
                .filter(name -> RUNS.matcher(text(at.resolve(name))).find())
                .findFirst()
                .map(name ->
                        server(
                                new Source(at.resolve(name), name),
                                what + " that has to listen on the port in PORT",
                                words(name),
                                Map.of("PORT", "${port}", "HOST", "127.0.0.1")));
    }

    private FoundPart server(
            Source source, String what, List<String> command, Map<String, String> env) {
        var health = HEALTH.matcher(text(source.file()));
        return new FoundPart.Server(
                "backend",
                AppSearch.relative(app, at),
                what,
                command,
                env,
                health.find() ? Optional.of(health.group(1)) : Optional.empty(),
                false);
    }

    /** The folder's own interpreter if it has one, else the one on the PATH. */
    private List<String> words(String... words) {
        var command = new ArrayList<String>();
        command.add(
                Files.isExecutable(at.resolve(".venv/bin/python"))
                        ? "./.venv/bin/python"
                        : "python3");
        command.addAll(List.of(words));
        return command;
    }

    /** What it asks for, in small letters; empty if nothing says that it is a Python project. */
    private Optional<String> requirements() {
        var files = List.of("pyproject.toml", "requirements.txt", "Pipfile", "setup.py");
        var texts =
                files.stream()
                        .map(at::resolve)
                        .filter(Files::isRegularFile)
                        .map(file -> text(file).toLowerCase(Locale.ROOT))
                        .toList();
        return texts.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", texts));
    }

    /** A file with the name under which a server finds it, such as {@code app.main:app}. */
    private record Source(Path file, String name) {}

    private Optional<Source> first(Pattern pattern) {
        for (var file : sources()) {
            var match = pattern.matcher(text(file));
            if (match.find()) {
                var module =
                        AppSearch.relative(at, file)
                                .replaceFirst("\\.py$", "")
                                .replaceFirst("/__init__$", "")
                                .replace('/', '.');
                return Optional.of(new Source(file, module + ":" + match.group(1)));
            }
        }
        return Optional.empty();
    }

    /** The code in the folder and the packages directly in it, the usual names first. */
    private List<Path> sources() {
        return Stream.of(MAINS.stream().map(at::resolve), code(at), folders().flatMap(this::code))
                .flatMap(Function.identity())
                .filter(Files::isRegularFile)
                .distinct()
                .limit(200)
                .toList();
    }

    private Stream<Path> folders() {
        return entries(at).filter(Files::isDirectory);
    }

    private Stream<Path> code(Path folder) {
        return entries(folder).filter(file -> file.toString().endsWith(".py"));
    }

    /** What lies in a folder and is not hidden, in order. */
    private Stream<Path> entries(Path folder) {
        try (var entries = Files.list(folder)) {
            return entries
                    .filter(each -> !AppSearch.relative(at, each).startsWith("."))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException | UncheckedIOException _) {
            unread.add(AppSearch.relative(app, folder));
            return Stream.empty();
        }
    }

    private String text(Path file) {
        try {
            return Files.isRegularFile(file) && Files.size(file) <= LARGEST
                    ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    : "";
        } catch (IOException _) {
            unread.add(AppSearch.relative(app, file));
            return "";
        }
    }
}
