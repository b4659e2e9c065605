package dev.proa.runtime;

import dev.proa.core.Redaction;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import dev.proa.gateway.RequestProblem;
import dev.proa.journal.JournalReader;
import dev.proa.journal.RuntimeEvent;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;

/** The endpoints under {@code /_proa/} that tell of the run and steer it. */
final class ControlRoutes {
    private final RunStatus status;
    private final DataFolder data;
    private final Consumer<String> stop;
    private final BooleanSupplier openWindow;
    private final Consumer<RuntimeEvent> journal;
    private final Redaction redaction;
    private final InstantSource wallTime;

    ControlRoutes(
            RunStatus status,
            DataFolder data,
            Consumer<String> stop,
            BooleanSupplier openWindow,
            Consumer<RuntimeEvent> journal,
            Redaction redaction,
            InstantSource wallTime) {
        this.status = status;
        this.data = data;
        this.stop = stop;
        this.openWindow = openWindow;
        this.journal = journal;
        this.redaction = redaction;
        this.wallTime = wallTime;
    }

    List<BackendRoute> routes() {
        return List.of(
                plain("GET", "/_proa/health/ready", this::ready),
                plain("GET", "/_proa/runtime/info", () -> Answers.json(200, status.info())),
                plain("GET", "/_proa/status", () -> Answers.json(200, status.status())),
                new JournalRoute(
                                new JournalReader(
                                        data.runtime().resolve("journal.jsonl"), redaction))
                        .route(),
                new LogRoutes(status::knows, data.path(), redaction, wallTime).route(),
                BackendRoute.reading("POST", "/_proa/ready", this::beacon),
                BackendRoute.reading("POST", "/_proa/open", this::opened),
                BackendRoute.reading("POST", "/_proa/shutdown", this::shutdown));
    }

    /** A route without parameters and body. */
    private static BackendRoute plain(
            String method, String path, Supplier<BackendResponse> answer) {
        return BackendRoute.reading(
                method,
                path,
                request -> {
                    request.only();
                    return answer.get();
                });
    }

    private BackendResponse ready() {
        return Answers.json(status.ready() ? 200 : 503, status.health());
    }

    private BackendResponse opened(BackendRequest request) {
        var _ = Answers.reason(request.only());
        return Answers.json(
                200,
                JsonNodeFactory.instance.objectNode().put("opened", openWindow.getAsBoolean()));
    }

    /** A page's beacon; {@code navigator.sendBeacon} sends text as text/plain. */
    private BackendResponse beacon(BackendRequest request) {
        var body =
                request.only()
                        .json("text/plain")
                        .orElseThrow(
                                () -> RequestProblem.bad("The beacon is a JSON object with path."));
        journal.accept(
                new RuntimeEvent.PageReady(
                        Answers.text(body, "path"),
                        Answers.cut(request.header("user-agent").orElse(""))));
        return BackendResponse.empty(204);
    }

    private BackendResponse shutdown(BackendRequest request) {
        stop.accept(Answers.reason(request.only()));
        return Answers.json(202, JsonNodeFactory.instance.objectNode().put("stopping", true));
    }
}
