package dev.proa.eventlog;

import com.google.protobuf.Message;
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

/** What one request brings, while it is gathered; used once, by one thread. */
final class OtlpHarvest {
    /** Why an item is not kept. */
    enum Skip {
        NO_SESSION(
                "no_session", "name no session (session.id, gen_ai.session.id, conversation.id)"),
        INVALID("invalid", "have no valid trace and span id"),
        NOISE("noise", ""),
        UNKNOWN("unknown_name", ""),
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

    List<NewEvent> events() {
        return events;
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
    String id(Message... parts) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var part : parts) {
                digest.update(part.toByteArray());
                digest.update((byte) 0);
            }
            var content = encoded(digest.digest());
            var before = alike.merge(content, 1, Integer::sum) - 1;
            return "otel-" + (before == 0 ? content : content + "." + before);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JVM has it
        }
    }

    private static String encoded(byte[] digest) {
        var start = Arrays.copyOf(digest, ID_BYTES);
        return new String(
                Base64.getUrlEncoder().withoutPadding().encode(start), StandardCharsets.US_ASCII);
    }
}
