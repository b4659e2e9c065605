package dev.proa.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void aProblemReadsAsWhereWhatAndRemedy() {
        var problem =
                new Problem(
                        new Where("proa.yaml", 8, 11, "/sidecars/api/port"),
                        "8080 is taken by pid 4711 (node)",
                        "Stop it, or write port: {strategy: assigned}");

        assertThat(problem)
                .hasToString(
                        "proa.yaml:8:11 /sidecars/api/port: 8080 is taken by pid 4711 (node). Stop it, or write port: {strategy: assigned}.");
    }

    @Test
    void anExceptionCarriesAllProblemsALine() {
        var first = new Problem(Where.of("--port"), "It is 0x1", "Write a number");
        var second = new Problem(Where.of("HOME"), "It is not set", "Set it");

        var failure = new ProaException(ExitCode.BAD_CONFIG, List.of(first, second));

        assertThat(failure)
                .hasMessage("--port: It is 0x1. Write a number.\nHOME: It is not set. Set it.");
        assertThat(failure.exitCode().number()).isEqualTo(78);
    }

    @Test
    void aSecretIsNeverPrintedAndMatchesOnlyItself() {
        var secret = Secret.of("hunter2");

        assertThat(secret).hasToString("***");
        assertThat(secret.matches("hunter2")).isTrue();
        assertThat(secret.matches("hunter")).isFalse();
        assertThat(secret.matches("")).isFalse();
        assertThatThrownBy(() -> Secret.of(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void randomSecretsHave43UrlSafeCharactersAndDiffer() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            seen.add(Secret.random().reveal());
        }

        assertThat(seen).hasSize(100).allMatch(text -> text.matches("[A-Za-z0-9_-]{43}"));
    }

    @Test
    void aPortIsWithinOneAnd65535() {
        assertThat(new LoopbackPort(65_535).baseUrl()).isEqualTo("http://127.0.0.1:65535");
        assertThatThrownBy(() -> new LoopbackPort(0)).hasMessageContaining("was 0");
        assertThatThrownBy(() -> new LoopbackPort(65_536)).hasMessageContaining("was 65536");
    }
}
