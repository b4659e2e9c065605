package dev.proa.eventlog;

import java.io.IOException;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.JsonNode;

/**
 * Answers what was used and what it cost. Safe to use from any thread; every method throws {@link
 * dev.proa.core.ProaException} if the log cannot be read.
 */
public final class CostQueries {
    /** How many events a transaction of a recalculation reads, so that others get their turn. */
    private static final int CHUNK = 2_000;

    private final EventLog log;
    private final UsageCube cube;

    public CostQueries(EventLog log) {
        this.log = log;
        this.cube = log.usage();
    }

    /**
     * {@code GET /api/costs}: a total, its parts by a dimension, and the models without a price.
     */
    public Reply costs(Parameters parameters) throws InterruptedException {
        return costs(cube, parameters, log.prices().present(), log::read);
    }

    /** Where a report comes from. */
    interface Reports<X extends Exception> {
        CostReport read(Readers.Query<CostReport> query) throws X;
    }

    static <X extends Exception> Reply costs(
            UsageCube cube, Parameters parameters, Prices prices, Reports<X> reports) throws X {
        var by = parameters.filled("by").orElse("day");
        if (!CostReport.WORDS.contains(by)) {
            return Reply.error(400, "by must be one of: " + String.join(", ", CostReport.WORDS));
        }
        return answer(
                cube,
                parameters,
                query ->
                        Reply.of(
                                200,
                                reports.read(connection ->
                                        CostReport.read(connection, query, by, prices))
                                        ::write));
    }

    /** {@code GET /api/costs/series}: what was used from hour to hour or day to day. */
    public Reply series(Parameters parameters) throws InterruptedException {
        var bucket = parameters.filled("bucket").orElse("day");
        var by = parameters.filled("by").orElse("none");
        if (!List.of("hour", "day").contains(bucket)) {
            return Reply.error(400, "bucket must be one of: hour, day");
        }
        if (!CostSeries.WORDS.contains(by)) {
            return Reply.error(400, "by must be one of: " + String.join(", ", CostSeries.WORDS));
        }
        var daily = bucket.equals("day");
        return answer(
                cube,
                parameters,
                query -> {
                    var series =
                            log.read(connection -> CostSeries.read(connection, query, daily, by));
                    return Reply.of(200, out -> series.write(out, log.now()));
                });
    }

    /** {@code GET /api/costs/events}: the events behind a total, the latest first. */
    public Reply events(Parameters parameters) throws InterruptedException {
        return answer(
                cube,
                parameters,
                query -> {
                    var events =
                            log.read(connection -> CostEvents.read(connection, query, parameters));
                    return Reply.of(200, events::write);
                });
    }

    /** {@code GET /api/stats/cost} of the contract. */
    public Reply contract(Parameters parameters) throws InterruptedException {
        var since =
                parameters
                        .filled("since")
                        .map(text -> JsDate.parse(text, ZoneId.of("UTC")))
                        .orElse(OptionalLong.empty());
        if (since.isEmpty() && parameters.filled("since").isPresent()) {
            return Reply.error(400, "since must be an ISO timestamp");
        }
        var span = new UsageSpan(since, OptionalLong.empty(), ZoneId.of("UTC"));
        var agent = parameters.filled("agent_type");
        var costs =
                log.read(connection ->
                        ContractCosts.read(connection, cube, parameters, span, agent));
        return Reply.of(200, costs::write);
    }

    /** {@code GET /api/budgets}: what has been spent of each in the period that is running. */
    public Reply budgets(List<SettingValues.Budget> budgets, ZoneId zone)
            throws InterruptedException {
        var now = log.now();
        var spent = log.read(connection -> SpentBudget.read(connection, cube, budgets, zone, now));
        return Reply.of(200, out -> SpentBudget.write(out, spent));
    }

    /** {@code GET /api/prices}: the table in force. */
    public Reply prices() {
        return prices(log.prices().present());
    }

    static Reply prices(Prices prices) {
        return Reply.of(
                200,
                out -> {
                    out.writeStartObject();
                    CostReport.writePrices(out, prices);
                    out.writeName("models");
                    out.writeStartArray();
                    prices.models().forEach(price -> PriceTableJson.write(out, price));
                    out.writeEndArray();
                    out.writeEndObject();
                });
    }

    /**
     * {@code PUT /api/prices/{model}}: writes the user's prices of a model, and prices what had
     * none; 200 with counts as {@link #recalculate}, 400 with every fault.
     */
    public Reply put(String model, byte[] body) throws InterruptedException {
        var input = BodyText.read(body).filter(JsonNode::isObject);
        if (input.isEmpty()) {
            return Reply.error(400, EventIngest.NOT_JSON);
        }
        if (model.isBlank()) {
            return Reply.error(400, "The path must name a model.");
        }
        var price = PriceTableJson.model(input.get(), model.strip());
        if (!price.problems().isEmpty()) {
            var faults =
                    price.problems().stream()
                            .map(fault ->
                                    new Contract.Fault(
                                            fault.pointer().substring(1), fault.message()))
                            .toList();
            return EventIngest.refused("Invalid prices", faults);
        }
        try {
            log.priced(price.found().getFirst());
        } catch (IOException e) {
            return Reply.error(503, "The prices were not written (" + e + "). Check the disk.");
        }
        return recalculate(true);
    }

    /**
     * {@code POST /api/costs/recalculate}: prices events by the table in force. What a source gave
     * as cost stays what counts.
     *
     * @param unpricedOnly leaves alone what has a cost
     */
    public Reply recalculate(boolean unpricedOnly) throws InterruptedException {
        var changes = new LongAdder();
        var seen = new LongAdder();
        var last = new long[] {0};
        do {
            var after = last[0];
            var done =
                    log.change(posting ->
                            last[0] = posting.reprice(after, CHUNK, unpricedOnly, seen, changes));
            if (!done) {
                return Reply.error(503, "The costs were not written. Check the disk.");
            }
        } while (last[0] > 0);
        var left =
                log.read(connection ->
                        Schema.number(
                                connection,
                                "SELECT total(unpriced) FROM usage_sum WHERE grain = "
                                        + DayTables.DAY));
        return Reply.of(
                200,
                out -> {
                    out.writeStartObject();
                    out.writeNumberProperty("events", seen.sum());
                    out.writeNumberProperty("changed", changes.sum());
                    out.writeNumberProperty("unpriced", left);
                    out.writeStringProperty("version", log.prices().present().version());
                    out.writeEndObject();
                });
    }

    private interface Question<X extends Exception> {
        Reply ask(UsageQuery query) throws X;
    }

    private static <X extends Exception> Reply answer(
            UsageCube cube, Parameters parameters, Question<X> question) throws X {
        UsageQuery query;
        try {
            query = UsageQuery.of(cube, parameters);
        } catch (UsageSpan.Unclear e) {
            return Reply.error(400, e.words());
        }
        return question.ask(query);
    }
}
