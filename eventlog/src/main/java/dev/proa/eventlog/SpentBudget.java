package dev.proa.eventlog;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;

/**
 * What has been spent of a budget in the period that is running.
 *
 * @param from when the period began, in milliseconds since 1970
 * @param to when the next one begins
 */
record SpentBudget(SettingValues.Budget budget, long from, long to, Use use) {
    static List<SpentBudget> read(
            Connection connection,
            UsageCube cube,
            List<SettingValues.Budget> budgets,
            ZoneId zone,
            long now)
            throws SQLException {
        var spent = new ArrayList<SpentBudget>();
        for (var budget : budgets) {
            var today = LocalDate.ofInstant(Instant.ofEpochMilli(now), zone);
            var first = first(budget.period(), today);
            var from = UsageSpan.start(first, zone);
            var to = UsageSpan.start(next(budget.period(), first), zone);
            var span = new UsageSpan(OptionalLong.of(from), OptionalLong.of(to), zone);
            var wanted = new HashMap<String, String>();
            budget.project().ifPresent(name -> wanted.put("project", name));
            budget.model().ifPresent(name -> wanted.put("model", name));
            spent.add(
                    new SpentBudget(
                            budget, from, to, new UsageQuery(cube, span, wanted).total(connection)));
        }
        return spent;
    }

    private static LocalDate first(SettingValues.Period period, LocalDate day) {
        return switch (period) {
            case DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
        };
    }

    private static LocalDate next(SettingValues.Period period, LocalDate first) {
        return switch (period) {
            case DAY -> first.plusDays(1);
            case WEEK -> first.plusWeeks(1);
            case MONTH -> first.plusMonths(1);
        };
    }

    static void write(JsonGenerator out, List<SpentBudget> all) {
        out.writeStartObject();
        out.writeName("budgets");
        out.writeStartArray();
        for (var each : all) {
            var budget = each.budget();
            out.writeStartObject();
            out.writeStringProperty("name", budget.name());
            out.writeStringProperty("period", budget.period().name().toLowerCase(Locale.ROOT));
            Json.dollars(out, "limit_usd", budget.limitNanos());
            Json.dollars(out, "spent_usd", each.use().cost());
            out.writeNumberProperty("unpriced_events", each.use().unpriced());
            Json.time(out, "from", each.from());
            Json.time(out, "to", each.to());
            out.writeBooleanProperty("over", each.use().knownCost() > budget.limitNanos());
            Json.text(out, "project", budget.project().orElse(null));
            Json.text(out, "model", budget.model().orElse(null));
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
