package dev.proa.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Looks through a folder and its direct subfolders for what an app is made of. */
final class AppSearch {
    private static final Set<String> OTHERS =
            Set.of("node_modules", "target", "__pycache__", "venv", "test", "tests", "docs");

    /** Where builds of pages usually lie, the likeliest first. */
    private static final List<String> BUILT = List.of("dist", "build", "out", "public", "static");

    private final Path folder;

    AppSearch(Path folder) {
        this.folder = folder;
    }

    /** What was found: pages first, then servers with names of their own, then hints. */
    List<FoundPart> parts() {
        List<FoundPart> parts = new ArrayList<>();
        for (var at : folders()) {
            parts.addAll(new NodeFolder(folder, at).parts());
            parts.addAll(new PythonFolder(folder, at).parts());
        }
        boolean page = parts.stream().anyMatch(AppSearch::servesPages);
        if (!page) {
            staticPage(parts.isEmpty()).ifPresent(parts::addFirst);
        }
        return named(parts);
    }

    static boolean servesPages(FoundPart part) {
        return switch (part) {
            case FoundPart.Page _ -> true;
            case FoundPart.Server server -> server.page();
            case FoundPart.Hint _ -> false;
        };
    }

    private java.util.Optional<FoundPart> staticPage(boolean nothingElse) {
        var candidates =
                folders().stream()
                        .flatMap(at ->
                                Stream.concat(
                                        BUILT.stream().map(at::resolve),
                                        at.equals(folder) && !nothingElse
                                                ? Stream.empty()
                                                : Stream.of(at)));
        return candidates
                .filter(at -> Files.isRegularFile(at.resolve("index.html")))
                .findFirst()
                .map(at ->
                        new FoundPart.Page(relative(folder, at), "a page of plain files", false));
    }

    /** The folder itself and those directly below it, in the order of their names. */
    private List<Path> folders() {
        try (var below = Files.list(folder)) {
            var folders =
                    below.filter(at -> Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS))
                            .filter(at -> !relative(folder, at).startsWith("."))
                            .filter(at -> !OTHERS.contains(relative(folder, at)))
                            .sorted();
            return Stream.concat(Stream.of(folder), folders).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of a built page below {@code at}, if there is one. */
    static java.util.Optional<Path> built(Path at) {
        return BUILT.stream()
                .map(at::resolve)
                .filter(dir -> Files.isRegularFile(dir.resolve("index.html")))
                .findFirst();
    }

    static String relative(Path folder, Path at) {
        var text = folder.relativize(at).toString().replace('\\', '/');
        return text.isEmpty() ? "." : text;
    }

    /** Two servers of one name are told apart by a number. */
    private static List<FoundPart> named(List<FoundPart> parts) {
        Map<String, Integer> seen = new LinkedHashMap<>();
        return parts.stream()
                .map(part -> part instanceof FoundPart.Server s ? named(s, seen) : part)
                .toList();
    }

    private static FoundPart named(FoundPart.Server s, Map<String, Integer> seen) {
        int count = seen.merge(s.id(), 1, Integer::sum);
        var id = count == 1 ? s.id() : s.id() + count;
        return new FoundPart.Server(
                id, s.folder(), s.what(), s.command(), s.env(), s.ready(), s.page());
    }
}
