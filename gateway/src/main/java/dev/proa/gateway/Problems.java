package dev.proa.gateway;

import dev.proa.core.ProaException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes problem details (RFC 9457). */
final class Problems {
    private static final JsonFactory JSON = new JsonFactory();

    private Problems() {}

    static BackendResponse.Whole whole(int status, String detail, String requestId) {
        return new BackendResponse.Whole(
                status,
                Map.of("content-type", "application/problem+json"),
                written(json -> begin(json, status, detail, requestId)));
    }

    static byte[] body(Refusal refusal, String requestId) {
        return written(json -> {
            begin(json, refusal.status(), refusal.detail(), requestId);
            if (refusal.error()) {
                json.writeStringProperty("error", refusal.detail());
            }
        });
    }

    /** A handler's problems, with the status that fits the exit code they would have had. */
    static BackendResponse.Whole whole(ProaException failure, String requestId) {
        var status =
                switch (failure.exitCode()) {
                    case USAGE, BAD_DATA -> 400;
                    case BAD_CONFIG -> 422;
                    case UNAVAILABLE, TRY_LATER -> 503;
                    case OK, BUG, CANNOT_CREATE -> 500;
                };
        var body =
                written(json -> {
                    var first = failure.problems().getFirst();
                    begin(json, status, first.what() + ". " + first.remedy() + ".", requestId);
                    json.writeArrayPropertyStart("problems");
                    for (var problem : failure.problems()) {
                        json.writeStartObject();
                        json.writeStringProperty("where", problem.where().toString());
                        json.writeStringProperty("what", problem.what());
                        json.writeStringProperty("remedy", problem.remedy());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
        return new BackendResponse.Whole(
                status, Map.of("content-type", "application/problem+json"), body);
    }

    /** The name of the request is harmless in a URI reference, so it is one. */
    private static void begin(JsonGenerator json, int status, String detail, String requestId) {
        json.writeStringProperty("type", "about:blank");
        json.writeStringProperty("title", HttpResponseStatus.valueOf(status).reasonPhrase());
        json.writeNumberProperty("status", status);
        json.writeStringProperty("detail", detail);
        json.writeStringProperty("instance", requestId);
    }

    @FunctionalInterface
    interface Members {
        void write(JsonGenerator json);
    }

    /** One JSON object as UTF-8. */
    static byte[] written(Members members) {
        return out(members).toByteArray();
    }

    /** As {@link #written}, with a line feed behind it. */
    static byte[] line(Members members) {
        var out = out(members);
        out.write('\n');
        return out.toByteArray();
    }

    private static ByteArrayOutputStream out(Members members) {
        var out = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8)) {
            json.writeStartObject();
            members.write(json);
            json.writeEndObject();
        }
        return out;
    }
}
