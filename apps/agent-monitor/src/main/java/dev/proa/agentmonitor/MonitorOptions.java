package dev.proa.agentmonitor;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.eventlog.Lifecycle;
import dev.proa.eventlog.SettingValues;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment says of times and caps, in the words of the event contract.
 *
 * @param idleAfter how much silence makes a session idle: {@code AGENTMONITOR_SESSION_TIMEOUT}, in
 *     minutes
 * @param stats how often a stream is told the totals: {@code AGENTMONITOR_STATS_INTERVAL}, in
 *     milliseconds, at least 250
 * @param heartbeat how often a stream gets a comment: {@code AGENTMONITOR_SSE_HEARTBEAT_MS}, at
 *     least 1,000
 * @param mostClients how many streams there may be: {@code AGENTMONITOR_MAX_SSE_CLIENTS}
 * @param metadataBytes the cap of an event's metadata: {@code AGENTMONITOR_MAX_PAYLOAD_KB}
 * @param importEvery time between imports by themselves, zero for none, instead of what the
 *     settings say: {@code AGENTMONITOR_AUTO_IMPORT_MINUTES}
 */
record MonitorOptions(
        Duration idleAfter,
        Duration stats,
        Duration heartbeat,
        int mostClients,
        int metadataBytes,
        Optional<Duration> importEvery) {
    private static final String PREFIX = "AGENTMONITOR_";
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

    /**
     * Reads an environment.
     *
     * @throws ProaException with all values that are none
     */
    static MonitorOptions of(Map<String, String> environment) {
        var problems = new ArrayList<Problem>();
        var options = new Reading(environment, problems).options();
        if (!problems.isEmpty()) {
            throw new ProaException(ExitCode.BAD_CONFIG, problems);
        }
        return options;
    }

    private record Reading(Map<String, String> environment, List<Problem> problems) {
        MonitorOptions options() {
            return new MonitorOptions(
                    Duration.ofMillis(number("SESSION_TIMEOUT", "5", "0.001", MINUTE)),
                    Duration.ofMillis(Math.max(250, number("STATS_INTERVAL", "5000", "1", 1))),
                    Duration.ofMillis(Math.max(1_000, number("SSE_HEARTBEAT_MS", "30000", "1", 1))),
                    (int) number("MAX_SSE_CLIENTS", "50", "1", 1),
                    (int) number("MAX_PAYLOAD_KB", "10", "0", 1_024),
                    importEvery());
        }

        private Optional<Duration> importEvery() {
            var name = "AUTO_IMPORT_MINUTES";
            return says(name).isEmpty()
                    ? Optional.empty()
                    : Optional.of(Duration.ofMillis(number(name, "10", "0", MINUTE)));
        }

        private String says(String name) {
            return environment.getOrDefault(PREFIX + name, "").strip();
        }

        /** A number from the least on, times a factor. */
        private long number(String name, String usual, String least, long factor) {
            var text = says(name);
            if (text.isEmpty()) {
                return Long.parseLong(usual) * factor;
            }
            var value = text.matches("\\d{1,9}(\\.\\d{1,6})?") ? new BigDecimal(text) : null;
            if (value == null
                    || value.compareTo(new BigDecimal(least)) < 0
                    || value.compareTo(MOST) > 0) {
                problems.add(
                        new Problem(
                                Where.of(PREFIX + name),
                                "\"%s\" is no number from %s to %s".formatted(text, least, MOST),
                                "Write a number, or take the variable away for " + usual));
                return Long.parseLong(usual) * factor;
            }
            return value.multiply(BigDecimal.valueOf(factor)).longValue();
        }
    }

    /** Time between imports by themselves, zero for none. */
    Duration importEvery(SettingValues.Imports wanted) {
        return importEvery.orElse(
                wanted.auto() ? Duration.ofMinutes(wanted.everyMinutes()) : Duration.ZERO);
    }

    /** How sessions live while histories are imported so. */
    Lifecycle lifecycle(SettingValues.Imports wanted) {
        return Lifecycle.of(idleAfter, importEvery(wanted));
    }
}
