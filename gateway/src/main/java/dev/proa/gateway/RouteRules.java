package dev.proa.gateway;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is done to requests of a route and to their answers, as data.
 *
 * @param rewrite of the path
 * @param request fields of the request for the upstream
 * @param response fields of the answer for the client
 * @param maxBody the longest request body in bytes, 0 or more; a longer one is 413. Nothing: any
 * @param timeout how long an upstream may be silent before the head of its answer, counted from the
 *     last byte of the request that was passed on; then 504. Nothing: without end
 * @param hold how long a request waits for an upstream that is not ready, instead of 503 at once
 * @param queryToken the query parameter that may carry the token of this run on this route; it is
 *     removed before the upstream sees it. For clients that cannot send a header
 */
public record RouteRules(
        Optional<PathRewrite> rewrite,
        HeaderRules request,
        HeaderRules response,
        OptionalLong maxBody,
        Optional<Duration> timeout,
        Optional<Duration> hold,
        Optional<String> queryToken) {
    /** Nothing is changed, nothing is limited. */
    public static final RouteRules NONE =
            new RouteRules(
                    Optional.empty(),
                    HeaderRules.NONE,
                    HeaderRules.NONE,
                    OptionalLong.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());

    public RouteRules {
        if (maxBody.isPresent() && maxBody.getAsLong() < 0) {
            throw new IllegalArgumentException(
                    "a body cannot be shorter than nothing, was " + maxBody.getAsLong());
        }
        timeout.ifPresent(RouteRules::positive);
        hold.ifPresent(RouteRules::positive);
        queryToken.ifPresent(name -> {
            if (name.isEmpty() || !name.chars().allMatch(HeadGrammar::tokenChar)) {
                throw new IllegalArgumentException(
                        "the name of a query parameter is letters, digits, - and _, was " + name);
            }
        });
    }

    private static void positive(Duration time) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException("a time must be above zero, was " + time);
        }
    }
}
