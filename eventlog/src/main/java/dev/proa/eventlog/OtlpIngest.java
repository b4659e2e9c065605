package dev.proa.eventlog;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes telemetry of coding agents by OTLP/HTTP (OpenTelemetry Protocol 1.x): log records become
 * events, increments of token and cost meters become events, traces become spans of a session. Safe
 * to use from any thread; calls return when everything is on the disk.
 */
public final class OtlpIngest {
    private static final Duration WHEN_IT_FAILS = Duration.ofSeconds(5);

    /** {@code google.rpc.Code} of an answer. */
    private static final int INVALID_ARGUMENT = 3;

    private static final int RESOURCE_EXHAUSTED = 8;
    private static final int UNAVAILABLE = 14;

    private final EventLog log;
    private final OtlpLogs logs;
    private final OtlpCounts counts;
    private final OtlpRoom room = new OtlpRoom();

    /** Stores into {@code log}. */
    public OtlpIngest(EventLog log, InstantSource clock) {
        this.log = log;
        this.logs = new OtlpLogs(new GitHeads(clock));
        this.counts = new OtlpCounts(clock);
    }

    /**
     * Answers {@code POST /v1/logs|metrics|traces}, JSON or protobuf: 200 when everything is on the
     * disk, with a partial success if items were rejected; 400, 413 and 415 for what will never be
     * taken, 429 and 503 for what may be sent again; these with a {@code google.rpc.Status}. The
     * answer has the request's encoding.
     */
    public OtlpReply take(OtlpRequest request) throws InterruptedException {
        var encoding = request.contentType().flatMap(OtlpEncoding::of);
        var answer = encoding.orElse(OtlpEncoding.JSON);
        try {
            var reader = encoding.orElseThrow(() -> unknownType(request));
            var taken = taken(request, reader::read);
            return switch (taken) {
                case Taken.Whole(var harvest) -> reply(answer, 200, accepted(request, harvest));
                case Taken.Later(var status, var why, var after) ->
                        new OtlpReply(
                                status,
                                answer.contentType(),
                                answer.failure(code(status), why),
                                Optional.of(after));
            };
        } catch (OtlpRefusal e) {
            return reply(answer, e.status(), answer.failure(code(e.status()), refused(request, e)));
        }
    }

    private static OtlpReply reply(OtlpEncoding encoding, int status, Message message) {
        return reply(encoding, status, encoding.write(message));
    }

    private static OtlpReply reply(OtlpEncoding encoding, int status, byte[] body) {
        return new OtlpReply(status, encoding.contentType(), body, Optional.empty());
    }

    private static Message accepted(OtlpRequest request, OtlpHarvest harvest) {
        var signal = request.signal();
        return harvest.rejected() == 0
                ? signal.accepted()
                : signal.accepted(harvest.rejected(), harvest.complaint(signal));
    }

    private static int code(int status) {
        return switch (status) {
            case 413, 429 -> RESOURCE_EXHAUSTED;
            case 503 -> UNAVAILABLE;
            default -> INVALID_ARGUMENT;
        };
    }

    private static OtlpRefusal unknownType(OtlpRequest request) {
        return new OtlpRefusal(
                415,
                "Send application/x-protobuf or application/json; Content-Type was %s."
                        .formatted(
                                request.contentType()
                                        .map(type -> "\"" + Shown.of(type) + "\"")
                                        .orElse("absent")));
    }

    /**
     * Answers {@code POST /api/otel/v1/logs|metrics|traces} by the contract: JSON only, whatever
     * the content type says; 200 {@code {}}, 400 {@code {error}}, and 415 {@code {error, hint}} for
     * protobuf.
     */
    public Reply takeJson(OtlpRequest request) throws InterruptedException {
        var encoding = request.contentType().flatMap(OtlpEncoding::of);
        try {
            if (encoding.equals(Optional.of(OtlpEncoding.PROTOBUF))) {
                refused(request, new OtlpRefusal(415, "Protobuf was sent to /api/otel/v1."));
                return protobufRefused(request.signal());
            }
            return switch (taken(request, OtlpJson::readNested)) {
                case Taken.Whole(_) -> Reply.of(200, out -> Json.object(out, _ -> {}));
                case Taken.Later(var status, var why, var after) -> Reply.later(status, why, after);
            };
        } catch (OtlpRefusal e) {
            var why = refused(request, e);
            return Reply.of(
                    e.status(),
                    out ->
                            Json.object(
                                    out,
                                    o -> {
                                        o.writeStringProperty(
                                                "error",
                                                e.status() == 400
                                                        ? "Invalid OTEL JSON payload"
                                                        : why);
                                        o.writeStringProperty("hint", why);
                                    }));
        }
    }

    private static Reply protobufRefused(OtlpSignal signal) {
        return Reply.of(
                415,
                out ->
                        Json.object(
                                out,
                                o -> {
                                    o.writeStringProperty(
                                            "error",
                                            "Protobuf not supported yet. Use JSON format.");
                                    o.writeStringProperty(
                                            "hint",
                                            "Send protobuf to %s, or JSON with OTEL_EXPORTER_OTLP_PROTOCOL=http/json."
                                                    .formatted(signal.path()));
                                }));
    }

    /** Notes a refusal, and gives its reason. */
    private String refused(OtlpRequest request, OtlpRefusal refusal) {
        counts.refused(request.signal(), refusal.status(), refusal.why());
        return refusal.why();
    }

    /** Reads a message of the kind of {@code empty}. */
    @FunctionalInterface
    private interface Reader {
        Message read(byte[] body, Message empty) throws OtlpRefusal;
    }

    /** How a request ended that could be read. */
    private sealed interface Taken {
        record Whole(OtlpHarvest harvest) implements Taken {}

        record Later(int status, String why, Duration after) implements Taken {}
    }

    /** So many events go into one transaction: what waits for the disk is held in memory. */
    private static final int PART = 1_000;

    /** A large request holds its room until it is stored, so that few are in memory at a time. */
    private Taken taken(OtlpRequest request, Reader reader)
            throws OtlpRefusal, InterruptedException {
        var place = room.enter(request);
        if (place.isEmpty()) {
            return later(
                    request,
                    429,
                    "Too much waits to be read. Send it again later.",
                    Duration.ofSeconds(1));
        }
        try (var _ = place.get()) {
            return stored(request, harvest(request, reader));
        }
    }

    /**
     * Stores in parts; if a part is not taken, the whole request comes again, and what it had
     * brought is known by its ids.
     */
    private Taken stored(OtlpRequest request, OtlpHarvest harvest) throws InterruptedException {
        var events = harvest.events();
        var ids = new ArrayList<Long>();
        var duplicates = 0;
        var from = 0;
        for (; events.size() - from > PART; from += PART) {
            var part = log.append(events.subList(from, from + PART));
            if (!(part instanceof Appended.Stored(var some, var known))) {
                return ended(request, harvest, part, harvest.telemetry(log.privacy()));
            }
            ids.addAll(some);
            duplicates += known;
        }
        var telemetry = harvest.telemetry(log.privacy());
        var rest = events.subList(from, events.size());
        var last =
                rest.isEmpty() && telemetry.isEmpty()
                        ? new Appended.Stored(List.of(), 0)
                        : log.append(rest, telemetry);
        if (last instanceof Appended.Stored(var some, var known)) {
            ids.addAll(some);
            return ended(request, harvest, new Appended.Stored(ids, duplicates + known), telemetry);
        }
        return ended(request, harvest, last, telemetry);
    }

    private Taken ended(
            OtlpRequest request, OtlpHarvest harvest, Appended appended, Telemetry telemetry) {
        return switch (appended) {
            case Appended.Stored stored -> {
                counts.took(request.signal(), harvest, stored, telemetry);
                yield new Taken.Whole(harvest);
            }
            case Appended.Busy(var after) ->
                    later(request, 429, "Too much waits to be stored. Send it again later.", after);
            case Appended.Failed(var problem) ->
                    later(request, 503, "It was not stored. " + problem, WHEN_IT_FAILS);
        };
    }

    private Taken later(OtlpRequest request, int status, String why, Duration after) {
        counts.refused(request.signal(), status, why);
        return new Taken.Later(status, why, after);
    }

    private OtlpHarvest harvest(OtlpRequest request, Reader reader) throws OtlpRefusal {
        var plain = OtlpBody.plain(request);
        var message = reader.read(plain, request.signal().request());
        var harvest = new OtlpHarvest();
        switch (message) {
            case ExportLogsServiceRequest exported -> logs.gather(exported, harvest);
            case ExportMetricsServiceRequest exported -> OtlpMetrics.gather(exported, harvest);
            case ExportTraceServiceRequest exported -> OtlpTraces.gather(exported, harvest);
            default -> throw new IllegalArgumentException(message.getClass().getName());
        }
        return harvest;
    }

    /**
     * Answers {@code GET /api/sessions/{id}/spans}: the spans in the order in which they began;
     * {@code limit} (1,000, at most 10,000) and {@code offset} page.
     */
    public Reply spans(String session, Parameters parameters) throws InterruptedException {
        var spans = log.read(connection -> SpansQuery.run(connection, session, parameters));
        return Reply.of(200, spans::write);
    }

    /**
     * Answers {@code GET /api/otel/status}: what was received, stored and skipped since the start,
     * with the reasons, the last error, and the names that are understood.
     */
    public Reply status() {
        return Reply.of(200, counts::write);
    }
}
