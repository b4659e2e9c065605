package dev.proa.supervisor;

import dev.proa.core.ExitCode;
import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.profile.SidecarSpec;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a backend that somebody else runs who it is. No token goes with the question: whoever
 * answers is a stranger until the answer has held.
 */
final class IdentityChallenge {
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Set<Integer> NOT_NOW = Set.of(429, 502, 503, 504);
    private static final JsonMapper JSON = new JsonMapper();

    /** What came of it; words are the second half of "it ...". */
    sealed interface Outcome {
        record Held() implements Outcome {}

        /** Nobody listens. */
        record Gone(String what) implements Outcome {}

        /** Somebody listens and does not say who it is, now. */
        record Silent(String what) implements Outcome {}

        /** Somebody answers who is not the one that is expected. */
        record Other(String what) implements Outcome {}
    }

    private final SidecarSpec.Attach attach;
    private final LoopbackPort port;
    private final LoopbackCall calls;
    private final LoopbackCall.Request request;

    /**
     * @throws ProaException if the address is none that requests may go to
     */
    IdentityChallenge(SidecarSpec spec, SidecarSpec.Attach attach, InstantSource time) {
        this.attach = attach;
        this.port = port(spec, attach.url());
        this.calls = new LoopbackCall(time);
        this.request =
                new LoopbackCall.Request(
                        "GET", attach.identity(), Map.of("Accept", "application/json"));
    }

    /** Where requests for it go, and where it is asked: the same listener for both. */
    LoopbackPort port() {
        return port;
    }

    private static LoopbackPort port(SidecarSpec spec, URI url) {
        var host = url.getHost();
        boolean near = "127.0.0.1".equals(host) || "localhost".equalsIgnoreCase(host);
        if (!near || !"http".equalsIgnoreCase(url.getScheme()) || url.getPort() < 1) {
            throw new ProaException(
                    ExitCode.BAD_CONFIG,
                    new Problem(
                            Ports.place(spec, "/attach/url"),
                            url + " is no address that Proa can attach to",
                            "Write http://127.0.0.1:PORT"));
        }
        return new LoopbackPort(url.getPort());
    }

    /** Asks once, on a connection of its own; takes up to 2 s. */
    Outcome ask() throws InterruptedException {
        return switch (calls.send(request, port, Optional::empty, ANSWER)) {
            case LoopbackCall.Reply.Answer(int status, byte[] body) -> judge(status, body);
            case LoopbackCall.Reply.None(var why) ->
                    calls.refused(port, ANSWER).isPresent()
                            ? new Outcome.Gone("does not listen on port " + port)
                            : new Outcome.Silent("does not answer: " + why);
        };
    }

    private Outcome judge(int status, byte[] body) {
        if (NOT_NOW.contains(status)) {
            return new Outcome.Silent("answers " + status);
        }
        if (status != 200) {
            return new Outcome.Other("answers %d to %s".formatted(status, attach.identity()));
        }
        try {
            return compare(JSON.readTree(body));
        } catch (JacksonException e) {
            return new Outcome.Other("answers no JSON to " + attach.identity());
        }
    }

    private Outcome compare(JsonNode said) {
        for (Map.Entry<String, String> wanted : attach.expect().entrySet()) {
            var found = said.at(wanted.getKey());
            if (!JSON.readTree(wanted.getValue()).equals(found)) {
                return new Outcome.Other(
                        "says %s is %s, not %s"
                                .formatted(
                                        wanted.getKey(),
                                        found.isMissingNode()
                                                ? "absent"
                                                : shortened(found.toString()),
                                        wanted.getValue()));
            }
        }
        return new Outcome.Held();
    }

    private static String shortened(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }
}
