package dev.proa.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemdUnitTest {
    private static SystemdUnit unit(List<String> words, Map<String, String> environment) {
        return new SystemdUnit(
                "dev.example.qa",
                "Project 100% QA",
                Path.of("/home/ann/my app"),
                words,
                new TreeMap<>(environment),
                Duration.ofSeconds(20),
                false);
    }

    @Test
    void aRunIsKeptStoppedInOrderAndNotRepeatedWhenItsConfigurationIsWrong() {
        var text =
                unit(
                                List.of("/opt/proa", "run", "/home/ann/my app"),
                                Map.of("PATH", "/usr/bin:/bin"))
                        .text();

        assertThat(text.lines())
                .contains(
                        "Description=Project 100%% QA",
                        "ExecStart=\"/opt/proa\" \"run\" \"/home/ann/my app\"",
                        "Environment=\"PATH=/usr/bin:/bin\"",
                        "Type=exec",
                        "Restart=on-failure",
                        "RestartPreventExitStatus=64 65 73 78",
                        "KillMode=mixed",
                        "Delegate=yes",
                        "TimeoutStopSec=35",
                        "WantedBy=default.target")
                .contains(
                        "#   proa run '/home/ann/my app' --print-unit > ~/.config/systemd/user/proa-dev.example.qa.service");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/opt/a b | \"/opt/a b\"",
                "/100%/$HOME | \"/100%%/$$HOME\"",
                "say \"x\" | \"say \\\"x\\\"\"",
                "C:\\n | \"C:\\\\n\"",
                "ü; # | \"ü; #\"",
                "`` | \"\"",
            })
    void aWordOfTheCommandStaysOneWord(String word, String written) {
        assertThat(SystemdUnit.word(word)).isEqualTo(written);
    }

    @Test
    void aDollarSignInAVariableStaysOneBecauseSystemdLeavesItThere() {
        assertThat(unit(List.of("/p"), Map.of("LANG", "$x%")).text())
                .contains("Environment=\"LANG=$x%%\"\n");
    }

    @Test
    void aLineBreakIsRefusedBecauseAUnitCannotHoldIt() {
        assertThatThrownBy(() -> unit(List.of("/p", "a\nb"), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
