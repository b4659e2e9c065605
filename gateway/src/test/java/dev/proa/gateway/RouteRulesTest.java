package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteRulesTest {
    @ParameterizedTest(name = "strip {0}, prepend {1}: {2} becomes {3}")
    @CsvSource(
            textBlock =
                    """
                    /api, '',     /api/x,          /x
                    /api, '',     /api,            /
                    /api, '',     /api/,           /
                    /api, '',     /api?q=1,        /?q=1
                    /api, /v2,    /api,            /v2
                    /api, /v2,    /api/x/,         /v2/x/
                    /api, /v2,    /api?q=/api/,    /v2?q=/api/
                    /api, /v2,    /apix/y,         /v2/apix/y
                    /api, /v2/,   /api/a%2Fb%20c,  /v2/a%2Fb%20c
                    /api, '',     /%61pi/x,        /x
                    /a/b, /c,     /a/b/d,          /c/d
                    /a/b, /c,     /a/x,            /c/a/x
                    '',   /v2,    /x?y,            /v2/x?y
                    '',   '',     /x,              /x
                    """)
    void rewritesPathsOnSegmentBorders(String strip, String prepend, String from, String to) {
        assertThat(new PathRewrite(strip, prepend).forth(from)).contains(to);
    }

    @Test
    void refusesAPathThatWouldBecomeAnotherHosts() {
        assertThat(new PathRewrite("/api", "").forth("/api//evil.example/x")).isEmpty();
    }

    @ParameterizedTest(name = "strip {0}, prepend {1}: back from {2} to {3}")
    @CsvSource(
            textBlock =
                    """
                    /api, '',  /x,        /api/x
                    /api, '',  /,         /api/
                    /api, /v2, /v2/x?y#z, /api/x?y#z
                    /api, /v2, /v2,       /api
                    /api, /v2, /other,    /other
                    '',   /v2, /v2,       /
                    """)
    void rewritesReferencesBack(String strip, String prepend, String from, String to) {
        assertThat(new PathRewrite(strip, prepend).back(from)).isEqualTo(to);
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "/a/../b", "/a?b", "/a b", "//a", "/%zz", "/a#b"})
    void refusesWhatIsNoPath(String path) {
        assertThatThrownBy(() -> new PathRewrite(path, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(path);
        assertThatThrownBy(() -> new PathRewrite("", path))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "content-length",
                "Transfer-Encoding",
                "Connection",
                "Keep-Alive",
                "TE",
                "Trailer",
                "Upgrade",
                "Expect",
                "Proxy-Authorization",
                "X-Proa-Token",
                "X_Proa_Token",
                "X-Forwarded-For",
                "Forwarded",
                "X-Request-Id",
                "with space",
                "",
                "line\r\nbreak"
            })
    void refusesFieldsThatAreTheGatewaysOwn(String name) {
        assertThatThrownBy(() -> new HeaderRules(new TreeMap<>(Map.of(name, "x")), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HeaderRules(new TreeMap<>(), List.of(name)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\0", "a\nb: c", " a", "proa_1=x", "\u20ac"})
    void refusesValuesThatWouldBreakAHead(String value) {
        assertThatThrownBy(() -> new HeaderRules(new TreeMap<>(Map.of("X-A", value)), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAFieldThatIsSetTwice() {
        assertThatThrownBy(() ->
                        new HeaderRules(new TreeMap<>(Map.of("X-A", "1", "x-a", "2")), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
