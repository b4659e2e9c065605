package dev.proa.eventlog;

import java.time.Duration;
import java.util.Optional;

/**
 * An answer to an exporter.
 *
 * @param status an HTTP status code
 * @param contentType what the body is
 * @param retryAfter when to try again, for 429 and 503
 */
public record OtlpReply(
        int status, String contentType, byte[] body, Optional<Duration> retryAfter) {}
