package dev.proa.agentmonitor;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.eventlog.ClaudeHooks;
import dev.proa.eventlog.ContentCoding;
import dev.proa.eventlog.EventIngest;
import dev.proa.eventlog.EventLog;
import dev.proa.eventlog.EventQueries;
import dev.proa.eventlog.EventReplay;
import dev.proa.eventlog.HookSpool;
import dev.proa.eventlog.LimitQueries;
import dev.proa.eventlog.OtlpIngest;
import dev.proa.eventlog.Reply;
import dev.proa.eventlog.Settings;
import dev.proa.gateway.BackendContext;
import dev.proa.gateway.BackendHandler;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import dev.proa.gateway.EmbeddedBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes the events of coding agents, keeps them, and shows them to pages and streams. Speaks
 * version 1 of the event contract, and takes the raw payloads of Claude Code's hooks.
 */
public final class AgentMonitor implements EmbeddedBackend {
    private static final int MOST_EVENT_BYTES = 1024 * 1024;

    private @Nullable Parts parts;

    private final Map<String, String> environment;

    /** A monitor that is not started; it finds histories of agents as they do. */
    public AgentMonitor() {
        this(System.getenv());
    }

    AgentMonitor(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    private record Parts(
            Settings settings,
            EventLog log,
            EventIngest ingest,
            ClaudeHooks hooks,
            Optional<Path> spoolFolder,
            Optional<HookSpool> spool,
            OtlpIngest otlp,
            EventQueries queries,
            LimitQueries limits,
            Streams streams,
            Broadcast broadcast,
            Store store) {}

    @Override
    public String name() {
        return "agent-monitor";
    }

    @Override
    public void start(BackendContext context) {
        var clock = context.clock();
        var settings = Settings.open(context.dataFolder(), context.settings());
        var options = MonitorOptions.of(environment);
        var streams = new Streams(clock, options.mostClients());
        var broadcast = new Broadcast(context, streams);
        EventLog log;
        try {
            log =
                    EventLog.open(
                            context.dataFolder(),
                            clock,
                            broadcast,
                            settings,
                            options.metadataBytes());
        } catch (RuntimeException e) {
            broadcast.close();
            throw e;
        }
        log.live(options.lifecycle(settings.values().imports()));
        settings.listen(values -> log.live(options.lifecycle(values.imports())));
        var queries = new EventQueries(log);
        var hooks = new ClaudeHooks(log, clock);
        var spool = context.stateFolder().map(folder -> folder.resolve("spool"));
        var limits = new LimitQueries(log, settings::values);
        streams.begin(new EventReplay(log));
        broadcast.begin(queries, limits, options);
        parts =
                new Parts(
                        settings,
                        log,
                        new EventIngest(log, clock),
                        hooks,
                        spool,
                        spool.map(folder -> HookSpool.open(folder, hooks)),
                        new OtlpIngest(log, clock),
                        queries,
                        limits,
                        streams,
                        broadcast,
                        Store.of(log, settings, options, environment, broadcast));
        log.warm();
    }

    @Override
    public List<BackendRoute> routes() {
        var present = parts();
        var routes = new ArrayList<BackendRoute>();
        routes.addAll(writing(present.ingest()));
        routes.addAll(HookRoutes.of(present.log(), present.hooks(), present.spoolFolder()));
        routes.addAll(QueryRoutes.of(present.log(), present.queries()));
        routes.addAll(CostRoutes.of(present.log(), present.settings()));
        routes.addAll(OtlpRoutes.of(present.otlp()));
        routes.addAll(LimitRoutes.of(present.limits()));
        routes.addAll(settings(present.settings()));
        routes.addAll(present.store().routes());
        var streams = present.streams();
        routes.add(
                reading(
                        "/api/health",
                        _ -> present.queries().health(streams.count(), streams.dropped())));
        routes.add(BackendRoute.reading("GET", "/api/stream", streams::answer));
        return routes.stream().flatMap(AgentMonitor::alsoWithSlash).toList();
    }

    /** Writers of the contract may end a path with a slash: their monitor does not mind it. */
    private static Stream<BackendRoute> alsoWithSlash(BackendRoute route) {
        return Stream.of(
                route,
                new BackendRoute(
                        route.method(), route.path() + "/", route.maxBody(), route.handler()));
    }

    private static List<BackendRoute> writing(EventIngest ingest) {
        return List.of(
                taking("/api/events", request -> ingest.single(request.body())),
                taking("/api/events/batch", request -> ingest.batch(request.body())));
    }

    private static List<BackendRoute> settings(Settings settings) {
        return List.of(
                reading("/api/settings", _ -> settings.reply()),
                new BackendRoute(
                        "PUT",
                        "/api/settings",
                        MOST_EVENT_BYTES,
                        handler(request -> settings.put(request.body()))));
    }

    /** Answers with what the event log says. */
    @FunctionalInterface
    interface Answer {
        Reply to(BackendRequest request) throws InterruptedException;
    }

    static BackendRoute taking(String path, Answer answer) {
        return new BackendRoute(
                "POST",
                path,
                MOST_EVENT_BYTES,
                request -> {
                    try {
                        return response(answer.to(unpacked(request)));
                    } catch (ContentCoding.Refused e) {
                        return response(e.reply());
                    }
                });
    }

    private static BackendRequest unpacked(BackendRequest request) throws ContentCoding.Refused {
        var encoding = request.header("content-encoding");
        return encoding.isEmpty()
                ? request
                : new BackendRequest(
                        request.method(),
                        request.path(),
                        request.segments(),
                        request.query(),
                        request.headers(),
                        ContentCoding.plain(request.body(), encoding, MOST_EVENT_BYTES));
    }

    static BackendRoute reading(String path, Answer answer) {
        return BackendRoute.reading("GET", path, handler(answer));
    }

    static BackendHandler handler(Answer answer) {
        return request -> {
            try {
                return response(answer.to(request));
            } catch (ProaException e) {
                throw e.exitCode() == ExitCode.BAD_DATA ? unavailable(e) : e;
            }
        };
    }

    /** What is stored is wrong then, not what was asked. */
    private static ProaException unavailable(ProaException damage) {
        var told = new ProaException(ExitCode.UNAVAILABLE, damage.problems());
        told.initCause(damage);
        return told;
    }

    static BackendResponse response(Reply reply) {
        Map<String, String> headers = new HashMap<>();
        if (reply.json().length > 0) {
            headers.put("content-type", "application/json");
        }
        reply.retryAfter()
                .ifPresent(after ->
                        headers.put("retry-after", Long.toString(Math.max(1, after.toSeconds()))));
        return new BackendResponse.Whole(reply.status(), headers, reply.json());
    }

    private Parts parts() {
        var present = parts;
        if (present == null) {
            throw new IllegalStateException("the agent monitor is not started");
        }
        return present;
    }

    @Override
    public void close() {
        var present = parts;
        parts = null;
        if (present != null) {
            present.spool().ifPresent(HookSpool::close);
            present.store().close();
            present.broadcast().close();
            present.log().close();
        }
    }
}
