package dev.proa.eventlog;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.JsonNode;

/** Export requests as tests write them. */
final class Otlp {
    static final String JSON = "application/json";
    static final String PROTOBUF = "application/x-protobuf";

    private Otlp() {}

    static OtlpRequest json(OtlpSignal signal, String body) {
        return request(signal, JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    static OtlpRequest request(OtlpSignal signal, String type, byte[] body) {
        return new OtlpRequest(signal, Optional.of(type), Optional.empty(), body);
    }

    static OtlpRequest gzip(OtlpSignal signal, String type, byte[] body) {
        return new OtlpRequest(signal, Optional.of(type), Optional.of("gzip"), zipped(body));
    }

    static byte[] zipped(byte[] body) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            zip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The same request in protobuf. */
    static byte[] protobuf(OtlpSignal signal, String json) {
        return message(signal, json).toByteArray();
    }

    static Message message(OtlpSignal signal, String json) {
        try {
            return OtlpJson.read(json.getBytes(StandardCharsets.UTF_8), signal.request());
        } catch (OtlpRefusal e) {
            throw new AssertionError(e);
        }
    }

    /** Log records of one resource; {@code resource} are attributes. */
    static String logs(String resource, String... records) {
        return "{\"resourceLogs\":[{\"resource\":{\"attributes\":[%s]},\"scopeLogs\":[{\"logRecords\":[%s]}]}]}"
                .formatted(resource, String.join(",", records));
    }

    /** A log record at a moment; its attributes are name and value in turn. */
    static String log(long nanos, String body, String... attributes) {
        return "{\"timeUnixNano\":\"%d\",\"body\":%s,\"attributes\":[%s]}"
                .formatted(nanos, body, attributes(attributes));
    }

    static String text(String text) {
        return "{\"stringValue\":" + Json.text(out -> out.writeString(text)) + "}";
    }

    /** Attributes of texts, name and value in turn. */
    static String attributes(String... namesAndValues) {
        return Stream.iterate(0, i -> i < namesAndValues.length, i -> i + 2)
                .map(i ->
                        "{\"key\":\"%s\",\"value\":%s}"
                                .formatted(namesAndValues[i], text(namesAndValues[i + 1])))
                .collect(Collectors.joining(","));
    }

    static JsonNode json(OtlpReply reply) {
        return Json.read(new String(reply.body(), StandardCharsets.UTF_8));
    }

    /** Events of a request of logs, as they would be stored. */
    static List<NewEvent> events(String json) {
        return harvest(json).events();
    }

    static OtlpHarvest harvest(String json) {
        var harvest = new OtlpHarvest();
        var logs = new OtlpLogs(new GitHeads(InstantSource.system()));
        logs.gather((ExportLogsServiceRequest) message(OtlpSignal.LOGS, json), harvest);
        return harvest;
    }
}
