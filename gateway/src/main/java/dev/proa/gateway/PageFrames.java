package dev.proa.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.io.JsonStringEncoder;

/** Writes the messages of the page channel, {@code proa.v1}. */
final class PageFrames {
    private static final JsonStringEncoder QUOTES = JsonStringEncoder.getInstance();

    private final long generation;

    PageFrames(long generation) {
        this.generation = generation;
    }

    PageFrame hello(String client, long heartbeatMillis, String id) {
        return message(
                "hello",
                id,
                json -> {
                    json.writeNumberProperty("g", generation);
                    json.writeStringProperty("client", client);
                    json.writeNumberProperty("heartbeat_ms", heartbeatMillis);
                });
    }

    /** {@code number} is where a stream goes on after it. */
    PageFrame resync(String cause, long dropped, long number) {
        return message(
                "resync",
                id(number),
                json -> {
                    json.writeNumberProperty("g", generation);
                    json.writeStringProperty("cause", cause);
                    json.writeNumberProperty("dropped", dropped);
                });
    }

    PageFrame status(String upstream, String state, int attempt, Optional<Instant> nextAt) {
        return message(
                "status",
                "",
                json -> {
                    json.writeStringProperty("upstream", upstream);
                    json.writeStringProperty("state", state);
                    json.writeNumberProperty("attempt", attempt);
                    if (nextAt.isPresent()) {
                        json.writeStringProperty("next_at", nextAt.get().toString());
                    } else {
                        json.writeNullProperty("next_at");
                    }
                });
    }

    PageFrame intent(String intent, String kind, byte[] data) {
        return message(
                "intent",
                "",
                json -> {
                    json.writeStringProperty("id", intent);
                    json.writeStringProperty("kind", kind);
                    json.writeName("data");
                    json.writeRawValue(new String(data, StandardCharsets.UTF_8));
                });
    }

    private static PageFrame message(String type, String id, Problems.Members members) {
        var json =
                Problems.written(writer -> {
                    writer.writeStringProperty("t", type);
                    members.write(writer);
                });
        return new PageFrame(type, id, json);
    }

    String id(long number) {
        return generation + "-" + number;
    }

    /** By hand, since the events' data is JSON already and goes in as it is. */
    PageFrame batch(long number, Instant at, List<ChannelEvent> events) {
        var out = new ByteArrayOutputStream(64 + events.size() * 256);
        text(out, "{\"t\":\"batch\",\"g\":" + generation + ",\"s\":" + number);
        text(out, ",\"at\":\"" + at + "\",\"e\":[");
        var first = true;
        for (var event : events) {
            text(out, first ? "{" : ",{");
            first = false;
            event.id().ifPresent(id -> member(out, "id", id));
            event.scope().ifPresent(scope -> member(out, "scope", scope));
            member(out, "type", event.type());
            text(out, "\"data\":");
            out.writeBytes(event.data());
            text(out, ",\"n\":1}");
        }
        text(out, "]}");
        return new PageFrame("batch", id(number), out.toByteArray());
    }

    private static void member(ByteArrayOutputStream out, String name, String value) {
        text(out, "\"" + name + "\":\"");
        out.writeBytes(QUOTES.quoteAsUTF8(value));
        text(out, "\",");
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
