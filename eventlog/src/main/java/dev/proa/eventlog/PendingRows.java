package dev.proa.eventlog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The new events of a transaction before they are written, in the order of their ids. */
final class PendingRows {
    private final Map<Long, EventRow> rows = new LinkedHashMap<>();
    private final Map<String, List<Long>> byMessage = new HashMap<>();
    private final Map<String, List<Long>> byRequest = new HashMap<>();
    private final Map<String, List<Long>> byCall = new HashMap<>();

    void add(EventRow row) {
        rows.put(row.id(), row);
        if (row.uses() && !row.identity().metered()) {
            name(byMessage, row.identity().messageId(), row);
            name(byRequest, row.identity().requestId(), row);
        }
        if (row.call().counted()) {
            name(byCall, row.call().id(), row);
        }
    }

    private static void name(Map<String, List<Long>> names, @Nullable String name, EventRow row) {
        if (name != null) {
            names.computeIfAbsent(name, _ -> new ArrayList<>()).add(row.id());
        }
    }

    /** Puts a changed event in its place; false if it is none of these. */
    boolean replace(EventRow row) {
        return rows.replace(row.id(), row) != null;
    }

    Optional<EventRow> row(long id) {
        return Optional.ofNullable(rows.get(id));
    }

    /** One of those that tell of a model's answer. */
    Optional<EventRow> ofMessage(String message, @Nullable String request) {
        return first(byMessage.get(message), row -> agree(row.identity().requestId(), request));
    }

    /** One of those that tell of a request. */
    Optional<EventRow> ofRequest(String request, @Nullable String message) {
        return first(byRequest.get(request), row -> agree(row.identity().messageId(), message));
    }

    /** One that counts for a call of a tool, of another source than this one. */
    Optional<EventRow> ofCall(String sessionId, String callId, String source) {
        return first(
                byCall.get(callId),
                row -> row.sessionId().equals(sessionId) && !row.source().equals(source));
    }

    private Optional<EventRow> first(@Nullable List<Long> ids, Predicate<EventRow> fits) {
        return ids == null
                ? Optional.empty()
                : ids.stream().map(rows::get).filter(fits).findFirst();
    }

    private static boolean agree(@Nullable String one, @Nullable String other) {
        return one == null || other == null || one.equals(other);
    }

    /** Copies of those that pass. */
    List<EventRow> those(Predicate<EventRow> wanted) {
        return rows.values().stream().filter(wanted).toList();
    }

    Collection<EventRow> all() {
        return rows.values();
    }
}
