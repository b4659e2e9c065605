package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackPort;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is added to the documents of upstreams. */
class DocumentGuardTest {
    private static String answer(String type, String more) {
        return "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: 4\r\n%s\r\npage"
                .formatted(type, more);
    }

    private static TestGateway before(ScriptedUpstream upstream) {
        var policy = new PagePolicy(new TreeMap<>(Map.of("img-src", List.of("data:"))), List.of());
        return TestGateway.plan()
                .route("/api", upstream.port())
                .page(
                        new PageSource.Served(
                                () ->
                                        new Upstream.Ready(
                                                new LoopbackPort(upstream.port()),
                                                Optional.empty()),
                                policy))
                .open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/docs"})
    void guardsADocumentThatComesWithout(String path) {
        try (var upstream = ScriptedUpstream.answering(answer("Text/HTML; charset=utf-8", ""));
                var gateway = before(upstream)) {
            var answer = gateway.ask(gateway.request("GET", path));

            assertThat(answer.field("content-security-policy"))
                    .contains(ContentPolicy.PLAIN + "; img-src 'self' data:");
            assertThat(answer.fields())
                    .contains(
                            "x-content-type-options: nosniff",
                            "cross-origin-resource-policy: same-origin",
                            "cross-origin-opener-policy: same-origin",
                            "referrer-policy: no-referrer",
                            "cache-control: no-store");
        }
    }

    @Test
    void leavesWhatAnUpstreamSaysItself() {
        var own =
                String.join(
                        "\r\n",
                        "Content-Security-Policy: default-src *",
                        "Cache-Control: max-age=5",
                        "Referrer-Policy: origin",
                        "");
        try (var upstream = ScriptedUpstream.answering(answer("text/html", own));
                var gateway = before(upstream)) {
            var answer = gateway.ask(gateway.request("GET", "/"));

            assertThat(answer.fields())
                    .contains(
                            "content-security-policy: default-src *",
                            "cache-control: max-age=5",
                            "referrer-policy: origin");
        }
    }

    @Test
    void leavesDataAlone() {
        try (var upstream = ScriptedUpstream.answering(answer("application/json", ""));
                var gateway = before(upstream)) {
            var answer = gateway.ask(gateway.request("GET", "/api/x"));

            assertThat(answer.field("content-security-policy")).isEmpty();
            assertThat(answer.field("cache-control")).isEmpty();
            assertThat(answer.field("cross-origin-resource-policy")).contains("same-origin");
        }
    }
}
