package dev.proa.eventlog;

import dev.proa.core.Problem;
import dev.proa.testkit.HandTurnedClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/** A log in a folder, with everything that asks it, and a listener that remembers. */
final class TestLog implements EventLogListener, AutoCloseable {
    final HandTurnedClock clock;
    final EventLog log;
    final EventIngest ingest;
    final ClaudeHooks hooks;
    final OtlpIngest otlp;
    final EventQueries queries;
    private final List<Commit> commits = new CopyOnWriteArrayList<>();
    final List<Problem> problems = new CopyOnWriteArrayList<>();

    TestLog(Path folder) {
        this(folder, new HandTurnedClock(), Writer.Limits.USUAL);
    }

    TestLog(Path folder, HandTurnedClock clock, Writer.Limits limits) {
        this(folder, clock, Privacy.NONE, limits);
    }

    TestLog(Path folder, HandTurnedClock clock, Privacy privacy, Writer.Limits limits) {
        this.clock = clock;
        log = EventLog.open(folder, clock, this, privacy, limits);
        var contract = new Contract(ZoneOffset.UTC, new GitHeads(clock));
        ingest = new EventIngest(log, contract);
        hooks = new ClaudeHooks(log, clock);
        otlp = new OtlpIngest(log, clock);
        queries = new EventQueries(log);
    }

    @Override
    public void committed(Commit commit) {
        commits.add(commit);
    }

    @Override
    public void troubled(Problem problem) {
        problems.add(problem);
    }

    /** What the listener was told of, with everything that has been stored by now. */
    List<Commit> commits() throws InterruptedException {
        log.change(_ -> {});
        return commits;
    }

    Reply post(String body) throws InterruptedException {
        return ingest.single(body.getBytes(StandardCharsets.UTF_8));
    }

    Reply postAll(String body) throws InterruptedException {
        return ingest.batch(body.getBytes(StandardCharsets.UTF_8));
    }

    Reply hook(String payload) throws InterruptedException {
        return hooks.take(payload.getBytes(StandardCharsets.UTF_8), Optional.empty());
    }

    /** The only or newest event. */
    JsonNode newest() throws InterruptedException {
        return json(queries.events(Parameters.none())).path("events").path(0);
    }

    JsonNode events(String... parameters) throws InterruptedException {
        return json(queries.events(parameters(parameters)));
    }

    JsonNode sessions(String... parameters) throws InterruptedException {
        return json(queries.sessions(parameters(parameters)));
    }

    JsonNode session(String id) throws InterruptedException {
        return json(queries.session(id, Parameters.none())).path("session");
    }

    JsonNode stats(String... parameters) throws InterruptedException {
        return json(queries.stats(parameters(parameters)));
    }

    /** Names and values in turn. */
    static Parameters parameters(String... namesAndValues) {
        var map = new HashMap<String, String>();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return name -> Optional.ofNullable(Map.copyOf(map).get(name));
    }

    static JsonNode json(Reply reply) {
        return Json.read(new String(reply.json(), StandardCharsets.UTF_8));
    }

    static String text(Reply reply) {
        return new String(reply.json(), StandardCharsets.UTF_8);
    }

    /** A small valid event. */
    static NewEvent event(String session, String eventId) {
        var contract = new Contract(ZoneOffset.UTC, new GitHeads(() -> null));
        var input =
                """
                {"session_id":"%s","agent_type":"codex","event_type":"tool_use",
                 "tool_name":"shell","event_id":"%s","metadata":{"command":"make check"}}\
                """
                        .formatted(session, eventId);
        return switch (contract.read(Json.read(input))) {
            case Contract.Verdict.Valid(var event) -> event;
            case Contract.Verdict.Invalid(var faults) -> throw new AssertionError(faults);
        };
    }

    @Override
    public void close() {
        log.close();
    }
}
