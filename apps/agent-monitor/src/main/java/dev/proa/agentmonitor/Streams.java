package dev.proa.agentmonitor;

import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BodyStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The contract's live stream: server-sent events, to at most {@link #MOST} clients. A client that
 * does not keep up is dropped. Safe to use from any thread.
 */
final class Streams implements AutoCloseable {
    static final int MOST = 50;

    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);
    private static final byte[] HEARTBEAT = utf8(": heartbeat\n\n");
    private static final Map<String, String> HEADERS =
            Map.of(
                    "content-type", "text/event-stream",
                    "cache-control", "no-cache",
                    "x-accel-buffering", "no");

    private final InstantSource clock;
    private final Set<StreamClient> clients = ConcurrentHashMap.newKeySet();

    Streams(InstantSource clock) {
        this.clock = clock;
    }

    /** An event as the stream tells it, and what filters look at. */
    record Told(String agentType, String eventType, byte[] json) {}

    /** Answers {@code GET /api/stream}, or 503 if there are too many clients. */
    BackendResponse answer(BackendRequest request) {
        if (clients.size() >= MOST) {
            return BackendResponse.json(
                    503,
                    utf8("{\"error\":\"SSE client limit reached\",\"max_clients\":" + MOST + "}"));
        }
        var agentType = request.parameter("agent_type").filter(text -> !text.isEmpty());
        var eventType = request.parameter("event_type").filter(text -> !text.isEmpty());
        return new BackendResponse.Streaming(
                200, HEADERS, body -> open(body, agentType, eventType));
    }

    private void open(BodyStream body, Optional<String> agentType, Optional<String> eventType) {
        var client = new StreamClient(body, agentType, eventType);
        var now = MILLIS.format(clock.instant());
        client.send(message("{\"type\":\"connected\",\"timestamp\":\"" + now + "\"}"));
        clients.add(client);
        body.onClosed(() -> clients.remove(client));
    }

    int count() {
        return clients.size();
    }

    /** Tells each client the events that it wants, in one piece. */
    void events(List<Told> events) {
        for (var client : clients) {
            var wanted = events.stream().filter(client::wants).toList();
            if (!wanted.isEmpty()) {
                deliver(client, pieces(wanted));
            }
        }
    }

    /** Tells all clients, whatever their filters: those are for events only. */
    void system(String type, byte[] payload) {
        var piece = wrapped(type, payload);
        clients.forEach(client -> deliver(client, piece));
    }

    /** Keeps connections open that nothing is told on. */
    void heartbeat() {
        clients.forEach(client -> deliver(client, HEARTBEAT));
    }

    private void deliver(StreamClient client, byte[] bytes) {
        if (!client.send(bytes)) {
            clients.remove(client);
            client.close();
        }
    }

    private static byte[] pieces(List<Told> events) {
        var pieces = events.stream().map(event -> wrapped("event", event.json())).toList();
        var all = new byte[pieces.stream().mapToInt(piece -> piece.length).sum()];
        var at = 0;
        for (var piece : pieces) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return all;
    }

    private static byte[] wrapped(String type, byte[] payload) {
        var json = new String(payload, StandardCharsets.UTF_8);
        return message("{\"type\":\"" + type + "\",\"payload\":" + json + "}");
    }

    private static byte[] message(String json) {
        return utf8("data: " + json + "\n\n");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        clients.forEach(StreamClient::close);
        clients.clear();
    }
}
