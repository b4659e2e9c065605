package dev.proa.gateway;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

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
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    /** The first value of a query parameter. */
    public Optional<String> parameter(String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The first value of a header; {@code name} in lower case. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name, List.of()).stream().findFirst();
    }

    /**
     * Makes sure that the query has no other parameters than these, and each at most once.
     *
     * @throws RequestProblem (400) else
     */
    public BackendRequest only(String... parameters) {
        var known = Set.of(parameters);
        query.forEach((name, values) -> {
            if (!known.contains(name)) {
                throw RequestProblem.bad(
                        "There is no parameter \"%s\" here%s."
                                .formatted(
                                        shown(name),
                                        known.isEmpty()
                                                ? ""
                                                : "; there is "
                                                        + String.join(", ", List.of(parameters))));
            }
            if (values.size() > 1) {
                throw RequestProblem.bad("The parameter \"" + name + "\" stands there twice.");
            }
        });
        return this;
    }

    /**
     * A whole number of the query.
     *
     * @throws RequestProblem (400) if it is none, or not within {@code least} to {@code most}
     */
    public Optional<Long> number(String name, long least, long most) {
        return parameter(name).map(text -> number(name, text, least, most));
    }

    private static long number(String name, String text, long least, long most) {
        if (text.matches("\\d{1,19}")) {
            try {
                long number = Long.parseLong(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // over the range, and so a problem like the others
            }
        }
        var range = most == Long.MAX_VALUE ? "%d or more" : "%d to %d";
        throw RequestProblem.bad(
                "%s is a whole number, %s; it was \"%s\"."
                        .formatted(name, range.formatted(least, most), shown(text)));
    }

    /**
     * The body as a JSON object; empty if there is no body. A missing Content-Type is taken for
     * JSON.
     *
     * @throws RequestProblem 415 for another type, 400 for what is not JSON, 422 for JSON that is
     *     no object
     */
    public Optional<ObjectNode> json(String... otherTypes) {
        if (body.length == 0) {
            return Optional.empty();
        }
        var type = header("content-type").orElse("application/json").split(";", 2)[0].strip();
        var lower = type.toLowerCase(Locale.ROOT);
        if (!lower.equals("application/json")
                && !(lower.startsWith("application/") && lower.endsWith("+json"))
                && !List.of(otherTypes).contains(lower)) {
            throw new RequestProblem(
                    415, "The body is JSON: send it as application/json, not as " + shown(type));
        }
        try {
            var read = JSON.readTree(body);
            if (read instanceof ObjectNode object) {
                return Optional.of(object);
            }
            throw new RequestProblem(422, "The body is a JSON object, such as {}.");
        } catch (JacksonException e) {
            throw RequestProblem.bad(
                    "The body is not JSON: %s."
                            .formatted(shown(String.valueOf(e.getOriginalMessage()))));
        }
    }

    /** At most 60 characters of what a caller sent, none of them a control character. */
    private static String shown(String text) {
        var clean = text.replaceAll("\\p{Cntrl}", " ");
        return clean.length() > 60 ? clean.substring(0, 60) + "..." : clean;
    }
}
