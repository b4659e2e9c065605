package dev.proa.eventlog;

import com.google.protobuf.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What one request brings, while it is gathered; used once, by one thread. */
final class OtlpHarvest {
    /** Why an item is not kept. */
    enum Skip {
        NO_SESSION(
                "no_session", "name no session (session.id, gen_ai.session.id, conversation.id)"),
        INVALID("invalid", "have no valid trace and span id"),
        NOISE("noise", ""),
        UNKNOWN("unknown_name", ""),
        NO_VALUE("no_value", ""),
        NO_INCREASE("no_increase", "");

        private final String key;
        private final String complaint;

        Skip(String key, String complaint) {
            this.key = key;
            this.complaint = complaint;
        }

        String key() {
            return key;
        }

        /** Whether the sender ought to know. */
        boolean rejected() {
            return !complaint.isEmpty();
        }
    }

    private static final int ID_BYTES = 18;

    private final List<NewEvent> events = new ArrayList<>();
    private final List<MeterReading> readings = new ArrayList<>();
    private final List<NewSpan> spans = new ArrayList<>();
    private final Map<Skip, Integer> skipped = new EnumMap<>(Skip.class);
    private final Map<String, Integer> alike = new HashMap<>();
    private int received;

    /** Counts an item of the request. */
    void received() {
        received++;
    }

    int count() {
        return received;
    }

    void keep(NewEvent event) {
        events.add(event);
    }

    void keep(MeterReading reading) {
        readings.add(reading);
    }

    void keep(NewSpan span) {
        spans.add(span);
    }

    List<NewEvent> events() {
        return events;
    }

    /** What is kept of it beside the events, as far as the rules of privacy leave it. */
    Telemetry telemetry(Privacy privacy) {
        return new Telemetry(readings, spans.stream().map(privacy::clean).toList());
    }

    void skip(Skip why) {
        skipped.merge(why, 1, Integer::sum);
    }

    Map<Skip, Integer> skipped() {
        return skipped;
    }

    /** How many items the sender has to know of. */
    long rejected() {
        return skipped.entrySet().stream()
                .filter(entry -> entry.getKey().rejected())
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Why they were rejected, in sentences. */
    String complaint(OtlpSignal signal) {
        return skipped.entrySet().stream()
                .filter(entry -> entry.getKey().rejected())
                .map(entry ->
                        "%d %s %s."
                                .formatted(
                                        entry.getValue(), signal.items(), entry.getKey().complaint))
                .collect(Collectors.joining(" "));
    }

    /**
     * An id that an item has again when the same request is sent again, which exporters do after a
     * timeout. Items of one request that are alike in everything get different ones.
     */
    String id(String kind, Message... parts) {
        var bytes = Arrays.stream(parts).map(Message::toByteArray);
        var content =
                digest(Stream.concat(Stream.of(kind.getBytes(StandardCharsets.UTF_8)), bytes));
        var before = alike.merge(content, 1, Integer::sum) - 1;
        return "otel-" + (before == 0 ? content : content + "." + before);
    }

    /** A short name for long texts. */
    static String digest(String... parts) {
        return digest(Arrays.stream(parts).map(part -> part.getBytes(StandardCharsets.UTF_8)));
    }

    private static String digest(Stream<byte[]> parts) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            parts.forEach(part -> {
                digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.length));
                digest.update(part);
            });
            var start = Arrays.copyOf(digest.digest(), ID_BYTES);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(start);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }
}
