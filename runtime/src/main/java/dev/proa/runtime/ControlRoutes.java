package dev.proa.runtime;

import dev.proa.core.Redaction;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import dev.proa.journal.JournalReader;
import dev.proa.journal.RuntimeEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** The endpoints under {@code /_proa/} that tell of the run and steer it. */
final class ControlRoutes {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int DEFAULT_LINES = 200;
    private static final int MOST_LINES = 10_000;

    private final RunStatus status;
    private final DataFolder data;
    private final Consumer<String> stop;
    private final BooleanSupplier openWindow;
    private final Consumer<RuntimeEvent> journal;
    private final Redaction redaction;

    ControlRoutes(
            RunStatus status,
            DataFolder data,
            Consumer<String> stop,
            BooleanSupplier openWindow,
            Consumer<RuntimeEvent> journal,
            Redaction redaction) {
        this.status = status;
        this.data = data;
        this.stop = stop;
        this.openWindow = openWindow;
        this.journal = journal;
        this.redaction = redaction;
    }

    List<BackendRoute> routes() {
        return List.of(
                BackendRoute.reading("GET", "/_proa/health/ready", _ -> ready()),
                BackendRoute.reading(
                        "GET", "/_proa/runtime/info", _ -> Answers.json(200, status.info())),
                BackendRoute.reading(
                        "GET", "/_proa/status", _ -> Answers.json(200, status.status())),
                BackendRoute.reading("GET", "/_proa/journal", this::journal),
                new LogRoutes(status::knows, data.path(), redaction).route(),
                BackendRoute.reading("POST", "/_proa/ready", this::beacon),
                BackendRoute.reading("POST", "/_proa/open", _ -> opened()),
                BackendRoute.reading("POST", "/_proa/shutdown", this::shutdown));
    }

    private BackendResponse ready() {
        return Answers.json(status.ready() ? 200 : 503, status.health());
    }

    private BackendResponse opened() {
        return Answers.json(
                200,
                JsonNodeFactory.instance.objectNode().put("opened", openWindow.getAsBoolean()));
    }

    private BackendResponse journal(BackendRequest request) throws IOException {
        var after = number(request, "after", 0, Long.MAX_VALUE);
        var limit = number(request, "limit", DEFAULT_LINES, MOST_LINES);
        if (after < 0 || limit < 0) {
            return Answers.problem(
                    400, "after and limit are whole numbers, limit at most " + MOST_LINES);
        }
        var lines =
                new JournalReader(data.runtime().resolve("journal.jsonl"))
                        .after(after, (int) limit);
        return BackendResponse.json(
                200,
                ("{\"entries\":[" + String.join(",", lines) + "]}")
                        .getBytes(StandardCharsets.UTF_8));
    }

    private BackendResponse beacon(BackendRequest request) {
        try {
            var body = JSON.readTree(request.body());
            if (!body.isObject()) {
                return Answers.problem(400, "The beacon is a JSON object");
            }
            journal.accept(
                    new RuntimeEvent.PageReady(
                            Answers.cut(body.path("path").asString("")),
                            Answers.cut(request.header("user-agent").orElse(""))));
            return BackendResponse.empty(204);
        } catch (JacksonException e) {
            return Answers.problem(400, "The beacon is not JSON");
        }
    }

    private BackendResponse shutdown(BackendRequest request) {
        stop.accept(Answers.reason(request));
        return Answers.json(202, JsonNodeFactory.instance.objectNode().put("stopping", true));
    }

    private static long number(BackendRequest request, String name, long otherwise, long most) {
        try {
            var value = request.parameter(name).map(Long::parseLong).orElse(otherwise);
            return value > most ? -1 : value;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
