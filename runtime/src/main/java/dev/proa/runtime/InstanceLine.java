package dev.proa.runtime;

import dev.proa.core.LiveProof;
import dev.proa.core.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A line to the address of an instance file. The token goes over it only after the other end has
 * proved that it knows it already: after a crash anybody may have that port.
 */
final class InstanceLine implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int PROOF_LIMIT = 4096;
    private static final JsonMapper JSON = new JsonMapper();

    private final InstanceFile file;
    private final HttpClient client;

    // A proxy of the environment must never see loopback traffic, and nobody sends us elsewhere.
    InstanceLine(InstanceFile file) {
        this.file = file;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(Duration.ofSeconds(2))
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .build();
    }

    /**
     * Has the other end prove that it is the run of the file.
     *
     * @throws IOException if it does not
     */
    void prove() throws IOException {
        var challenge = Secret.random().reveal();
        var request =
                to("/_proa/health/live?challenge=" + challenge).timeout(PATIENCE).GET().build();
        var answer = send(request, BodyHandlers.limiting(BodyHandlers.ofString(), PROOF_LIMIT));
        var authority = URI.create(file.baseUrl()).getRawAuthority();
        if (answer.statusCode() != 200
                || !LiveProof.of(file.token(), authority, challenge)
                        .matches(proofIn(answer.body()))) {
            throw new IOException("somebody else answers at " + file.baseUrl());
        }
    }

    private static String proofIn(String body) {
        try {
            return JSON.readTree(body).path("proof").asString("");
        } catch (JacksonException e) {
            return "";
        }
    }

    /**
     * Sends a request with the token, after the proof.
     *
     * @param json the body; none if it is empty
     * @throws IOException also if the other end is somebody else
     */
    <T> HttpResponse<T> call(
            String method, String path, String json, Duration patience, BodyHandler<T> handler)
            throws IOException {
        prove();
        var body =
                json.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(json, StandardCharsets.UTF_8);
        var request =
                to(path).timeout(patience)
                        .header("X-Proa-Token", file.token().reveal())
                        .header("Content-Type", "application/json")
                        .method(method, body)
                        .build();
        return send(request, handler);
    }

    private HttpRequest.Builder to(String path) throws IOException {
        try {
            return HttpRequest.newBuilder(URI.create(file.baseUrl() + path));
        } catch (IllegalArgumentException e) {
            throw new IOException("the instance file names no address: " + file.baseUrl(), e);
        }
    }

    private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException {
        try {
            return client.send(request, handler);
        } catch (IllegalArgumentException e) {
            throw new IOException("the instance file names no address: " + file.baseUrl(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Whatever is still open is cut. */
    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
