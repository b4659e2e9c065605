package dev.proa.eventlog;

import dev.proa.core.AtomicFile;
import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The user's own prices, in {@code prices.json} of the data folder; they go before the bundled. */
final class PriceFile {
    /** Its name in the data folder. */
    static final String NAME = "prices.json";

    private static final int MARK_BYTES = 4;

    private final Path file;

    PriceFile(Path file) {
        this.file = file;
    }

    /** As {@link #over(Prices)}; prices that cannot be understood are told of and left out. */
    Prices over(Prices bundled, EventLogListener listener) {
        try {
            return over(bundled);
        } catch (ProaException e) {
            e.problems().forEach(listener::troubled);
            return bundled;
        }
    }

    /**
     * The bundled prices with the user's over them.
     *
     * @throws ProaException if the file is there and cannot be understood: all that is wrong
     */
    Prices over(Prices bundled) {
        var own = read();
        return own.isEmpty() ? bundled : bundled.with(own, mark());
    }

    /** Adds a model's prices to the file, or puts them in place of those that it has. */
    void put(ModelPrice price) throws IOException {
        var models = new ArrayList<>(read());
        models.removeIf(own -> own.model().equals(price.model()));
        models.add(price);
        var json =
                Json.text(out -> {
                    out.writeStartObject();
                    out.writeName("models");
                    out.writeStartArray();
                    models.forEach(own -> PriceTableJson.write(out, own));
                    out.writeEndArray();
                    out.writeEndObject();
                });
        new AtomicFile(file).write(json.getBytes(StandardCharsets.UTF_8));
    }

    private List<ModelPrice> read() {
        JsonNode table;
        try {
            if (!Files.exists(file)) {
                return List.of();
            }
            table = Json.read(Files.readString(file));
        } catch (IOException | JacksonException e) {
            throw refused(
                    List.of(
                            new Problem(
                                    Where.of(file.toString()),
                                    "the prices cannot be read (" + e.getMessage() + ")",
                                    "Write JSON such as {\"models\": [{\"model\": ...}]}, or remove"
                                            + " the file")));
        }
        var models = PriceTableJson.models(table, false);
        if (!models.problems().isEmpty()) {
            throw refused(
                    models.problems().stream()
                            .map(fault ->
                                    new Problem(
                                            new Where(file.toString(), 0, 0, fault.pointer()),
                                            fault.message(),
                                            "Correct it, or remove the file"))
                            .toList());
        }
        return models.found();
    }

    private static ProaException refused(List<Problem> problems) {
        return new ProaException(ExitCode.BAD_CONFIG, problems);
    }

    private String mark() {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest, 0, MARK_BYTES);
        } catch (IOException | NoSuchAlgorithmException e) {
            return "file";
        }
    }
}
