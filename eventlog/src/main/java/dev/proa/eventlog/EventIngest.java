package dev.proa.eventlog;

import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * Answers the contract's two ingest requests. Bodies are read as text whatever their content type,
 * and up to three levels of accidental quoting or encoding are taken off. Safe to use from any
 * thread; calls return when the events are on the disk.
 */
public final class EventIngest {
    static final String NOT_JSON = "Invalid JSON payload";
    private static final Duration WHEN_IT_FAILS = Duration.ofSeconds(5);

    private final EventLog log;
    private final Contract contract;

    /** Stores into {@code log}; local times of senders are this machine's. */
    public EventIngest(EventLog log, InstantSource clock) {
        this(log, new Contract(ZoneId.systemDefault(), new GitHeads(clock)));
    }

    EventIngest(EventLog log, Contract contract) {
        this.log = log;
        this.contract = contract;
    }

    /**
     * Answers {@code POST /api/events}: 201 with the id, 200 for a known {@code event_id}, 400 with
     * every fault.
     */
    public Reply single(byte[] body) throws InterruptedException {
        var input = BodyText.read(body);
        if (input.isEmpty()) {
            return Reply.error(400, NOT_JSON);
        }
        return switch (contract.read(input.get())) {
            case Contract.Verdict.Invalid(var faults) -> refused("Invalid event payload", faults);
            case Contract.Verdict.Valid(var event) -> {
                var appended = log.append(List.of(event));
                yield appended instanceof Appended.Stored(var ids, var duplicates)
                        ? stored(ids.isEmpty() ? 200 : 201, ids, duplicates)
                        : undone(appended);
            }
        };
    }

    /**
     * Answers {@code POST /api/events/batch}: 201 with ids, duplicates and rejected items. What is
     * valid is stored all or none, in its order.
     */
    public Reply batch(byte[] body) throws InterruptedException {
        var input = BodyText.read(body);
        if (input.isEmpty()) {
            return Reply.error(400, NOT_JSON);
        }
        var items = input.get().path("events");
        if (!items.isArray()) {
            return Reply.error(400, "Expected { events: [...] }");
        }
        var valid = new ArrayList<NewEvent>(items.size());
        var rejected = new ArrayList<Rejected>();
        var index = 0;
        for (var item : items) {
            switch (contract.read(item)) {
                case Contract.Verdict.Valid(var event) -> valid.add(event);
                case Contract.Verdict.Invalid(var faults) ->
                        rejected.add(new Rejected(index, faults));
            }
            index++;
        }
        var appended = valid.isEmpty() ? new Appended.Stored(List.of(), 0) : log.append(valid);
        return appended instanceof Appended.Stored stored
                ? partly(stored, rejected)
                : undone(appended);
    }

    private record Rejected(int index, List<Contract.Fault> faults) {}

    static Reply refused(String error, List<Contract.Fault> faults) {
        return Reply.of(
                400,
                out -> {
                    out.writeStartObject();
                    out.writeStringProperty("error", error);
                    out.writeName("details");
                    out.writeStartArray();
                    for (var fault : faults) {
                        out.writeStartObject();
                        out.writeStringProperty("field", fault.field());
                        out.writeStringProperty("message", fault.message());
                        out.writeEndObject();
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                });
    }

    private static Reply stored(int status, List<Long> ids, int duplicates) {
        return Reply.of(status, out -> Json.object(out, o -> counts(o, ids, duplicates)));
    }

    private static void counts(JsonGenerator out, List<Long> ids, int duplicates) {
        out.writeNumberProperty("received", ids.size());
        out.writeName("ids");
        out.writeStartArray();
        ids.forEach(out::writeNumber);
        out.writeEndArray();
        out.writeNumberProperty("duplicates", duplicates);
    }

    private static Reply partly(Appended.Stored stored, List<Rejected> rejected) {
        return Reply.of(
                201,
                out -> {
                    out.writeStartObject();
                    counts(out, stored.ids(), stored.duplicates());
                    out.writeName("rejected");
                    out.writeStartArray();
                    for (var item : rejected) {
                        out.writeStartObject();
                        out.writeNumberProperty("index", item.index());
                        out.writeName("errors");
                        out.writeStartArray();
                        for (var fault : item.faults()) {
                            out.writeString(fault.field() + ": " + fault.message());
                        }
                        out.writeEndArray();
                        out.writeEndObject();
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                });
    }

    /** Nothing was stored; the sender may come again. */
    static Reply undone(Appended appended) {
        return switch (appended) {
            case Appended.Busy(var after) ->
                    Reply.later(
                            429, "Too many events wait to be stored. Send it again later.", after);
            case Appended.Failed(var problem) ->
                    Reply.later(503, "The event was not stored. " + problem, WHEN_IT_FAILS);
            case Appended.Stored stored ->
                    throw new IllegalArgumentException("was stored: " + stored.ids());
        };
    }
}
