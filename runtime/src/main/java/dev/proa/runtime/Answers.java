package dev.proa.runtime;

import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** What the endpoints of the control surface have in common. */
final class Answers {
    static final String UNNAMED = "asked over the control surface";

    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST = 256;

    private Answers() {}

    static BackendResponse json(int status, JsonNode body) {
        return BackendResponse.json(status, body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** RFC 9457 problem JSON. */
    static BackendResponse problem(int status, String detail) {
        var body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("type", "about:blank")
                        .put("title", title(status))
                        .put("status", status)
                        .put("detail", detail);
        return new BackendResponse.Whole(
                status,
                Map.of("content-type", "application/problem+json"),
                body.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static String title(int status) {
        return switch (status) {
            case 404 -> "Not Found";
            case 409 -> "Conflict";
            default -> "Bad Request";
        };
    }

    /** Who asks or why, as the body {@code {"reason": "..."}} says. */
    static String reason(BackendRequest request) {
        try {
            var reason =
                    request.body().length == 0
                            ? ""
                            : JSON.readTree(request.body()).path("reason").asString("");
            return reason.isEmpty() ? UNNAMED : cut(reason);
        } catch (JacksonException e) {
            return UNNAMED;
        }
    }

    /** At most 256 characters, none of them a control character. */
    static String cut(String text) {
        var shown = LogText.clean(text);
        return shown.length() > LONGEST ? shown.substring(0, LONGEST) : shown;
    }
}
