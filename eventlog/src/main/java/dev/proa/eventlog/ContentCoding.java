package dev.proa.eventlog;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** Bodies of requests without their Content-Encoding (RFC 9110, 8.4), of a bounded length. */
public final class ContentCoding {
    private ContentCoding() {}

    /** Why a body is not read. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;

        private Refused(int status, String why) {
            super(why, null, false, false);
            this.status = status;
        }

        int status() {
            return status;
        }

        String why() {
            return String.valueOf(getMessage());
        }

        /** Says so as the event contract does. */
        public Reply reply() {
            return Reply.error(status, why());
        }
    }

    /**
     * The plain body. Nothing beyond the limit is ever decompressed.
     *
     * @param most bytes, before and after it is decompressed
     * @throws Refused 413 if it is too long, 415 for another encoding than gzip and deflate, 400 if
     *     it is not what its encoding says
     */
    public static byte[] plain(byte[] body, Optional<String> encoding, int most) throws Refused {
        if (body.length > most) {
            throw tooLong(most);
        }
        var name = encoding.map(text -> text.strip().toLowerCase(Locale.ROOT)).orElse("");
        return switch (name) {
            case "", "identity" -> body;
            case "gzip", "x-gzip" -> inflated(body, GZIPInputStream::new, most); // 8.4.1.3
            case "deflate" -> inflated(body, InflaterInputStream::new, most); // 8.4.1.2: zlib
            default ->
                    throw new Refused(
                            415,
                            "Content-Encoding is gzip, deflate or absent, but was \"%s\"."
                                    .formatted(Shown.of(name)));
        };
    }

    @FunctionalInterface
    private interface Unpacking {
        InputStream of(InputStream packed) throws IOException;
    }

    private static byte[] inflated(byte[] body, Unpacking unpacking, int most) throws Refused {
        try (var in = unpacking.of(new ByteArrayInputStream(body))) {
            var plain = in.readNBytes(most + 1);
            if (plain.length > most) {
                throw tooLong(most);
            }
            return plain;
        } catch (IOException e) {
            throw new Refused(
                    400,
                    "The body is not whole compressed data, as its Content-Encoding says (%s)."
                            .formatted(
                                    e.getMessage() == null
                                            ? "it ends too early"
                                            : Shown.of(e.getMessage())));
        }
    }

    private static Refused tooLong(int most) {
        return new Refused(
                413,
                "The body is longer than %d bytes, decompressed if it was compressed. Send less at once."
                        .formatted(most));
    }
}
