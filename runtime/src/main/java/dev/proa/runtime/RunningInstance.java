package dev.proa.runtime;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An instance that answers, seen from another process of the same user. */
public final class RunningInstance {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration BUNDLE = Duration.ofSeconds(60);

    private final Path dataFolder;
    private final InstanceFile file;

    private RunningInstance(Path dataFolder, InstanceFile file) {
        this.dataFolder = dataFolder;
        this.file = file;
    }

    /** The status and body of an answer. */
    public record Answer(int status, String body) {}

    /**
     * The instance that holds {@code dataFolder}; empty if none answers with the token of its file,
     * so that a stranger on a port left behind is never taken for it.
     */
    public static Optional<RunningInstance> in(Path dataFolder) throws IOException {
        var file = InstanceFile.read(dataFolder);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        var instance = new RunningInstance(dataFolder, file.get());
        return instance.answers() ? Optional.of(instance) : Optional.empty();
    }

    /** All instances of this user that answer. */
    public static List<RunningInstance> all(StateFolder state) throws IOException {
        var found = new ArrayList<RunningInstance>();
        for (var dataFolder : state.dataFolders()) {
            in(dataFolder).ifPresent(found::add);
        }
        return found;
    }

    private boolean answers() {
        try {
            var info = send("GET", "/_proa/runtime/info", "");
            return info.status() == 200 && info.body().contains(file.instance());
        } catch (HttpTimeoutException e) {
            throw silent(e);
        } catch (IOException e) {
            return false;
        }
    }

    private ProaException silent(IOException cause) {
        return new ProaException(
                ExitCode.TRY_LATER,
                new Problem(
                        Where.of("pid " + file.pid()),
                        "the instance in " + dataFolder + " does not answer (" + cause + ")",
                        "Try again; if it stays so, end it with: kill " + file.pid()),
                cause);
    }

    public Path dataFolder() {
        return dataFolder;
    }

    public InstanceFile file() {
        return file;
    }

    /**
     * Calls the instance with its token.
     *
     * @param path with its query, starting with a slash
     * @throws ProaException (75) if it cannot be reached or does not answer within 5 s
     */
    public Answer call(String method, String path) {
        return call(method, path, "");
    }

    /** As {@link #call(String, String)}, with a JSON body. */
    public Answer call(String method, String path, String json) {
        try {
            return send(method, path, json);
        } catch (IOException e) {
            throw silent(e);
        }
    }

    /**
     * The instance's support bundle, a ZIP file.
     *
     * @throws ProaException (75) if it does not answer within 60 s
     */
    public byte[] bundle() {
        try {
            var answer =
                    send(
                            "POST",
                            "/_proa/support-bundle",
                            "",
                            BUNDLE,
                            HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IOException("status " + answer.statusCode());
            }
            return answer.body();
        } catch (IOException e) {
            throw silent(e);
        }
    }

    private Answer send(String method, String path, String json) throws IOException {
        var text = HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8);
        var answer = send(method, path, json, PATIENCE, text);
        return new Answer(answer.statusCode(), answer.body());
    }

    private <T> HttpResponse<T> send(
            String method,
            String path,
            String json,
            Duration patience,
            HttpResponse.BodyHandler<T> handler)
            throws IOException {
        var request =
                HttpRequest.newBuilder(URI.create(file.baseUrl() + path))
                        .timeout(patience)
                        .header("X-Proa-Token", file.token().reveal())
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                json.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(
                                                json, StandardCharsets.UTF_8))
                        .build();
        try (var client = client()) {
            return client.send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    // A proxy of the environment must never see loopback traffic.
    private static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .proxy(HttpClient.Builder.NO_PROXY)
                .build();
    }
}
