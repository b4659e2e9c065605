package dev.proa.cli;

import dev.proa.core.ProaException;
import dev.proa.runtime.RunningInstance;
import dev.proa.runtime.StateFolder;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends one event the way an agent's event goes, and looks for it in the log of the monitor that
 * takes it in. All probes belong to one session, which is called as it is.
 */
final class HookProbe {
    /** The session of every probe. */
    static final String SESSION = "proa-hooks-doctor";

    private static final String APP = "dev.proa.agent-monitor";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final JsonMapper MAPPER = new JsonMapper();

    private final HookPlaces places;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .version(HttpClient.Version.HTTP_1_1)
                    .proxy(ProxySelector.of(null))
                    .build();

    HookProbe(HookPlaces places) {
        this.places = places;
    }

    /**
     * What became of a probe.
     *
     * @param lost where it got lost and what to do; null if it arrived
     */
    record Fate(String found, @Nullable String lost) {}

    /** As the hook program sends a payload. */
    Fate claude(URI ingest, String id) {
        var payload = MAPPER.createObjectNode();
        payload.put("session_id", SESSION).put("hook_event_name", "ProaProbe").put("probe", id);
        return sent(
                request(URI.create(ingest + "/api/hooks/claude-code"), payload.toString())
                        .header("Idempotency-Key", id)
                        .build(),
                204,
                id);
    }

    /** As Codex sends a log record. */
    Fate codex(URI logs, String id) {
        var body =
                """
                {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"codex-cli"}}]},
                 "scopeLogs":[{"logRecords":[{"attributes":[
                  {"key":"event.name","value":{"stringValue":"codex.user_prompt"}},
                  {"key":"conversation.id","value":{"stringValue":"%s"}},
                  {"key":"probe","value":{"stringValue":"%s"}}]}]}]}]}
                """
                        .formatted(SESSION, id);
        return sent(request(logs, body).build(), 200, id);
    }

    private static HttpRequest.Builder request(URI to, String json) {
        return HttpRequest.newBuilder(to)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
    }

    private Fate sent(HttpRequest request, int wanted, String id) {
        try {
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == wanted
                    ? stored(request.uri(), id)
                    : new Fate(
                            request.uri() + " answered " + answer.statusCode(),
                            "Something else listens there, or another version of the monitor: look at"
                                    + " its answer with curl");
        } catch (ConnectException _) {
            return new Fate(
                    request.uri() + " took no probe: nobody listens there",
                    "Start the agent monitor");
        } catch (IOException e) {
            var why = e.getMessage() == null ? e.toString() : e.getMessage();
            return new Fate(request.uri() + " took no probe: " + why, "Start the agent monitor");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Fate("interrupted", "Run the command again");
        }
    }

    private Fate stored(URI ingest, String id) {
        try {
            var instance = instance(ingest);
            if (instance.isEmpty()) {
                return new Fate(
                        ingest + " took the probe; whose log it is in cannot be told",
                        "No monitor of this user listens there: stop what does, or correct"
                                + " AGENTMONITOR_URL");
            }
            var answer =
                    instance.get().call("GET", "/api/events?session_id=" + SESSION + "&limit=20");
            return answer.status() == 200 && answer.body().contains(id)
                    ? new Fate(
                            "a probe went the whole way into the log in "
                                    + instance.get().dataFolder(),
                            null)
                    : new Fate(
                            "the probe was taken and is not in the log in "
                                    + instance.get().dataFolder(),
                            "Look at: proa doctor");
        } catch (IOException | ProaException e) {
            return new Fate(
                    "the probe was taken; the log cannot be asked (" + e.getMessage() + ")",
                    "Look at: proa status");
        }
    }

    private Optional<RunningInstance> instance(URI ingest) throws IOException {
        var origin = ingest.getScheme() + "://" + ingest.getAuthority();
        return RunningInstance.all(StateFolder.of(places.env(), places.home())).stream()
                .filter(each -> each.file().appId().equals(APP))
                .filter(each -> each.file().ingestUrl().filter(origin::equals).isPresent())
                .findFirst();
    }
}
