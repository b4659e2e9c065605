package dev.proa.eventlog;

import java.util.Optional;

/**
 * One export request as it came over HTTP.
 *
 * @param contentType the field's value, with parameters
 * @param contentEncoding the field's value
 * @param body as it was sent, compressed or not
 */
public record OtlpRequest(
        OtlpSignal signal,
        Optional<String> contentType,
        Optional<String> contentEncoding,
        byte[] body) {}
