package dev.proa.runtime;

import dev.proa.core.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * A copy of what Proa keeps in a data folder, made before its form changes: {@code
 * runtime/backup/form-N}. One that is there is whole, and from before the first attempt, so it is
 * never made again.
 */
final class FormBackup {
    /** What is only true of one run. */
    private static final Set<String> OF_A_RUN = Set.of("backup", "lock", "instance.json");

    /** What a browser can fetch or make again. */
    private static final Set<String> CACHES =
            Set.of(
                    "Cache",
                    "Code Cache",
                    "GPUCache",
                    "DawnCache",
                    "DawnGraphiteCache",
                    "DawnWebGPUCache",
                    "GrShaderCache",
                    "GraphiteDawnCache",
                    "ShaderCache");

    private final Path folder;
    private final Path whole;
    private final Path partial;

    FormBackup(Path folder, int form) {
        this.folder = folder;
        var backups = folder.resolve("runtime").resolve("backup");
        this.whole = backups.resolve("form-" + form);
        this.partial = backups.resolve("form-" + form + ".partial");
    }

    Path path() {
        return whole;
    }

    void make() throws IOException {
        if (Files.isDirectory(whole)) {
            return;
        }
        delete(partial);
        AtomicFile.ownFolder(partial.resolveSibling(""));
        AtomicFile.ownFolder(partial);
        copy(folder.resolve("runtime"), partial.resolve("runtime"));
        if (Files.isDirectory(folder.resolve("window"))) {
            copy(folder.resolve("window"), partial.resolve("window"));
        }
        Files.move(partial, whole);
    }

    private boolean leftOut(Path each) {
        var name = each.getFileName().toString();
        return CACHES.contains(name)
                || (OF_A_RUN.contains(name) && each.startsWith(folder.resolve("runtime")));
    }

    private void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes facts)
                            throws IOException {
                        if (leftOut(each)) {
                            return FileVisitResult.SKIP_SUBTREE;
                        }
                        AtomicFile.ownFolder(to.resolve(from.relativize(each)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path each, BasicFileAttributes facts)
                            throws IOException {
                        // Links and sockets of a browser lead to processes that are gone.
                        if (facts.isRegularFile() && !leftOut(each)) {
                            var copied = Files.copy(each, to.resolve(from.relativize(each)));
                            try (var written = FileChannel.open(copied, StandardOpenOption.WRITE)) {
                                written.force(true);
                            }
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path each, BasicFileAttributes facts)
                            throws IOException {
                        Files.delete(each);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path each, @org.jspecify.annotations.Nullable IOException failure)
                            throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.delete(each);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
