package dev.proa.gateway;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Decides whether a file is sent, in the order of RFC 9110 section 13.2.2. */
final class Preconditions {
    /** What the client's conditions come to. */
    enum Outcome {
        PROCEED,
        /** 304: it has this already. */
        NOT_MODIFIED,
        /** 412. */
        FAILED
    }

    private Preconditions() {}

    /**
     * For a GET or HEAD.
     *
     * @param tag of the form that would be sent, with its quotes
     * @param modified in whole seconds
     */
    static Outcome check(HttpHeaders headers, String tag, Instant modified) {
        var match = headers.getAll(HttpHeaderNames.IF_MATCH);
        if (!match.isEmpty()) {
            if (!EntityTags.of(match).hasStrong(tag)) {
                return Outcome.FAILED;
            }
        } else if (date(headers.getAll(HttpHeaderNames.IF_UNMODIFIED_SINCE))
                .filter(modified::isAfter)
                .isPresent()) {
            return Outcome.FAILED;
        }
        var noneMatch = headers.getAll(HttpHeaderNames.IF_NONE_MATCH);
        var known =
                noneMatch.isEmpty()
                        ? date(headers.getAll(HttpHeaderNames.IF_MODIFIED_SINCE))
                                .filter(since -> !modified.isAfter(since))
                                .isPresent()
                        : EntityTags.of(noneMatch).hasWeak(tag);
        return known ? Outcome.NOT_MODIFIED : Outcome.PROCEED;
    }

    /** Whether parts may be sent, because the client's other parts are of these very bytes. */
    static boolean ifRange(HttpHeaders headers, String tag, Instant modified) {
        var lines = headers.getAll(HttpHeaderNames.IF_RANGE);
        if (lines.isEmpty()) {
            return true;
        }
        // RFC 9110 section 13.1.5: strong comparison of tags, exact match of dates.
        return lines.size() == 1
                && (lines.getFirst().strip().equals(tag)
                        || date(lines).filter(modified::equals).isPresent());
    }

    /** The date in any of the three forms (RFC 9110 section 5.6.7); one that is none is ignored. */
    private static Optional<Instant> date(List<String> lines) {
        if (lines.size() != 1) {
            return Optional.empty();
        }
        var parsed = DateFormatter.parseHttpDate(lines.getFirst().strip());
        return parsed == null ? Optional.empty() : Optional.of(parsed.toInstant());
    }
}
