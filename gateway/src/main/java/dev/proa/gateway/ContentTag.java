package dev.proa.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** Makes entity tags: 128 bits of a SHA-256, in quotes. */
final class ContentTag {
    /**
     * Above this length a file is known by its length and time: to read it would delay the start.
     */
    private static final long MOST_READ = 64L * 1024 * 1024;

    private ContentTag() {}

    static String of(byte[] bytes) {
        return quoted(sha256().digest(bytes));
    }

    static String of(DiskFile file) throws IOException {
        if (file.length() > MOST_READ) {
            var stamp = file.length() + " " + file.modified().to(TimeUnit.NANOSECONDS);
            return of(stamp.getBytes(StandardCharsets.UTF_8));
        }
        var digest = sha256();
        try (InputStream in = file.read()) {
            var buffer = new byte[64 * 1024];
            for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return quoted(digest.digest());
    }

    private static String quoted(byte[] hash) {
        return '"' + HexFormat.of().formatHex(hash, 0, 16) + '"';
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
