package dev.proa.agentmonitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.ProaException;
import dev.proa.eventlog.SettingValues;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MonitorOptionsTest {
    @Test
    void areTheContractsUnlessTheEnvironmentSaysElse() {
        assertThat(MonitorOptions.of(Map.of("AGENTMONITOR_STATS_INTERVAL", " ")))
                .isEqualTo(
                        new MonitorOptions(
                                Duration.ofMinutes(5),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(30),
                                50,
                                10 * 1024,
                                Optional.empty()));
    }

    @Test
    void areReadFromTheEnvironment() {
        var environment =
                Map.of(
                        "AGENTMONITOR_SESSION_TIMEOUT", "0.05",
                        "AGENTMONITOR_STATS_INTERVAL", "20",
                        "AGENTMONITOR_SSE_HEARTBEAT_MS", "10",
                        "AGENTMONITOR_MAX_SSE_CLIENTS", "3",
                        "AGENTMONITOR_MAX_PAYLOAD_KB", "1",
                        "AGENTMONITOR_AUTO_IMPORT_MINUTES", "20");

        assertThat(MonitorOptions.of(environment))
                .isEqualTo(
                        new MonitorOptions(
                                Duration.ofSeconds(3),
                                Duration.ofMillis(250),
                                Duration.ofSeconds(1),
                                3,
                                1_024,
                                Optional.of(Duration.ofMinutes(20))));
    }

    @Test
    void nameEveryValueThatIsNone() {
        assertThatThrownBy(() ->
                        MonitorOptions.of(
                                Map.of(
                                        "AGENTMONITOR_SESSION_TIMEOUT", "0",
                                        "AGENTMONITOR_MAX_SSE_CLIENTS", "many",
                                        "AGENTMONITOR_AUTO_IMPORT_MINUTES", "often")))
                .isInstanceOfSatisfying(
                        ProaException.class, e -> assertThat(e.problems()).hasSize(3))
                .hasMessageContaining("AGENTMONITOR_MAX_SSE_CLIENTS: \"many\" is no number");
    }

    @ParameterizedTest
    @CsvSource({"true, 10, 30", "true, 60, 180", "true, 1, 30", "false, 10, 30"})
    void takeForHistoryWhatIsOlderThanThreeImports(boolean auto, int every, long minutes) {
        var imports = new SettingValues.Imports(auto, every);

        assertThat(MonitorOptions.of(Map.of()).lifecycle(imports).history())
                .isEqualTo(Duration.ofMinutes(minutes));
    }

    @ParameterizedTest
    @CsvSource({"20, 20, 60", "0, 0, 30"})
    void goBeforeTheSettingsForImportsAndForWhatIsHistory(String says, long every, long history) {
        var options = MonitorOptions.of(Map.of("AGENTMONITOR_AUTO_IMPORT_MINUTES", says));
        var wanted = new SettingValues.Imports(true, 60);

        assertThat(options.importEvery(wanted)).isEqualTo(Duration.ofMinutes(every));
        assertThat(options.lifecycle(wanted).history()).isEqualTo(Duration.ofMinutes(history));
    }
}
