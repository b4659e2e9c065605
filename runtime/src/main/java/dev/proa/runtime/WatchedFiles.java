package dev.proa.runtime;

import dev.proa.profile.SidecarSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which files restart one sidecar: glob patterns relative to the app's folder. A pattern that names
 * a folder means everything in it, and {@code **} also stands for no folder at all. What lies in
 * the data folder, or in a folder that tools fill ({@code .git}, {@code node_modules}, {@code
 * __pycache__}, {@code target}), is left out unless a pattern names that folder.
 */
final class WatchedFiles {
    private static final Set<String> LEFT_OUT =
            Set.of(".git", "node_modules", "__pycache__", "target");
    private static final Pattern GLOB = Pattern.compile("[*?\\[\\]{}\\\\]");

    private final String sidecar;
    private final SidecarSpec.Watch watch;
    private final Path folder;
    private final Path data;
    private final List<PathMatcher> matchers;
    private final Set<String> leftOut = new LinkedHashSet<>(LEFT_OUT);
    private final Set<Path> roots = new LinkedHashSet<>();

    /**
     * Those of a sidecar.
     *
     * @param folder the app's, absolute
     * @param data what the app writes by itself, absolute
     */
    WatchedFiles(String sidecar, SidecarSpec.Watch watch, Path folder, Path data) {
        this.sidecar = sidecar;
        this.watch = watch;
        this.folder = folder.normalize();
        this.data = data.normalize();
        this.matchers = watch.paths().stream().flatMap(path -> matchers(path).stream()).toList();
        for (var path : watch.paths()) {
            leftOut.removeAll(List.of(path.split("/", -1)));
            roots.add(root(path));
        }
    }

    private List<PathMatcher> matchers(String path) {
        var forms = new LinkedHashSet<String>();
        var plain = path.replaceFirst("^(\\./)+", "").replaceFirst("/+$", "");
        forms.add(plain);
        forms.add(plain.replace("/**/", "/"));
        if (plain.startsWith("**/")) {
            forms.add(plain.substring(3));
            forms.add(plain.substring(3).replace("/**/", "/"));
        }
        List.copyOf(forms).forEach(form -> forms.add(form + "/**"));
        var files = folder.getFileSystem();
        return forms.stream().map(form -> files.getPathMatcher("glob:" + form)).toList();
    }

    /** The nearest folder that is there of those under which a pattern can match. */
    private Path root(String path) {
        var root = folder;
        for (var name : path.split("/", -1)) {
            if (GLOB.matcher(name).find()) {
                break;
            }
            root = root.resolve(name).normalize();
        }
        while (!Files.isDirectory(root) && !root.equals(folder) && root.getParent() != null) {
            root = root.getParent();
        }
        return root;
    }

    String sidecar() {
        return sidecar;
    }

    Duration debounce() {
        return watch.debounce();
    }

    /** The folders below which files can match; what is missing of them may be made later. */
    Set<Path> roots() {
        return roots;
    }

    /** Whether files in this folder or below it can match. */
    boolean enters(Path path) {
        return !path.startsWith(data)
                && roots.stream().anyMatch(path::startsWith)
                && path(path).stream().noneMatch(leftOut::contains);
    }

    /** Whether a change of this file restarts the sidecar. */
    boolean matches(Path file) {
        if (file.startsWith(data) || path(file).stream().anyMatch(leftOut::contains)) {
            return false;
        }
        var relative = folder.relativize(file);
        return matchers.stream().anyMatch(matcher -> matcher.matches(relative));
    }

    /** The names on the way to it, as far as they lie below the app's folder. */
    private List<String> path(Path path) {
        var names = new ArrayList<String>();
        if (path.startsWith(folder)) {
            folder.relativize(path).forEach(name -> names.add(name.toString()));
        }
        return names;
    }
}
