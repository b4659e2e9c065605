package dev.proa.gateway;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Every file that may be served, listed once: a request is looked up here and never in the file
 * system, so no path can lead out. Small files are held in memory as they were when they were
 * listed; what has changed on disk since is not seen before the folder is listed again.
 */
final class PageIndex {
    private static final long MAX_IN_MEMORY = 1024 * 1024;
    private static final long MAX_ALL_IN_MEMORY = 16 * 1024 * 1024;
    private static final long MAX_WRITTEN_INTO = 8 * 1024 * 1024;

    private final Map<String, PageFile> files;
    private final boolean spa;

    private PageIndex(Map<String, PageFile> files, boolean spa) {
        this.files = Map.copyOf(files);
        this.spa = spa;
    }

    /**
     * Lists the folder.
     *
     * @param now the moment of the listing: no file counts as modified later
     * @throws ProaException if it cannot be read
     */
    static PageIndex of(PageSource.Folder source, Instant now) {
        try {
            return new PageIndex(new Reading(source, now).files(), source.spa());
        } catch (IOException e) {
            throw new ProaException(
                    ExitCode.BAD_CONFIG,
                    new Problem(
                            Where.of(source.folder().toString()),
                            "the page's folder cannot be read (" + e + ")",
                            "Build the page, or correct ui.dir"),
                    e);
        }
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

    /** One listing on its way to an index. */
    private static final class Reading {
        private final SortedMap<String, DiskFile> listed;
        private final List<String> scripts;
        private final Instant now;
        private final Map<String, PageForm> plain = new HashMap<>();
        private long inMemory;

        Reading(PageSource.Folder source, Instant now) throws IOException {
            this.listed = PageListing.of(source.folder());
            this.scripts = source.policy().firstScripts();
            this.now = now;
        }

        Map<String, PageFile> files() throws IOException {
            for (var each : listed.entrySet()) {
                plain.put(each.getKey(), form(each.getKey(), each.getValue()));
            }
            var files = new HashMap<String, PageFile>();
            listed.forEach((path, file) -> files.put(path, file(path, file)));
            return files;
        }

        private PageForm form(String path, DiskFile file) throws IOException {
            if (writtenInto(path, file)) {
                return PageForm.ofMemory(Coding.IDENTITY, FirstScripts.into(bytes(file), scripts));
            }
            if (file.length() <= MAX_IN_MEMORY && inMemory + file.length() <= MAX_ALL_IN_MEMORY) {
                inMemory += file.length();
                return PageForm.ofMemory(Coding.IDENTITY, bytes(file));
            }
            return new PageForm(
                    Coding.IDENTITY,
                    file.length(),
                    ContentTag.of(file),
                    new PageForm.Source.Disk(file));
        }

        private boolean writtenInto(String path, DiskFile file) {
            return !scripts.isEmpty()
                    && PageTypes.document(PageTypes.of(path))
                    && file.length() <= MAX_WRITTEN_INTO;
        }

        private static byte[] bytes(DiskFile file) throws IOException {
            try (var in = file.read()) {
                return in.readAllBytes();
            }
        }

        private PageFile file(String path, DiskFile file) {
            var forms = new EnumMap<Coding, PageForm>(Coding.class);
            for (var coding : Coding.values()) {
                beforehand(path, file, coding).ifPresent(form -> forms.put(coding, form));
            }
            var modified = file.modified().toInstant();
            return new PageFile(
                    PageTypes.of(path),
                    // RFC 9110 section 8.8.2.1: never later than the answer.
                    (modified.isAfter(now) ? now : modified).truncatedTo(ChronoUnit.SECONDS),
                    LastingName.of(path),
                    forms);
        }

        /** What lies beside a file in compressed form, unless the file is the newer of the two. */
        private Optional<PageForm> beforehand(String path, DiskFile file, Coding coding) {
            var packed = listed.get(path + coding.suffix());
            var form = plain.get(path + coding.suffix());
            if (packed == null
                    || form == null
                    || (coding != Coding.IDENTITY && writtenInto(path, file))
                    || packed.modified().toInstant().isBefore(oldest(file))) {
                return Optional.empty();
            }
            return Optional.of(form.as(coding));
        }

        /** Tools that copy or unpack a folder write its files in any order. */
        private static Instant oldest(DiskFile file) {
            return file.modified().toInstant().minusSeconds(2);
        }
    }
}
