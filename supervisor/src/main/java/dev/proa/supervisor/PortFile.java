package dev.proa.supervisor;

import dev.proa.core.InstanceId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file in which a sidecar tells its port: a decimal number, or {@code {"port": 4711,
 * "instance": "..."}} where the instance, if there is one, must be that of this run.
 *
 * <p>It may be written in place. What was read half-written is read again as long as the sidecar is
 * not ready, so nothing wrong is believed for long.
 */
record PortFile(Path path, InstanceId instance) {
    private static final int LIMIT = 4096;
    private static final JsonMapper JSON = new JsonMapper();

    /** Takes away what an earlier process wrote. */
    void clear() throws IOException {
        Files.deleteIfExists(path);
    }

    /** What it says now. */
    Announcement read() {
        byte[] bytes;
        try (var in = Files.newInputStream(path)) {
            bytes = in.readNBytes(LIMIT + 1);
        } catch (NoSuchFileException e) {
            return new Announcement.Silent();
        } catch (IOException e) {
            return new Announcement.Refused(
                    "wrote a port file that cannot be read: " + e.getMessage());
        }
        if (bytes.length > LIMIT) {
            return new Announcement.Refused("wrote more than " + LIMIT + " bytes to its port file");
        }
        try {
            return said(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return new Announcement.Refused("wrote to its port file what is not UTF-8");
        }
    }

    private Announcement said(String content) {
        var text = content.strip();
        if (text.isEmpty()) {
            return new Announcement.Silent();
        }
        return text.startsWith("{")
                ? saidInJson(text)
                : Announcement.ofNumber(text, "wrote to its port file");
    }

    private Announcement saidInJson(String text) {
        try {
            var json = JSON.readTree(text);
            var by = json.path("instance");
            if (!by.isMissingNode() && !by.asString("").equals(instance.toString())) {
                return new Announcement.Refused(
                        "wrote a port file for another instance, "
                                + Announcement.quoted(by.toString()));
            }
            return Announcement.ofNumber(json.path("port").toString(), "wrote to its port file");
        } catch (JacksonException e) {
            return new Announcement.Refused(
                    "wrote to its port file "
                            + Announcement.quoted(text)
                            + ", which is neither a number nor JSON");
        }
    }
}
