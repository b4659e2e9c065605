package dev.proa.runtime;

import dev.proa.core.Redaction;
import dev.proa.core.WallTime;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code GET /_proa/logs/{sidecar}}: the last lines of a sidecar's output, with their times. */
final class LogRoutes {
    private static final int DEFAULT_LINES = 200;
    private static final int MOST_LINES = 10_000;

    /** An answer holds so many characters of text; of more, the oldest lines go. */
    private static final int MOST_TEXT = 4 * 1024 * 1024;

    private final Predicate<String> known;
    private final Path dataFolder;
    private final Redaction redaction;
    private final InstantSource clock = new WallTime();

    /**
     * Prepares the route.
     *
     * @param known whether there is a sidecar of that name
     */
    LogRoutes(Predicate<String> known, Path dataFolder, Redaction redaction) {
        this.known = known;
        this.dataFolder = dataFolder;
        this.redaction = redaction;
    }

    BackendRoute route() {
        return BackendRoute.reading("GET", "/_proa/logs/{sidecar}", this::logs);
    }

    private BackendResponse logs(BackendRequest request) throws IOException {
        var sidecar = request.segments().getOrDefault("sidecar", "");
        var lines = lines(request.parameter("lines"));
        if (lines < 0) {
            return problem(400, "Bad Request", "lines is a whole number from 0 to " + MOST_LINES);
        }
        Optional<Instant> since =
                request.parameter("since").flatMap(text -> LogSince.parse(text, clock.instant()));
        if (since.isEmpty() && request.parameter("since").isPresent()) {
            return problem(400, "Bad Request", "since is " + LogSince.FORMS);
        }
        if (!known.test(sidecar)) {
            return problem(404, "Not Found", "There is no sidecar called " + sidecar);
        }
        return answer(sidecar, last(sidecar, lines, since));
    }

    private static int lines(Optional<String> given) {
        try {
            int lines = given.map(Integer::parseInt).orElse(DEFAULT_LINES);
            return lines > MOST_LINES ? -1 : lines;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private Deque<LogLine> last(String sidecar, int lines, Optional<Instant> since)
            throws IOException {
        var last = new ArrayDeque<LogLine>();
        if (lines == 0) {
            return last;
        }
        try (var reader = new LogReader(dataFolder, sidecar, redaction)) {
            reader.begin(lines, since);
            int text = 0;
            for (var line = reader.next(); line.isPresent(); line = reader.next()) {
                last.addLast(line.get());
                text += line.get().text().length();
                while (text > MOST_TEXT || last.size() > lines) {
                    text -= last.removeFirst().text().length();
                }
            }
            reader.rest().ifPresent(last::addLast);
        }
        return last;
    }

    private static BackendResponse answer(String sidecar, Iterable<LogLine> last) {
        var body = JsonNodeFactory.instance.objectNode().put("sidecar", sidecar);
        var lines = body.putArray("lines");
        var entries = body.putArray("entries");
        for (var line : last) {
            lines.add(line.text());
            entries.addObject()
                    .put("at", line.at().map(Instant::toString).orElse(null))
                    .put("line", line.text());
        }
        return BackendResponse.json(200, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 9457 problem JSON. */
    private static BackendResponse problem(int status, String title, String detail) {
        var body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("type", "about:blank")
                        .put("title", title)
                        .put("status", status)
                        .put("detail", detail);
        return new BackendResponse.Whole(
                status,
                Map.of("content-type", "application/problem+json"),
                body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
