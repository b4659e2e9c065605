package dev.proa.product;

import dev.proa.runtime.InstanceFile;
import dev.proa.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./proa} as a process of its own. */
final class Proa implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Process process;
    private final Path dataFolder;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final List<Thread> readers;

    Proa(Process process, Path dataFolder) {
        this.process = process;
        this.dataFolder = dataFolder;
        readers = List.of(reader(process.inputReader(), out), reader(process.errorReader(), err));
    }

    private static Thread reader(BufferedReader stream, List<String> lines) {
        return Thread.ofPlatform().daemon().start(() -> stream.lines().forEach(lines::add));
    }

    /** Waits for a line {@code {"event": name, ...}}. */
    JsonNode event(String name) {
        Await.until(
                "event " + name + " of " + this,
                () -> events(name).findAny().isPresent() || ended());
        return events(name)
                .findFirst()
                .orElseThrow(() -> new AssertionError("ended without event " + name + ": " + this));
    }

    private boolean ended() throws InterruptedException {
        if (process.isAlive()) {
            return false;
        }
        exit();
        return true;
    }

    private Stream<JsonNode> events(String name) {
        return out.stream()
                .map(JSON::readTree)
                .filter(line -> line.path("event").asString("").equals(name));
    }

    InstanceFile instance() throws IOException {
        return InstanceFile.read(dataFolder)
                .orElseThrow(() -> new AssertionError("no instance file: " + this));
    }

    /** The port of the ingest listener. */
    int ingestPort() throws IOException {
        return URI.create(instance().ingestUrl().orElseThrow()).getPort();
    }

    /** Waits until everything is ready. */
    Proa ready() {
        Await.until("ready: " + this, () -> get("/_proa/health/ready").statusCode() == 200);
        return this;
    }

    /** A request to the gateway, with the token. */
    HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(URI.create(instance().baseUrl() + path))
                .header("X-Proa-Token", instance().token().reveal());
    }

    HttpResponse<String> get(String path) throws IOException {
        return send(request(path));
    }

    JsonNode json(String path) throws IOException {
        return JSON.readTree(get(path).body());
    }

    /** Posts to the ingest listener as a program would. */
    HttpResponse<String> ingest(String path, String body) throws IOException {
        return send(
                HttpRequest.newBuilder(URI.create(instance().ingestUrl().orElseThrow() + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return HTTP.send(
                    request.timeout(Duration.ofSeconds(20)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    Process process() {
        return process;
    }

    /** The process that {@code ./proa} became: the launcher ends in exec. */
    long pid() {
        return process.pid();
    }

    /** Sends a signal by name. */
    void signal(String name) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("kill -" + name + " failed for " + this);
        }
    }

    /** Waits for the end and gives the exit code. */
    int exit() throws InterruptedException {
        return exit(Duration.ofSeconds(60));
    }

    /** Waits so long for the end and gives the exit code. */
    int exit(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience)) {
            throw new AssertionError("still runs: " + this);
        }
        for (var reader : readers) {
            reader.join();
        }
        return process.exitValue();
    }

    String out() {
        return String.join("\n", out);
    }

    String err() {
        return String.join("\n", err);
    }

    /** Stops it in order; its streams are read to their end. */
    @Override
    public void close() {
        process.toHandle().destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("did not stop within 60 s of SIGTERM: " + this);
            }
            exit();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        var journal = dataFolder.resolve("runtime/journal.jsonl");
        String told;
        try {
            told = Files.exists(journal) ? Files.readString(journal) : "no journal";
        } catch (IOException e) {
            told = "journal: " + e;
        }
        return "proa pid " + process.pid() + "\nout: " + out() + "\nerr: " + err() + "\n" + told;
    }
}
