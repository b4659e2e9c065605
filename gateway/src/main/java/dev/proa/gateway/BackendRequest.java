package dev.proa.gateway;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request that the guard has passed, with its whole body.
 *
 * @param path the decoded path
 * @param segments the values of the route's {@code {name}} segments
 * @param query decoded parameters in order of appearance
 * @param headers by lower-case name, in order; without the caller's token and Proa's cookie
 */
public record BackendRequest(
        String method,
        String path,
        Map<String, String> segments,
        Map<String, List<String>> query,
        Map<String, List<String>> headers,
        byte[] body) {
    /** The first value of a query parameter. */
    public Optional<String> parameter(String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The first value of a header; {@code name} in lower case. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }
}
