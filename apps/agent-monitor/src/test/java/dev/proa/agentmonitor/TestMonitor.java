package dev.proa.agentmonitor;

import dev.proa.core.MonotonicTime;
import dev.proa.gateway.BackendContext;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import dev.proa.gateway.ChannelEvent;
import dev.proa.journal.RuntimeEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A started monitor without a gateway: requests go straight to its routes. */
final class TestMonitor implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    final AgentMonitor monitor = new AgentMonitor(Map.of());
    final List<List<ChannelEvent>> published = new CopyOnWriteArrayList<>();
    final List<RuntimeEvent> journal = new CopyOnWriteArrayList<>();
    private final List<BackendRoute> routes;

    TestMonitor(Path folder) {
        this(folder, Optional.empty());
    }

    TestMonitor(Path folder, Optional<Path> state) {
        monitor.start(
                new BackendContext(
                        folder,
                        new MonotonicTime(),
                        journal::add,
                        published::add,
                        state,
                        List.of()));
        routes = monitor.routes();
    }

    List<BackendRoute> routes() {
        return routes;
    }

    BackendResponse post(String path, String body, String... headers) throws Exception {
        return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    BackendResponse post(String path, byte[] body, String... headers) throws Exception {
        var fields = new HashMap<String, List<String>>();
        for (var i = 0; i < headers.length; i += 2) {
            fields.put(headers[i], List.of(headers[i + 1]));
        }
        return ask("POST", path, fields, body);
    }

    BackendResponse.Whole read(String path) throws Exception {
        return (BackendResponse.Whole) ask("GET", path, Map.of(), new byte[0]);
    }

    BackendResponse ask(
            String method, String target, Map<String, List<String>> headers, byte[] body)
            throws Exception {
        var path = target.replaceFirst("\\?.*", "");
        for (var route : routes) {
            var segments = segments(route.path(), path);
            if (route.method().equals(method) && segments != null) {
                var request =
                        new BackendRequest(method, path, segments, query(target), headers, body);
                return route.handler().handle(request);
            }
        }
        throw new AssertionError("no route for " + method + " " + path);
    }

    private static @Nullable Map<String, String> segments(String pattern, String path) {
        var names = pattern.split("/", -1);
        var values = path.split("/", -1);
        if (names.length != values.length) {
            return null;
        }
        var segments = new HashMap<String, String>();
        for (var i = 0; i < names.length; i++) {
            if (names[i].startsWith("{")) {
                segments.put(names[i].substring(1, names[i].length() - 1), values[i]);
            } else if (!names[i].equals(values[i])) {
                return null;
            }
        }
        return segments;
    }

    private static Map<String, List<String>> query(String target) {
        var query = new HashMap<String, List<String>>();
        if (target.contains("?")) {
            Arrays.stream(target.substring(target.indexOf('?') + 1).split("&"))
                    .map(part -> part.split("=", 2))
                    .forEach(part -> query.put(part[0], List.of(part[1])));
        }
        return query;
    }

    static JsonNode json(BackendResponse response) {
        return JSON.readTree(((BackendResponse.Whole) response).body());
    }

    static JsonNode json(byte[] bytes) {
        return JSON.readTree(bytes);
    }

    @Override
    public void close() {
        monitor.close();
    }
}
