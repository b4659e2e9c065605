package dev.proa.runtime;

import dev.proa.core.Redaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a sidecar's log file for people: its last lines, then what is appended, over rotations,
 * without secrets. Not thread-safe.
 */
public final class LogReader {
    /**
     * At most this much of a file is looked at for its last lines, and taken at once when
     * following.
     */
    private static final int WINDOW = 1024 * 1024;

    private final Path file;
    private final Redaction redaction;
    private long position;
    private @Nullable Object identity;

    /** Reads {@code <data_dir>/logs/<sidecar>.log}; the file may not exist yet. */
    public LogReader(Path file) {
        this(file, new Redaction());
    }

    /** The same, with what is known to be secret. */
    LogReader(Path file, Redaction redaction) {
        this.file = file;
        this.redaction = redaction;
    }

    /** The logs of a data folder, by sidecar name. */
    public static List<Path> in(Path dataFolder) throws IOException {
        var logs = dataFolder.resolve("logs");
        if (!Files.isDirectory(logs)) {
            return List.of();
        }
        try (var files = Files.list(logs)) {
            return files.filter(path -> path.getFileName().toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * The last lines, oldest first, an unfinished one included; later {@link #more()} goes on
     * behind them.
     */
    public List<String> last(int lines) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            identity = identity();
            long size = channel.size();
            long from = Math.max(0, size - WINDOW);
            var bytes = read(channel, from, (int) (size - from));
            position = from + bytes.length;
            var all = split(bytes);
            return List.copyOf(all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** The lines finished since the last call. */
    public List<String> more() throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            var now = identity();
            if (!Objects.equals(now, identity) || channel.size() < position) {
                identity = now; // rotated: begin with the new file
                position = 0;
            }
            var bytes = read(channel, position, (int) Math.min(WINDOW, channel.size() - position));
            int end = lastLineEnd(bytes);
            if (end == 0 && bytes.length == WINDOW) {
                end = bytes.length; // a line longer than the window is shown in pieces
            }
            position += end;
            return split(java.util.Arrays.copyOf(bytes, end));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private @Nullable Object identity() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private static byte[] read(SeekableByteChannel channel, long from, int length)
            throws IOException {
        var bytes = ByteBuffer.allocate(length);
        channel.position(from);
        int got = 0;
        while (bytes.hasRemaining() && got >= 0) {
            got = channel.read(bytes);
        }
        return java.util.Arrays.copyOf(bytes.array(), bytes.position());
    }

    private static int lastLineEnd(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private List<String> split(byte[] bytes) {
        var lines = new ArrayList<String>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                lines.add(redaction.of(LogText.shown(bytes, start, i)));
                start = i + 1;
            }
        }
        if (start < bytes.length) {
            lines.add(redaction.of(LogText.shown(bytes, start, bytes.length)));
        }
        return lines;
    }
}
