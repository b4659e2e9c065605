package dev.proa.gateway;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * Every file that may be served, listed once: a request is looked up here and never in the file
 * system, so no path can lead out. Links, dotfiles and folders are not listed.
 */
final class PageIndex {
    private static final long MAX_IN_MEMORY = 1024 * 1024;
    private static final long MAX_ALL_IN_MEMORY = 16 * 1024 * 1024;
    private static final int MIN_COMPRESSED = 512;
    private static final Pattern HASHED = Pattern.compile(".*[-.][A-Za-z0-9_-]{8,}\\.[a-z0-9]+");
    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("html", "text/html; charset=utf-8"),
                    Map.entry("htm", "text/html; charset=utf-8"),
                    Map.entry("js", "text/javascript; charset=utf-8"),
                    Map.entry("mjs", "text/javascript; charset=utf-8"),
                    Map.entry("css", "text/css; charset=utf-8"),
                    Map.entry("json", "application/json"),
                    Map.entry("map", "application/json"),
                    Map.entry("webmanifest", "application/manifest+json"),
                    Map.entry("txt", "text/plain; charset=utf-8"),
                    Map.entry("md", "text/plain; charset=utf-8"),
                    Map.entry("xml", "application/xml"),
                    Map.entry("svg", "image/svg+xml"),
                    Map.entry("png", "image/png"),
                    Map.entry("jpg", "image/jpeg"),
                    Map.entry("jpeg", "image/jpeg"),
                    Map.entry("gif", "image/gif"),
                    Map.entry("webp", "image/webp"),
                    Map.entry("avif", "image/avif"),
                    Map.entry("ico", "image/x-icon"),
                    Map.entry("woff", "font/woff"),
                    Map.entry("woff2", "font/woff2"),
                    Map.entry("ttf", "font/ttf"),
                    Map.entry("wasm", "application/wasm"),
                    Map.entry("mp3", "audio/mpeg"),
                    Map.entry("wav", "audio/wav"),
                    Map.entry("mp4", "video/mp4"),
                    Map.entry("webm", "video/webm"),
                    Map.entry("pdf", "application/pdf"));

    private final Map<String, PageFile> files;
    private final boolean spa;

    private PageIndex(Map<String, PageFile> files, boolean spa) {
        this.files = Map.copyOf(files);
        this.spa = spa;
    }

    static PageIndex empty() {
        return new PageIndex(Map.of(), false);
    }

    /**
     * Reads the folder.
     *
     * @throws ProaException if it cannot be read
     */
    static PageIndex of(Path folder, boolean spa) {
        var files = new HashMap<String, PageFile>();
        try {
            var root = folder.toRealPath();
            Files.walkFileTree(root, new Lister(root, files));
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.BAD_CONFIG,
                    new Problem(
                            Where.of(folder.toString()),
                            "the page's folder cannot be read (" + e + ")",
                            "Build the page, or correct ui.dir"),
                    e);
        }
        return new PageIndex(files, spa);
    }

    /** The file at these decoded segments; {@code index.html} stands for its folder at the top. */
    Optional<PageFile> find(List<String> segments) {
        if (segments.stream().anyMatch(segment -> segment.indexOf('/') >= 0)) {
            return Optional.empty();
        }
        var path = String.join("/", segments);
        return Optional.ofNullable(files.get(path.isEmpty() ? "index.html" : path));
    }

    /** What answers a path that is no file: the document, if the page does its own routing. */
    Optional<PageFile> fallback(List<String> segments) {
        // A name with a suffix is a file that is missing, not a place in the page.
        return spa && segments.getLast().indexOf('.') < 0
                ? Optional.ofNullable(files.get("index.html"))
                : Optional.empty();
    }

    private static final class Lister extends SimpleFileVisitor<Path> {
        private final Path root;
        private final Map<String, PageFile> files;
        private long inMemory;

        Lister(Path root, Map<String, PageFile> files) {
            this.root = root;
            this.files = files;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return !folder.equals(root) && hidden(folder)
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            if (attributes.isRegularFile() && !hidden(file)) {
                var path = root.relativize(file).toString().replace('\\', '/');
                var size = attributes.size();
                var small = size <= MAX_IN_MEMORY && inMemory + size <= MAX_ALL_IN_MEMORY;
                inMemory += small ? size : 0;
                files.put(path, small ? inMemory(path, file) : onDisk(path, file, size));
            }
            return FileVisitResult.CONTINUE;
        }

        private static boolean hidden(Path path) {
            var name = path.getFileName();
            return name == null || name.toString().startsWith(".");
        }
    }

    private static boolean lasting(String path) {
        return path.startsWith("assets/") && HASHED.matcher(path).matches();
    }

    private static PageFile onDisk(String path, Path file, long size) throws IOException {
        return new PageFile(
                file,
                type(path),
                size,
                Optional.empty(),
                Optional.empty(),
                hash(file),
                lasting(path));
    }

    private static PageFile inMemory(String path, Path file) throws IOException {
        var content = Files.readAllBytes(file);
        return new PageFile(
                file,
                type(path),
                content.length,
                Optional.of(content),
                compressed(type(path), content),
                HexFormat.of().formatHex(sha256().digest(content), 0, 16),
                lasting(path));
    }

    private static String type(String path) {
        var suffix = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(suffix, "application/octet-stream");
    }

    private static Optional<byte[]> compressed(String type, byte[] content) throws IOException {
        var worth =
                type.startsWith("text/")
                        || type.contains("json")
                        || type.contains("xml")
                        || type.contains("wasm");
        if (!worth || content.length < MIN_COMPRESSED) {
            return Optional.empty();
        }
        var out = new ByteArrayOutputStream(content.length / 2);
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.size() < content.length ? Optional.of(out.toByteArray()) : Optional.empty();
    }

    private static String hash(Path file) throws IOException {
        var digest = sha256();
        try (var in = Files.newInputStream(file)) {
            var buffer = new byte[64 * 1024];
            for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
