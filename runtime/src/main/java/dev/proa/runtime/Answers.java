package dev.proa.runtime;

import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.RequestProblem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the endpoints of the control surface have in common. */
final class Answers {
    static final String UNNAMED = "asked over the control surface";

    private static final int LONGEST = 256;

    private Answers() {}

    static BackendResponse json(int status, JsonNode body) {
        return BackendResponse.json(status, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Who asks or why, as the body {@code {"reason": "..."}} says; there need be none.
     *
     * @throws RequestProblem (400, 415, 422) for another body
     */
    static String reason(BackendRequest request) {
        var body = request.json();
        if (body.isEmpty()) {
            return UNNAMED;
        }
        only(body.get(), "reason");
        var reason = text(body.get(), "reason");
        return reason.isEmpty() ? UNNAMED : reason;
    }

    /** Makes sure that a body has no other members. */
    static void only(ObjectNode body, String... members) {
        for (var name : body.propertyNames()) {
            if (!List.of(members).contains(name)) {
                throw new RequestProblem(
                        422,
                        "There is no member \"%s\" here; there is %s."
                                .formatted(cut(name), String.join(", ", members)));
            }
        }
    }

    /** A string of a body, cut to what is kept; empty if it is not there. */
    static String text(ObjectNode body, String member) {
        var value = body.path(member);
        if (value.isMissingNode() || value.isString()) {
            return cut(value.asString(""));
        }
        throw new RequestProblem(422, member + " is a string.");
    }

    /** At most 256 characters, none of them a control character. */
    static String cut(String text) {
        var shown = LogText.clean(text);
        return shown.length() > LONGEST ? shown.substring(0, LONGEST) : shown;
    }
}
