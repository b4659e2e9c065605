package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.profile.SidecarSpec;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a sidecar's port whether it is ready. A port that somebody outside the sidecar's tree
 * listens on is never asked, let alone believed.
 */
final class ReadinessProbe implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final int BODY_LIMIT = 64 * 1024;
    private static final JsonMapper JSON = new JsonMapper();

    private final Listeners listeners;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .proxy(ProxySelector.of(null))
                    .connectTimeout(CONNECT)
                    .build();

    ReadinessProbe(Listeners listeners) {
        this.listeners = listeners;
    }

    /**
     * Whether the check holds now.
     *
     * @param tree the pids of the sidecar's tree
     */
    boolean holds(
            SidecarSpec.Check check,
            LoopbackPort port,
            java.util.function.Supplier<List<Long>> tree)
            throws InterruptedException {
        return switch (check) {
            case SidecarSpec.Check.Started _ -> true;
            case SidecarSpec.Check.Log _ -> free(port) || ours(port, tree); // its line was seen
            case SidecarSpec.Check.Tcp _, SidecarSpec.Check.Announce _ -> ours(port, tree);
            case SidecarSpec.Check.Http http -> ours(port, tree) && answers(http, port);
            case SidecarSpec.Check.Exec _ ->
                    throw new IllegalStateException("refused by the profile");
        };
    }

    private boolean free(LoopbackPort port) {
        try {
            return listeners.on(port).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private boolean ours(LoopbackPort port, java.util.function.Supplier<List<Long>> tree) {
        try {
            Set<Listeners.Socket> sockets = listeners.on(port);
            return !sockets.isEmpty() && listeners.heldBy(sockets, tree.get());
        } catch (IOException e) {
            return false;
        }
    }

    private boolean answers(SidecarSpec.Check.Http check, LoopbackPort port)
            throws InterruptedException {
        try {
            var request =
                    HttpRequest.newBuilder(URI.create(port.baseUrl() + check.path()))
                            .timeout(ANSWER)
                            .GET()
                            .build();
            var answer =
                    client.send(
                            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), BODY_LIMIT));
            return answer.statusCode() == check.status() && matches(check, answer);
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean matches(SidecarSpec.Check.Http check, HttpResponse<byte[]> answer) {
        if (check.json().isEmpty()) {
            return true;
        }
        try {
            var body = JSON.readTree(answer.body());
            return check.json().entrySet().stream()
                    .allMatch(wanted ->
                            JSON.readTree(wanted.getValue()).equals(body.at(wanted.getKey())));
        } catch (JacksonException e) {
            return false;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
