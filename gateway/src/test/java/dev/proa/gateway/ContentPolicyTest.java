package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentPolicyTest {
    private static final String DEFAULT =
            "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'";

    @Test
    void isTheDefaultWithoutWishes() {
        assertThat(ContentPolicy.of(Map.of())).isEqualTo(DEFAULT);
    }

    @Test
    void addsToWhatADirectiveWouldHaveHad() {
        var policy =
                ContentPolicy.of(
                        Map.of(
                                "connect-src", List.of("https://api.example"),
                                "img-src", List.of("data:")));

        assertThat(policy)
                .isEqualTo(
                        DEFAULT + "; connect-src 'self' https://api.example; img-src 'self' data:");
    }

    @Test
    void inheritsAlongTheWholeChain() {
        var policy =
                ContentPolicy.of(
                        Map.of(
                                "default-src", List.of("https://a.example"),
                                "script-src", List.of("https://b.example"),
                                "script-src-elem", List.of("https://c.example"),
                                "worker-src", List.of("blob:")));

        assertThat(policy)
                .contains(
                        "default-src 'self' https://a.example;",
                        "script-src 'self' https://a.example https://b.example;",
                        "script-src-elem 'self' https://a.example https://b.example"
                                + " https://c.example;")
                .endsWith("worker-src 'self' https://a.example blob:");
    }

    @Test
    void opensWhatWasShutAndShutsWhatWasOpen() {
        var policy =
                ContentPolicy.of(
                        Map.of("frame-ancestors", List.of("'self'"), "img-src", List.of("'none'")));

        assertThat(policy).contains("frame-ancestors 'self';").endsWith("; img-src 'none'");
    }

    @Test
    void leavesDirectivesWithoutSourcesOrParentsAsTheyAre() {
        var policy =
                ContentPolicy.of(
                        Map.of(
                                "upgrade-insecure-requests", List.of(),
                                "form-action", List.of("'self'"),
                                "connect-src", List.of()));

        assertThat(policy)
                .isEqualTo(
                        DEFAULT
                                + "; connect-src 'self'; form-action 'self'; upgrade-insecure-requests");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a; script-src *", "a\r\nX: y", "a b", "a,b", "", "é"})
    void refusesWhatCouldEndADirective(String source) {
        var csp = new TreeMap<>(Map.of("img-src", List.of(source)));

        assertThatThrownBy(() -> new PagePolicy(csp, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("img-src");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"boot.js", "//evil.example/a.js", "/a\"b.js", "/a b.js", "/a%zz.js", "/a?b"})
    void refusesAScriptThatIsNoPathOfThisOrigin(String address) {
        assertThatThrownBy(() -> new PagePolicy(new TreeMap<>(), List.of(address)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
