package dev.proa.cli;

import dev.proa.runtime.LogLine;
import dev.proa.runtime.LogReader;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The lines of several logs in the order of their times; it holds one line of each. */
final class MergedLogs implements AutoCloseable {
    /** A line, and whose. */
    record Line(String sidecar, LogLine line) {}

    private final Map<String, Source> sources = new LinkedHashMap<>();

    private static final class Source {
        private final LogReader reader;
        private @Nullable LogLine head;
        private Instant last = Instant.MIN; // a line of unknown time stays behind the one before

        Source(LogReader reader) {
            this.reader = reader;
        }

        void fill(boolean unfinished) throws IOException {
            if (head == null) {
                var next = reader.next();
                if (next.isEmpty() && unfinished) {
                    next = reader.rest();
                }
                if (next.isPresent()) {
                    head = next.get();
                    last = next.get().at().orElse(last);
                }
            }
        }
    }

    void add(String sidecar, LogReader reader) {
        sources.put(sidecar, new Source(reader));
    }

    Collection<String> names() {
        return sources.keySet();
    }

    /**
     * The next line; empty if there is none at present.
     *
     * @param unfinished whether a last line counts that is not finished
     */
    Optional<Line> next(boolean unfinished) throws IOException {
        var earliest = Optional.<Map.Entry<String, Source>>empty();
        for (var each : sources.entrySet()) {
            each.getValue().fill(unfinished);
            if (each.getValue().head != null
                    && (earliest.isEmpty()
                            || each.getValue().last.isBefore(earliest.get().getValue().last))) {
                earliest = Optional.of(each);
            }
        }
        return earliest.flatMap(each -> take(each.getKey(), each.getValue()));
    }

    private static Optional<Line> take(String sidecar, Source from) {
        var line = from.head;
        from.head = null;
        return Optional.ofNullable(line).map(taken -> new Line(sidecar, taken));
    }

    @Override
    public void close() throws IOException {
        for (var each : sources.values()) {
            each.reader.close();
        }
    }
}
