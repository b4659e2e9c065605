package dev.proa.runtime;

import dev.proa.core.Redaction;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import dev.proa.gateway.RequestProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
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
    private final InstantSource wallTime;

    /**
     * Prepares the route.
     *
     * @param known whether there is a sidecar of that name
     * @param wallTime what {@code since} counts back from: logs have wall times
     */
    LogRoutes(
            Predicate<String> known, Path dataFolder, Redaction redaction, InstantSource wallTime) {
        this.known = known;
        this.dataFolder = dataFolder;
        this.redaction = redaction;
        this.wallTime = wallTime;
    }

    BackendRoute route() {
        return BackendRoute.reading("GET", "/_proa/logs/{sidecar}", this::logs);
    }

    private BackendResponse logs(BackendRequest request) throws IOException {
        var sidecar = request.segments().getOrDefault("sidecar", "");
        int lines =
                request.only("lines", "since")
                        .number("lines", 1, MOST_LINES)
                        .orElse((long) DEFAULT_LINES)
                        .intValue();
        Optional<Instant> since =
                request.parameter("since")
                        .flatMap(text -> LogSince.parse(text, wallTime.instant()));
        if (since.isEmpty() && request.parameter("since").isPresent()) {
            throw RequestProblem.bad("since is " + LogSince.FORMS + ".");
        }
        if (!known.test(sidecar)) {
            throw RequestProblem.notFound(
                    "There is no sidecar called " + Answers.cut(sidecar) + ".");
        }
        return answer(sidecar, last(sidecar, lines, since));
    }

    private Deque<LogLine> last(String sidecar, int lines, Optional<Instant> since)
            throws IOException {
        var last = new ArrayDeque<LogLine>();
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
}
