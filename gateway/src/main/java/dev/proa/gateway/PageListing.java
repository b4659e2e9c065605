package dev.proa.gateway;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds the files of a folder that may be served: no links, no dotfiles, nothing below those. */
final class PageListing extends SimpleFileVisitor<Path> {
    private static final int MOST = 100_000;

    private final Path root;
    private final SortedMap<String, DiskFile> files = new TreeMap<>();

    private PageListing(Path root) {
        this.root = root;
    }

    /** By their paths below the folder, with slashes. */
    static SortedMap<String, DiskFile> of(Path folder) throws IOException {
        var root = folder.toRealPath();
        var listing = new PageListing(root);
        Files.walkFileTree(root, listing);
        return listing.files;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        return !folder.equals(root) && hidden(folder)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        if (attributes.isRegularFile() && !hidden(file)) {
            if (files.size() == MOST) {
                throw new IOException("it holds more than " + MOST + " files");
            }
            files.put(
                    root.relativize(file).toString().replace('\\', '/'),
                    DiskFile.of(file, attributes));
        }
        return FileVisitResult.CONTINUE;
    }

    private static boolean hidden(Path path) {
        var name = path.getFileName();
        return name == null || name.toString().startsWith(".");
    }
}
