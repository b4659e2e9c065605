package dev.proa.eventlog;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;

/** The two encodings of OTLP/HTTP (OTLP 1.x, "OTLP/HTTP Request"). An answer has its request's. */
enum OtlpEncoding {
    JSON("application/json"),
    PROTOBUF("application/x-protobuf");

    private final String contentType;

    OtlpEncoding(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /** What a Content-Type names, whatever its parameters; empty if it is something else. */
    static Optional<OtlpEncoding> of(String contentType) {
        var type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "application/json" -> Optional.of(JSON);
            case "application/x-protobuf", "application/protobuf" -> Optional.of(PROTOBUF);
            default -> Optional.empty();
        };
    }

    /**
     * Reads a message of the kind of {@code empty}.
     *
     * @throws OtlpRefusal 400 if the body is none
     */
    Message read(byte[] body, Message empty) throws OtlpRefusal {
        return switch (this) {
            case JSON -> OtlpJson.read(body, empty);
            case PROTOBUF -> {
                try {
                    yield empty.getParserForType().parseFrom(body);
                } catch (InvalidProtocolBufferException e) {
                    throw new OtlpRefusal(
                            400,
                            "The body is not an %s in protobuf (%s)."
                                    .formatted(
                                            empty.getDescriptorForType().getName(),
                                            Shown.of(String.valueOf(e.getMessage()))));
                }
            }
        };
    }

    byte[] write(Message message) {
        return switch (this) {
            case JSON -> OtlpJson.write(message);
            case PROTOBUF -> message.toByteArray();
        };
    }

    /**
     * A {@code google.rpc.Status}, which OTLP/HTTP has in every answer from 400.
     *
     * @param code of {@code google.rpc.Code}
     */
    byte[] failure(int code, String message) {
        return switch (this) {
            case JSON ->
                    Json.bytes(out ->
                            Json.object(
                                    out,
                                    o -> {
                                        o.writeNumberProperty("code", code);
                                        o.writeStringProperty("message", message);
                                    }));
            case PROTOBUF -> status(code, message);
        };
    }

    private static byte[] status(int code, String message) {
        var bytes = new ByteArrayOutputStream();
        try {
            var out = CodedOutputStream.newInstance(bytes);
            out.writeInt32(1, code);
            out.writeString(2, message);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }
}
