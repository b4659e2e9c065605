package dev.proa.eventlog;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** A request's body without its Content-Encoding, of a bounded length. */
final class OtlpBody {
    /** The longest body, before and after it is decompressed: the contract's limit for OTLP. */
    static final int MOST_BYTES = 5 * 1024 * 1024;

    private OtlpBody() {}

    /**
     * The plain body. Nothing beyond the limit is ever decompressed.
     *
     * @throws OtlpRefusal 413 if it is too long, 415 for another encoding than gzip and deflate,
     *     400 if it is not what its encoding says
     */
    static byte[] plain(OtlpRequest request) throws OtlpRefusal {
        var body = request.body();
        if (body.length > MOST_BYTES) {
            throw tooLong();
        }
        var encoding =
                request.contentEncoding()
                        .map(text -> text.strip().toLowerCase(Locale.ROOT))
                        .orElse("");
        return switch (encoding) {
            case "", "identity" -> body;
            case "gzip", "x-gzip" -> inflated(body, GZIPInputStream::new); // RFC 9110, 8.4.1.3
            case "deflate" -> inflated(body, InflaterInputStream::new); // RFC 9110, 8.4.1.2: zlib
            default ->
                    throw new OtlpRefusal(
                            415,
                            "Content-Encoding is gzip, deflate or absent, but was \"%s\"."
                                    .formatted(Shown.of(encoding)));
        };
    }

    @FunctionalInterface
    private interface Unpacking {
        InputStream of(InputStream packed) throws IOException;
    }

    private static byte[] inflated(byte[] body, Unpacking unpacking) throws OtlpRefusal {
        try (var in = unpacking.of(new ByteArrayInputStream(body))) {
            var plain = in.readNBytes(MOST_BYTES + 1);
            if (plain.length > MOST_BYTES) {
                throw tooLong();
            }
            return plain;
        } catch (IOException e) {
            throw new OtlpRefusal(
                    400,
                    "The body is not whole compressed data, as its Content-Encoding says (%s)."
                            .formatted(
                                    e.getMessage() == null
                                            ? "it ends too early"
                                            : Shown.of(e.getMessage())));
        }
    }

    private static OtlpRefusal tooLong() {
        return new OtlpRefusal(
                413,
                "The body is longer than %d bytes, decompressed if it was compressed. Export in smaller batches."
                        .formatted(MOST_BYTES));
    }
}
