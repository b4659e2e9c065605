package dev.proa.eventlog;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.eventlog.SettingValues.Budget;
import dev.proa.eventlog.SettingValues.Imports;
import dev.proa.eventlog.SettingValues.Kept;
import dev.proa.eventlog.SettingValues.Limit;
import dev.proa.eventlog.SettingValues.Measure;
import dev.proa.eventlog.SettingValues.Period;
import dev.proa.eventlog.SettingValues.Privacy;
import dev.proa.eventlog.SettingValues.PrivacyRule;
import dev.proa.eventlog.SettingValues.Retention;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Turns settings as JSON into values, and notes everything that is wrong with them. What is missing
 * or wrong has its default then, so that the rest is checked too.
 */
final class SettingsReader {
    static final List<String> SOURCES = List.of("hook", "otel", "import", "api");

    private static final int MOST_DAYS = 36_500;
    private static final int MOST_HOURS = 24 * 366;
    private static final int MOST_CUT = 10_240;
    private static final int MOST_MINUTES = 7 * 24 * 60;
    private static final BigDecimal MOST_BYTES = BigDecimal.valueOf(1L << 50);
    private static final BigDecimal LEAST_BYTES = BigDecimal.valueOf(1L << 20);
    private static final BigDecimal MOST_AMOUNT = BigDecimal.valueOf(1_000_000_000_000L);
    private static final BigDecimal MOST_DOLLARS = BigDecimal.valueOf(1_000_000_000L);
    private static final int NANO_DIGITS = 9;

    private final Function<String, Where> places;
    private final List<Problem> problems = new ArrayList<>();

    /** Places tell where a value stands, by its JSON pointer. */
    SettingsReader(Function<String, Where> places) {
        this.places = places;
    }

    List<Problem> problems() {
        return List.copyOf(problems);
    }

    SettingValues read(JsonNode root) {
        var all = new SettingsSection(this, "", root);
        all.keys("privacy", "retention", "budgets", "limits", "import");
        return new SettingValues(
                privacy(all.section("privacy")),
                retention(all.section("retention")),
                budgets(all),
                limits(all.section("limits")),
                imports(all.section("import")));
    }

    private static Privacy privacy(SettingsSection s) {
        s.keys("prompts", "outputs", "cut_at", "redact", "per_source");
        var usual = rule(s, new PrivacyRule(Kept.KEEP, Kept.KEEP, 500, true));
        var sources = s.section("per_source");
        sources.keys(SOURCES.toArray(String[]::new));
        Map<String, PrivacyRule> bySource = new HashMap<>();
        for (var name : sources.names()) {
            if (SOURCES.contains(name)) {
                var own = sources.section(name);
                own.keys("prompts", "outputs", "cut_at", "redact");
                bySource.put(name, rule(own, usual));
            }
        }
        return new Privacy(usual, bySource);
    }

    private static PrivacyRule rule(SettingsSection s, PrivacyRule otherwise) {
        return new PrivacyRule(
                s.word("prompts", otherwise.prompts()),
                s.word("outputs", otherwise.outputs()),
                s.whole("cut_at", 16, MOST_CUT, otherwise.cutAt()),
                s.flag("redact", otherwise.redact()));
    }

    private static Retention retention(SettingsSection s) {
        s.keys("days", "max_bytes", "kinds");
        var kinds = s.section("kinds");
        kinds.keys(Contract.EVENT_TYPES.toArray(String[]::new));
        SortedMap<String, OptionalInt> byKind = new TreeMap<>();
        for (var name : kinds.names()) {
            byKind.put(name, days(kinds.whole(name, 0, MOST_DAYS, 0)));
        }
        var bytes = s.number("max_bytes", BigDecimal.ZERO, MOST_BYTES, 0, BigDecimal.ZERO);
        if (bytes.signum() > 0 && bytes.compareTo(LEAST_BYTES) < 0) {
            s.wrong(
                    "max_bytes",
                    bytes.toPlainString() + " is too few",
                    "Write 1048576 or more, or 0");
        }
        return new Retention(
                days(s.whole("days", 0, MOST_DAYS, 0)),
                bytes.signum() == 0 ? OptionalLong.empty() : OptionalLong.of(bytes.longValue()),
                byKind);
    }

    private static OptionalInt days(int number) {
        return number == 0 ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private static List<Budget> budgets(SettingsSection all) {
        var budgets = new ArrayList<Budget>();
        var names = new HashSet<String>();
        for (var s : all.sections("budgets")) {
            s.keys("name", "period", "limit_usd", "project", "model");
            var name = s.required("name", "a name, such as \"all of it\"").orElse("");
            if (!name.isEmpty() && !names.add(name)) {
                s.wrong("name", "another budget is called so too", "Write another name");
            }
            if (!s.has("limit_usd")) {
                s.missing("limit_usd", "an amount in US dollars");
            }
            var limit =
                    s.number(
                            "limit_usd",
                            BigDecimal.ZERO,
                            MOST_DOLLARS,
                            NANO_DIGITS,
                            BigDecimal.ONE);
            if (limit.signum() == 0) {
                s.wrong("limit_usd", "a budget of 0 is always spent", "Write more than 0");
            }
            budgets.add(
                    new Budget(
                            name,
                            s.word("period", Period.MONTH),
                            limit.movePointRight(NANO_DIGITS).longValueExact(),
                            s.text("project"),
                            s.text("model")));
        }
        return budgets;
    }

    private static SortedMap<String, Limit> limits(SettingsSection s) {
        SortedMap<String, Limit> limits = new TreeMap<>();
        for (var agent : s.names()) {
            var one = s.section(agent);
            one.keys("kind", "session_hours", "session_limit", "extended_hours", "extended_limit");
            limits.put(
                    agent,
                    new Limit(
                            one.word("kind", Measure.TOKENS),
                            one.whole("session_hours", 1, MOST_HOURS, 5),
                            amount(one, "session_limit"),
                            one.whole("extended_hours", 1, MOST_HOURS, 24),
                            amount(one, "extended_limit")));
        }
        return limits;
    }

    private static BigDecimal amount(SettingsSection s, String key) {
        return s.number(key, BigDecimal.ZERO, MOST_AMOUNT, NANO_DIGITS, BigDecimal.ZERO);
    }

    private static Imports imports(SettingsSection s) {
        s.keys("auto", "every_minutes");
        return new Imports(s.flag("auto", true), s.whole("every_minutes", 1, MOST_MINUTES, 10));
    }

    void add(String pointer, String what, String remedy) {
        problems.add(new Problem(places.apply(pointer), what, remedy));
    }
}
