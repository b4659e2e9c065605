package dev.proa.product;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running agent monitor as programs see it that know the event contract and nothing of Proa:
 * writers by its ingest port, readers by its gateway, for which the token is added here.
 */
final class ParityMonitor implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final Home home;
    private final Proa proa;

    /** Starts one with these variables in its environment. */
    ParityMonitor(Path folder, Map<String, String> environment) throws IOException {
        home = new Home(folder);
        var data = home.data("d");
        var builder = home.prepare(Home.runner(data, Home.MONITOR, "--ingest-port", "0"));
        builder.environment().putAll(environment);
        proa = new Proa(builder.start(), data);
        proa.event("open");
        proa.ready();
    }

    Proa proa() {
        return proa;
    }

    /** A name that nothing else has. */
    static String unique(String kind) {
        return kind + "-" + UUID.randomUUID();
    }

    HttpResponse<String> post(String path, String body) throws IOException {
        return proa.ingest(path, body);
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    /** Posts an event that is taken. */
    void event(String session, String agent, String type, String more) throws IOException {
        var answer = post("/api/events", text(session, agent, type, more));
        if (answer.statusCode() != 201) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
    }

    /** An event's JSON; {@code more} begins with a comma. */
    static String text(String session, String agent, String type, String more) {
        return "{\"session_id\":\"%s\",\"agent_type\":\"%s\",\"event_type\":\"%s\"%s}"
                .formatted(session, agent, type, more);
    }

    HttpResponse<String> get(String path) throws IOException {
        return proa.get(path);
    }

    JsonNode read(String path) throws IOException {
        return proa.json(path);
    }

    EventStream stream(String query, String... headers) throws IOException {
        return new EventStream(proa, "/api/stream" + query, headers);
    }

    @Override
    public void close() {
        proa.close();
        home.close();
    }
}
