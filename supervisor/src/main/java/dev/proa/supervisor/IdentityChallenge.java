package dev.proa.supervisor;

import dev.proa.core.ExitCode;
import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.profile.SidecarSpec;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
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
    private static final int BODY_LIMIT = 64 * 1024;
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

    /**
     * @throws ProaException if the address is none that requests may go to
     */
    IdentityChallenge(SidecarSpec spec, SidecarSpec.Attach attach) {
        this.attach = attach;
        this.port = port(spec, attach.url());
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
        // A client keeps connections, and one that is kept may lead to who was there before.
        try (var client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .proxy(ProxySelector.of(null))
                        .connectTimeout(ANSWER)
                        .build()) {
            var outcome = ask(client);
            client.shutdownNow();
            return outcome;
        }
    }

    private Outcome ask(HttpClient client) throws InterruptedException {
        try {
            var request =
                    HttpRequest.newBuilder(URI.create(port.baseUrl() + attach.identity()))
                            .timeout(ANSWER)
                            .header("Accept", "application/json")
                            .GET()
                            .build();
            return judge(
                    client.send(
                            request,
                            BodyHandlers.limiting(BodyHandlers.ofByteArray(), BODY_LIMIT)));
        } catch (java.net.ConnectException e) {
            return new Outcome.Gone("does not listen on port " + port);
        } catch (java.net.http.HttpTimeoutException e) {
            return new Outcome.Silent("does not answer within " + ANSWER.toSeconds() + " s");
        } catch (IOException e) {
            return new Outcome.Silent("gives no whole answer: " + e.getMessage());
        }
    }

    private Outcome judge(HttpResponse<byte[]> answer) {
        if (NOT_NOW.contains(answer.statusCode())) {
            return new Outcome.Silent("answers " + answer.statusCode());
        }
        if (answer.statusCode() != 200) {
            return new Outcome.Other(
                    "answers %d to %s".formatted(answer.statusCode(), attach.identity()));
        }
        try {
            return compare(JSON.readTree(answer.body()));
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
