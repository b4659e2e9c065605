package dev.proa.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The two lines of a hand-over: a JSON object each way. {@code hand_over} is the version of whoever
 * writes. Members are only ever added and unknown ones ignored, so that two versions of Proa
 * understand what both know.
 */
final class HandOverLines {
    /** The longest line, in bytes, its end included. */
    static final int MOST_BYTES = 256 * 1024;

    private static final int VERSION = 1;
    private static final JsonMapper JSON = new JsonMapper();

    private HandOverLines() {}

    static byte[] request(HandOver handOver) {
        var json = line();
        var arguments = json.putArray("arguments");
        handOver.arguments().forEach(arguments::add);
        json.put("folder", handOver.folder().toString()).put("raise", handOver.raise());
        return bytes(json);
    }

    /**
     * @throws IOException saying what is wrong with the line
     */
    static HandOver request(byte[] line) throws IOException {
        var json = object(line);
        var arguments = json.path("arguments");
        if (!arguments.isArray() || arguments.size() > HandOver.MOST_ARGUMENTS) {
            throw new IOException("arguments is no array of at most " + HandOver.MOST_ARGUMENTS);
        }
        if (!json.path("folder").isString()) {
            throw new IOException("folder is no text");
        }
        try {
            return new HandOver(
                    texts(arguments),
                    Path.of(json.path("folder").stringValue()),
                    json.path("raise").asBoolean(true));
        } catch (InvalidPathException e) {
            throw new IOException("folder is no path", e);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static List<String> texts(JsonNode array) throws IOException {
        if (array.valueStream().anyMatch(each -> !each.isString())) {
            throw new IOException("an argument is no text");
        }
        return array.valueStream().map(JsonNode::stringValue).toList();
    }

    static byte[] answer(HandOverAnswer answer) {
        return bytes(
                switch (answer) {
                    case HandOverAnswer.Taken(var pid, var baseUrl, var page, var raised) ->
                            line().put("taken", true)
                                    .put("pid", pid)
                                    .put("base_url", baseUrl)
                                    .put("page", page)
                                    .put("raised", raised);
                    case HandOverAnswer.Refused(var cause, var why) ->
                            line().put("taken", false)
                                    .put("cause", cause.name().toLowerCase(Locale.ROOT))
                                    .put("why", why);
                });
    }

    /**
     * @throws IOException saying what is wrong with the line
     */
    static HandOverAnswer answer(byte[] line) throws IOException {
        var json = object(line);
        if (json.path("taken").asBoolean(false)) {
            return new HandOverAnswer.Taken(
                    json.path("pid").asLong(0),
                    json.path("base_url").asString(""),
                    json.path("page").asString(""),
                    json.path("raised").asBoolean(false));
        }
        return new HandOverAnswer.Refused(
                cause(json.path("cause").asString("")), json.path("why").asString(""));
    }

    private static HandOverAnswer.Cause cause(String word) {
        return Stream.of(HandOverAnswer.Cause.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElse(HandOverAnswer.Cause.OTHER);
    }

    private static JsonNode object(byte[] line) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(line);
        } catch (JacksonException e) {
            throw new IOException("the line is no JSON", e);
        }
        if (!json.isObject() || json.path("hand_over").asInt(0) < VERSION) {
            throw new IOException("the line is no hand-over");
        }
        return json;
    }

    private static ObjectNode line() {
        return JsonNodeFactory.instance.objectNode().put("hand_over", VERSION);
    }

    private static byte[] bytes(ObjectNode json) {
        return (json + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
