package dev.proa.gateway;

import dev.proa.core.Secret;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names requests, so that what the gateway, an upstream and a page say of one can be put together.
 * A caller's own name is kept if it is harmless.
 */
final class RequestIds {
    /** For comparisons. */
    static final String FIELD = "x-request-id";

    /** As it is written. */
    static final String NAME = "X-Request-Id";

    private static final int LONGEST = 128;

    private final String run = Secret.random().reveal().substring(0, 10).replace('_', '-') + ".";
    private final AtomicLong last = new AtomicLong();

    /**
     * The request's own, if it is 1 to 128 letters, digits, dots, underscores and hyphens, else a
     * new one, which then stands in its head.
     */
    String name(HttpHeaders headers) {
        var given = headers.get(FIELD);
        if (given != null && harmless(given) && headers.getAll(FIELD).size() == 1) {
            return given;
        }
        var made = next();
        headers.set(NAME, made);
        return made;
    }

    String next() {
        return run + Long.toString(last.incrementAndGet(), 36);
    }

    private static boolean harmless(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            return false;
        }
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            var plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '.'
                            || c == '_'
                            || c == '-';
            if (!plain) {
                return false;
            }
        }
        return true;
    }
}
