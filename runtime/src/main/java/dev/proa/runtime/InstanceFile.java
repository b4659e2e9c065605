package dev.proa.runtime;

import dev.proa.core.AtomicFile;
import dev.proa.core.Redaction;
import dev.proa.core.Secret;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * {@code <data_dir>/runtime/instance.json}: how callers of the same user reach a running instance.
 * It lives from the moment the listeners accept until the orderly stop; one left behind by a crash
 * is replaced by the next run.
 *
 * @param baseUrl the gateway, {@code http://127.0.0.1:PORT} without a slash
 * @param ingestUrl the ingest listener in the same form, if the app has one
 */
public record InstanceFile(
        String instance,
        long pid,
        Instant startedAt,
        String baseUrl,
        int port,
        Secret token,
        Optional<String> ingestUrl,
        String appId,
        String appVersion,
        String mode) {
    private static final JsonMapper JSON = new JsonMapper();

    /** Where the file lies in a data folder. */
    public static Path in(Path dataFolder) {
        return dataFolder.resolve("runtime").resolve("instance.json");
    }

    /**
     * The file of a data folder; empty if there is none, or none that can be understood (an
     * interrupted or foreign file is as good as none, since the lock beside it decides who runs).
     *
     * @throws IOException if the file is there but cannot be read
     */
    public static Optional<InstanceFile> read(Path dataFolder) throws IOException {
        if (!Files.isRegularFile(in(dataFolder))) {
            return Optional.empty();
        }
        try {
            return parse(JSON.readTree(Files.readString(in(dataFolder))));
        } catch (NoSuchFileException | CharacterCodingException e) {
            return Optional.empty();
        } catch (JacksonException | DateTimeParseException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<InstanceFile> parse(JsonNode json) {
        var app = json.path("app");
        return Optional.of(
                new InstanceFile(
                        json.path("instance").asString(),
                        json.path("pid").asLong(),
                        Instant.parse(json.path("started_at").asString()),
                        json.path("base_url").asString(),
                        json.path("port").asInt(),
                        Secret.of(json.path("token").asString()),
                        Optional.of(json.path("ingest_url").asString(""))
                                .filter(url -> !url.isEmpty()),
                        app.path("id").asString(),
                        app.path("version").asString(),
                        json.path("mode").asString()));
    }

    /** Takes out the token of a data folder's instance, also one that has ended. */
    public static Redaction redaction(Path dataFolder) throws IOException {
        var redaction = new Redaction();
        read(dataFolder).ifPresent(file -> redaction.know(file.token()));
        return redaction;
    }

    /** Has the file of a data folder name another mode. */
    static void inMode(Path dataFolder, String mode) throws IOException {
        var now = read(dataFolder);
        if (now.isPresent()) {
            var old = now.get();
            new InstanceFile(
                            old.instance,
                            old.pid,
                            old.startedAt,
                            old.baseUrl,
                            old.port,
                            old.token,
                            old.ingestUrl,
                            old.appId,
                            old.appVersion,
                            mode)
                    .write(dataFolder);
        }
    }

    void write(Path dataFolder) throws IOException {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("instance", instance);
        json.put("pid", pid);
        json.put("started_at", startedAt.toString());
        json.put("base_url", baseUrl);
        json.put("port", port);
        json.put("token", token.reveal());
        json.put("ingest_url", ingestUrl.orElse(null));
        json.putObject("app").put("id", appId).put("version", appVersion);
        json.put("mode", mode);
        new AtomicFile(in(dataFolder)).write((json + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
