package dev.proa.gateway;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** Compresses contents; Brotli (RFC 7932) only where its native library can be loaded. */
final class Compression {
    /** About as fast as gzip, and a good deal smaller. */
    private static final int BROTLI_QUALITY = 5;

    private Compression() {}

    /** Whether this can be made here; the first call may load a library. */
    static boolean available(Coding coding) {
        return switch (coding) {
            case BROTLI -> Brotli4jLoader.isAvailable();
            case GZIP, IDENTITY -> true;
        };
    }

    /** All of {@code in} in this coding. */
    static byte[] compressed(Coding coding, InputStream in) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var packing = packing(coding, out)) {
            in.transferTo(packing);
        }
        return out.toByteArray();
    }

    private static OutputStream packing(Coding coding, OutputStream out) throws IOException {
        return switch (coding) {
            case BROTLI ->
                    new BrotliOutputStream(
                            out, Encoder.Parameters.create(BROTLI_QUALITY), 64 * 1024);
            case GZIP -> new GZIPOutputStream(out, 64 * 1024);
            case IDENTITY -> out;
        };
    }
}
