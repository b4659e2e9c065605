package dev.proa.eventlog;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** A request's body without its Content-Encoding, of a bounded length. */
final class OtlpBody {
    /** The longest body, before and after it is decompressed: the contract's limit for OTLP. */
    static final int MOST_BYTES = 5 * 1024 * 1024;

    private OtlpBody() {}

    /**
     * The plain body. Nothing beyond the limit is ever decompressed.
     *
     * @throws OtlpRefusal 413 if it is too long, 415 for another encoding than gzip, 400 if it is
     *     no gzip
     */
    static byte[] plain(OtlpRequest request) throws OtlpRefusal {
        var body = request.body();
        if (body.length > MOST_BYTES) {
            throw tooLong();
        }
        return gzip(request.contentEncoding()) ? unzipped(body) : body;
    }

    private static boolean gzip(Optional<String> encoding) throws OtlpRefusal {
        var name = encoding.map(text -> text.strip().toLowerCase(Locale.ROOT)).orElse("");
        return switch (name) {
            case "", "identity" -> false;
            case "gzip", "x-gzip" -> true; // RFC 9110, 8.4.1.3
            default ->
                    throw new OtlpRefusal(
                            415,
                            "Content-Encoding is gzip or absent, but was \"%s\"."
                                    .formatted(Shown.of(name)));
        };
    }

    private static byte[] unzipped(byte[] body) throws OtlpRefusal {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            var plain = in.readNBytes(MOST_BYTES + 1);
            if (plain.length > MOST_BYTES) {
                throw tooLong();
            }
            return plain;
        } catch (IOException e) {
            throw new OtlpRefusal(
                    400,
                    "The body is not whole gzip data, as its Content-Encoding says (%s)."
                            .formatted(Shown.of(String.valueOf(e.getMessage()))));
        }
    }

    private static OtlpRefusal tooLong() {
        return new OtlpRefusal(
                413,
                "The body is longer than %d bytes, decompressed if it was compressed. Export in smaller batches."
                        .formatted(MOST_BYTES));
    }
}
