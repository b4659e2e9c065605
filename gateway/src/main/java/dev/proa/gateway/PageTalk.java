package dev.proa.gateway;

import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Understands what a page says, and does what concerns its session. */
final class PageTalk {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final PageChannel channel;
    private final PageSession session;
    private final String userAgent;

    PageTalk(PageChannel channel, PageSession session, String userAgent) {
        this.channel = channel;
        this.session = session;
        this.userAgent = userAgent;
    }

    /** Whether this was JSON; what it says beyond the known is ignored. */
    boolean hear(String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (JacksonException e) {
            return false;
        }
        if (message == null || message.isMissingNode()) {
            return false;
        }
        // A page that returns says so first; whatever else it says, it wants what comes from now.
        if (message.path("t").stringValue("").equals("resume")) {
            var number = message.path("s");
            session.resume(ours(message), number.isIntegralNumber() ? number.asLong(-1) : -1);
        } else {
            session.live();
            said(message, text);
        }
        return true;
    }

    private boolean ours(JsonNode message) {
        var generation = message.path("g");
        return generation.isIntegralNumber() && generation.asLong(-1) == channel.generation();
    }

    private void said(JsonNode message, String text) {
        var client = session.client();
        switch (message.path("t").stringValue("")) {
            case "ready" -> channel.heard(new PageMessage.Ready(client, userAgent, text));
            case "active" -> channel.heard(new PageMessage.Active(client, scope(message)));
            case "visible" ->
                    channel.heard(
                            new PageMessage.Visible(client, message.path("v").asBoolean(true)));
            case "done" ->
                    channel.heard(new PageMessage.Done(client, message.path("id").asString("")));
            case "resync" -> channel.heard(new PageMessage.Resync(client, scope(message)));
            case "ack" -> {
                if (ours(message) && message.path("s").isIntegralNumber()) {
                    session.acknowledged(message.path("s").asLong(-1));
                }
            }
            default -> {
                // The protocol may grow; what is not known is ignored.
            }
        }
    }

    private static Optional<String> scope(JsonNode message) {
        var scope = message.path("scope");
        return scope.isString() ? Optional.of(scope.stringValue("")) : Optional.empty();
    }
}
