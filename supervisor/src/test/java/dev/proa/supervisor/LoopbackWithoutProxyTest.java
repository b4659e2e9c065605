package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoopbackWithoutProxyTest {
    private static Map<String, String> in(Map<String, String> environment) {
        var made = new HashMap<>(environment);
        LoopbackWithoutProxy.in(made);
        return made;
    }

    @Test
    void loopbackIsAddedToWhatBypassesAProxy() {
        var made = in(Map.of("http_proxy", "http://p:3128", "NO_PROXY", "corp.example, localhost"));

        assertThat(made)
                .containsEntry("no_proxy", "corp.example,localhost,127.0.0.1,::1")
                .containsEntry("NO_PROXY", "corp.example,localhost,127.0.0.1,::1")
                .containsEntry("http_proxy", "http://p:3128");
    }

    @Test
    void theLowerCaseIsBelievedBeforeTheUpperAndAllStaysAll() {
        assertThat(in(Map.of("ALL_PROXY", "socks5://p", "no_proxy", "a", "NO_PROXY", "b")))
                .containsEntry("NO_PROXY", "a,127.0.0.1,localhost,::1");
        assertThat(in(Map.of("HTTPS_PROXY", "http://p", "no_proxy", "*")))
                .containsEntry("NO_PROXY", "*");
    }

    @Test
    void withoutAProxyNothingIsAdded() {
        assertThat(in(Map.of("NO_PROXY", "a"))).isEqualTo(Map.of("NO_PROXY", "a"));
    }
}
