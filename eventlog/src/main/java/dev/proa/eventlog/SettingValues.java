package dev.proa.eventlog;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The settings of the agent monitor, checked and complete; never changed, only replaced.
 *
 * @param limits what a person may use in a window of time, by agent type
 */
public record SettingValues(
        Privacy privacy,
        Retention retention,
        List<Budget> budgets,
        SortedMap<String, Limit> limits,
        Imports imports) {
    public SettingValues {
        budgets = List.copyOf(budgets);
        limits = Collections.unmodifiableSortedMap(new TreeMap<>(limits));
    }

    /** What an agent may use, if that is limited. */
    public Optional<Limit> limit(String agentType) {
        return Optional.ofNullable(limits.get(agentType));
    }

    /** What becomes of a text before it is stored. */
    public enum Kept {
        /** It is stored as far as the contract's cap allows. */
        KEEP,
        /** Its beginning is stored. */
        CUT,
        /** It is not stored. */
        DROP
    }

    /**
     * What is stored of what a source sends.
     *
     * @param prompts what people asked for
     * @param outputs what models and tools answered, their error texts included
     * @param cutAt how many bytes of UTF-8 {@link Kept#CUT} leaves of each text
     * @param redact whether secrets are taken out
     */
    public record PrivacyRule(Kept prompts, Kept outputs, int cutAt, boolean redact) {}

    /**
     * The rules of privacy.
     *
     * @param bySource the rules of sources that have one of their own, whole: {@code hook}, {@code
     *     otel}, {@code import}, {@code api}
     */
    public record Privacy(PrivacyRule usual, Map<String, PrivacyRule> bySource) {
        public Privacy {
            bySource = Map.copyOf(bySource);
        }

        /** The rule for events of a source. */
        public PrivacyRule of(String source) {
            return bySource.getOrDefault(source, usual);
        }
    }

    /**
     * How long events are kept; what is empty has no limit.
     *
     * @param days how many days after its arrival an event may go
     * @param maxBytes how large the log may become
     * @param kinds other numbers of days, by event type; without a number that type is kept
     */
    public record Retention(
            OptionalInt days, OptionalLong maxBytes, SortedMap<String, OptionalInt> kinds) {
        public Retention {
            kinds = Collections.unmodifiableSortedMap(new TreeMap<>(kinds));
        }
    }

    /** A budget's stretch of the calendar; a week begins on Monday. */
    public enum Period {
        DAY,
        WEEK,
        MONTH
    }

    /**
     * An amount that should not be spent in a period.
     *
     * @param name unlike that of any other budget
     * @param limitNanos US dollars times 10^9, above 0
     * @param project counts this project alone
     * @param model counts this model alone
     */
    public record Budget(
            String name,
            Period period,
            long limitNanos,
            Optional<String> project,
            Optional<String> model) {}

    /** What a limit counts. */
    public enum Measure {
        TOKENS,
        COST
    }

    /**
     * What an agent may use within its rolling windows.
     *
     * @param sessionHours length of the short window in hours
     * @param sessionLimit tokens or US dollars in the short window; 0 is no limit
     * @param extendedHours length of the long window in hours
     * @param extendedLimit tokens or US dollars in the long window; 0 is no limit
     */
    public record Limit(
            Measure kind,
            int sessionHours,
            BigDecimal sessionLimit,
            int extendedHours,
            BigDecimal extendedLimit) {}

    /**
     * Whether histories of agents are imported without being asked.
     *
     * @param everyMinutes how long after the end of one import the next begins
     */
    public record Imports(boolean auto, int everyMinutes) {}
}
