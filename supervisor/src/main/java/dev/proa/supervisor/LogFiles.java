package dev.proa.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The names of one sidecar's log: {@code NAME.log} is written now, {@code NAME.log.turned.N} waits
 * to be packed (the highest N is the newest), {@code NAME.log.packed.N} is that one packed but not
 * yet in its place, and {@code NAME.log.1.gz} is the newest of the older ones.
 *
 * @param file the one that is written now; it may not exist
 */
public record LogFiles(Path file) {
    private static final String LOG = ".log";

    /** The log of a sidecar in a data folder. */
    public static LogFiles of(Path dataFolder, String sidecar) {
        return new LogFiles(dataFolder.resolve("logs").resolve(sidecar + LOG));
    }

    /** Everything that has a log in a data folder, by name. */
    public static List<LogFiles> in(Path dataFolder) throws IOException {
        var logs = dataFolder.resolve("logs");
        if (!Files.isDirectory(logs)) {
            return List.of();
        }
        var names = new TreeSet<String>();
        try (var files = Files.newDirectoryStream(logs)) {
            for (var path : files) {
                var name = path.getFileName().toString();
                int end = name.indexOf(LOG);
                if (end > 0 && (name.length() == end + 4 || name.charAt(end + 4) == '.')) {
                    names.add(name.substring(0, end));
                }
            }
        }
        return names.stream().map(name -> of(dataFolder, name)).toList();
    }

    /** The sidecar's name. */
    public String sidecar() {
        var name = file.getFileName().toString();
        return name.substring(0, name.length() - LOG.length());
    }

    /** All that is kept, oldest first. */
    public List<LogPart> parts() throws IOException {
        var old = new TreeMap<Long, LogPart>();
        for (long number : gzipped()) {
            old.put(-number, new LogPart(gz(number), true));
        }
        var parts = new ArrayList<>(old.values());
        var waiting = new TreeMap<Long, LogPart>();
        for (long number : turned()) {
            waiting.put(number, new LogPart(turned(number), false));
        }
        for (long number : packed()) { // the same bytes as the turned one of its number
            waiting.put(number, new LogPart(packed(number), true));
        }
        parts.addAll(waiting.values());
        if (Files.exists(file)) {
            parts.add(new LogPart(file, false));
        }
        return List.copyOf(parts);
    }

    NavigableSet<Long> gzipped() throws IOException {
        return numbers(".", ".gz");
    }

    NavigableSet<Long> turned() throws IOException {
        return numbers(".turned.", "");
    }

    NavigableSet<Long> packed() throws IOException {
        return numbers(".packed.", "");
    }

    private NavigableSet<Long> numbers(String before, String after) throws IOException {
        var start = file.getFileName() + before;
        var numbers = new TreeSet<Long>();
        try (var files = Files.newDirectoryStream(folder())) {
            for (var path : files) {
                var name = path.getFileName().toString();
                if (name.startsWith(start)
                        && name.endsWith(after)
                        && name.length() > start.length() + after.length()) {
                    var middle = name.substring(start.length(), name.length() - after.length());
                    if (middle.matches("[1-9][0-9]{0,17}")) {
                        numbers.add(Long.parseLong(middle));
                    }
                }
            }
        }
        return numbers;
    }

    private Path folder() {
        return LogTimes.parent(file);
    }

    Path turned(long number) {
        return file.resolveSibling(file.getFileName() + ".turned." + number);
    }

    Path packed(long number) {
        return file.resolveSibling(file.getFileName() + ".packed." + number);
    }

    Path packing() {
        return file.resolveSibling(file.getFileName() + ".packing");
    }

    Path gz(long number) {
        return file.resolveSibling(file.getFileName() + "." + number + ".gz");
    }

    /** Where the times of its parts lie: outside the folder of the logs. */
    Path times() {
        return folder().resolveSibling("runtime").resolve("log-times").resolve(sidecar());
    }
}
