package dev.proa.eventlog;

import java.time.Duration;
import java.util.Optional;

/**
 * An answer for whoever carries it, such as an HTTP route.
 *
 * @param status an HTTP status code
 * @param json the body in UTF-8; empty for 204
 * @param retryAfter when to try again, for 429 and 503
 */
public record Reply(int status, byte[] json, Optional<Duration> retryAfter) {
    static Reply of(int status, Json.Body body) {
        return new Reply(status, Json.bytes(body), Optional.empty());
    }

    static Reply empty(int status) {
        return new Reply(status, new byte[0], Optional.empty());
    }

    static Reply error(int status, String error) {
        return of(status, out -> Json.object(out, o -> o.writeStringProperty("error", error)));
    }

    static Reply later(int status, String error, Duration after) {
        return new Reply(status, error(status, error).json(), Optional.of(after));
    }
}
