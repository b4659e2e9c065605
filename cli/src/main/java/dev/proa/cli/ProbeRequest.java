package dev.proa.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/**
 * A probe as a request that an ingest takes: an event of a session that nobody has, with the
 * probe's id. The monitor knows it by both, and stores nothing of it.
 */
final class ProbeRequest {
    /** The session of every probe. */
    static final String SESSION = "proa-hooks-doctor";

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final JsonMapper MAPPER = new JsonMapper();

    private final URI to;
    private final String body;

    private ProbeRequest(URI to, String body) {
        this.to = to;
        this.body = body;
    }

    /** What an ingest said to it. */
    sealed interface Answer {
        record Status(int code) implements Answer {
            boolean good() {
                return code >= 200 && code < 300;
            }
        }

        /** None came. */
        record Nothing(String why) implements Answer {}
    }

    /** As the hook program sends a payload. */
    static ProbeRequest claude(URI ingest, String id) {
        return new ProbeRequest(URI.create(ingest + "/api/hooks/claude-code"), payload(id));
    }

    /** What Claude Code would hand to its hook. */
    static String payload(String id) {
        return MAPPER.createObjectNode()
                .put("session_id", SESSION)
                .put("hook_event_name", "ProaProbe")
                .put("probe", id)
                .toString();
    }

    /** As Codex sends a log record. */
    static ProbeRequest codex(URI logs, String id) {
        return new ProbeRequest(
                logs,
                """
                {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"codex-cli"}}]},
                 "scopeLogs":[{"logRecords":[{"attributes":[
                  {"key":"event.name","value":{"stringValue":"codex.user_prompt"}},
                  {"key":"conversation.id","value":{"stringValue":"%s"}},
                  {"key":"probe","value":{"stringValue":"%s"}}]}]}]}]}
                """
                        .formatted(SESSION, id));
    }

    URI to() {
        return to;
    }

    /** Sends it; no proxy is asked. */
    Answer send() throws InterruptedException {
        var request =
                HttpRequest.newBuilder(to)
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try (var client =
                HttpClient.newBuilder()
                        .connectTimeout(PATIENCE)
                        .version(HttpClient.Version.HTTP_1_1)
                        .proxy(ProxySelector.of(null))
                        .build()) {
            var answer = client.send(request, HttpResponse.BodyHandlers.discarding());
            return new Answer.Status(answer.statusCode());
        } catch (ConnectException e) {
            return new Answer.Nothing("nobody listens there");
        } catch (IOException e) {
            return new Answer.Nothing(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }
}
