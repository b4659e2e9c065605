package dev.proa.profile;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a route does to the requests on it.
 *
 * @param maxBody the largest request body in bytes; without it any, streamed
 * @param timeout how long the head of the answer may take; without it for ever
 * @param hold how long a request waits for a destination that is not ready; without it, it is
 *     answered with 503 at once
 * @param queryToken the query parameter in which the token is accepted too
 */
public record RouteRules(
        Optional<PathRewrite> rewrite,
        HeaderRules request,
        HeaderRules response,
        OptionalLong maxBody,
        Optional<Duration> timeout,
        Optional<Duration> hold,
        Optional<String> queryToken) {
    /** Requests and answers go through as they are. */
    public static final RouteRules NONE =
            new RouteRules(
                    Optional.empty(),
                    HeaderRules.NONE,
                    HeaderRules.NONE,
                    OptionalLong.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
}
