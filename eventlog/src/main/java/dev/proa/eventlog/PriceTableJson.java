package dev.proa.eventlog;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** The JSON form of a table of prices, in the bundled file, the user's, and over HTTP. */
final class PriceTableJson {
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);
    private static final int DIGITS = 6;
    private static final List<String> RATES =
            List.of(
                    "input_per_mtok",
                    "output_per_mtok",
                    "cache_read_per_mtok",
                    "cache_write_5m_per_mtok",
                    "cache_write_1h_per_mtok");
    private static final List<String> OF_A_MODEL =
            List.of("model", "provider", "aliases", "tiers", "from");
    private static final List<String> OF_A_TIER = List.of("above_prompt_tokens");

    /** Prices, and what is wrong with the others. */
    record Models(List<ModelPrice> found, List<Fault> problems) {}

    /** A place as a JSON pointer, and what is wrong there. */
    record Fault(String pointer, String message) {}

    private final List<Fault> faults = new ArrayList<>();
    private final boolean bundled;

    private PriceTableJson(boolean bundled) {
        this.bundled = bundled;
    }

    /** Reads {@code {models: [...]}}. */
    static Models models(JsonNode table, boolean bundled) {
        var reading = new PriceTableJson(bundled);
        var found = new ArrayList<ModelPrice>();
        var list = table.path("models");
        if (!list.isArray()) {
            reading.faults.add(new Fault("/models", "must be an array of models"));
        }
        var index = 0;
        for (var entry : list) {
            reading.named(entry, "/models/" + index++).ifPresent(found::add);
        }
        return new Models(found, reading.faults);
    }

    /** Reads one model's prices, named by its address. */
    static Models model(JsonNode entry, String name) {
        var reading = new PriceTableJson(false);
        var found = reading.priced(entry, "", name);
        return new Models(found.map(List::of).orElse(List.of()), reading.faults);
    }

    private Optional<ModelPrice> named(JsonNode entry, String at) {
        var name = entry.path("model");
        if (!name.isString() || name.stringValue().isBlank()) {
            faults.add(new Fault(at + "/model", "must be the model's name"));
            return Optional.empty();
        }
        return priced(entry, at, name.stringValue().strip());
    }

    private Optional<ModelPrice> priced(JsonNode entry, String at, String name) {
        var before = faults.size();
        names(entry, at, OF_A_MODEL);
        var base = rates(entry, at);
        var tiers = new ArrayList<ModelPrice.Tier>();
        var index = 0;
        for (var tier : entry.path("tiers")) {
            tiers.add(tier(tier, at + "/tiers/" + index++));
        }
        var aliases = new ArrayList<String>();
        for (var alias : entry.path("aliases")) {
            if (alias.isString() && !alias.stringValue().isBlank()) {
                aliases.add(alias.stringValue().strip());
            } else {
                faults.add(new Fault(at + "/aliases", "must be an array of names"));
            }
        }
        var provider = entry.path("provider").stringValue("other");
        return faults.size() > before
                ? Optional.empty()
                : Optional.of(new ModelPrice(name, provider, aliases, base, tiers, bundled));
    }

    /** A price under a mistyped name would silently be another one. */
    private void names(JsonNode entry, String at, List<String> beside) {
        for (var name : entry.propertyNames()) {
            if (!RATES.contains(name) && !beside.contains(name)) {
                var known = String.join(", ", RATES) + ", " + String.join(", ", beside);
                faults.add(new Fault(at + "/" + name, "is not known; there are " + known));
            }
        }
    }

    private ModelPrice.Tier tier(JsonNode tier, String at) {
        names(tier, at, OF_A_TIER);
        var above = tier.path("above_prompt_tokens");
        if (!above.isIntegralNumber() || !above.canConvertToLong() || above.longValue() < 0) {
            faults.add(new Fault(at + "/above_prompt_tokens", "must be a number of tokens"));
        }
        return new ModelPrice.Tier(above.asLong(0), rates(tier, at));
    }

    /** A class without a price of its own is paid as what it comes nearest to. */
    private Rates rates(JsonNode entry, String at) {
        var input = rate(entry, at, "input_per_mtok", Optional.empty());
        var output = rate(entry, at, "output_per_mtok", Optional.empty());
        var cacheRead = rate(entry, at, "cache_read_per_mtok", Optional.of(input));
        var cacheWrite = rate(entry, at, "cache_write_5m_per_mtok", Optional.of(input));
        var hour = rate(entry, at, "cache_write_1h_per_mtok", Optional.of(cacheWrite));
        return new Rates(input, output, cacheRead, cacheWrite, hour);
    }

    private long rate(JsonNode entry, String at, String field, Optional<Long> otherwise) {
        var value = entry.path(field);
        if (value.isMissingNode() || value.isNull()) {
            if (otherwise.isEmpty()) {
                faults.add(new Fault(at + "/" + field, "is missing"));
            }
            return otherwise.orElse(0L);
        }
        var dollars = value.isNumber() ? value.decimalValue() : BigDecimal.ONE.negate();
        if (dollars.signum() < 0
                || dollars.compareTo(MOST) > 0
                || dollars.stripTrailingZeros().scale() > DIGITS) {
            faults.add(
                    new Fault(
                            at + "/" + field,
                            "must be dollars per million tokens, from 0 to 1000000 with at most"
                                    + " six decimals"));
            return 0;
        }
        return Rates.picos(dollars);
    }

    static void write(JsonGenerator out, ModelPrice price) {
        out.writeStartObject();
        out.writeStringProperty("model", price.model());
        out.writeStringProperty("provider", price.provider());
        out.writeName("aliases");
        out.writeStartArray();
        price.aliases().forEach(out::writeString);
        out.writeEndArray();
        writeRates(out, price.base());
        out.writeName("tiers");
        out.writeStartArray();
        for (var tier : price.tiers()) {
            out.writeStartObject();
            out.writeNumberProperty("above_prompt_tokens", tier.above());
            writeRates(out, tier.rates());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeStringProperty("from", price.bundled() ? "bundled" : "file");
        out.writeEndObject();
    }

    private static void writeRates(JsonGenerator out, Rates rates) {
        rate(out, "input_per_mtok", rates.input());
        rate(out, "output_per_mtok", rates.output());
        rate(out, "cache_read_per_mtok", rates.cacheRead());
        rate(out, "cache_write_5m_per_mtok", rates.cacheWrite());
        rate(out, "cache_write_1h_per_mtok", rates.cacheWriteHour());
    }

    private static void rate(JsonGenerator out, String name, long picos) {
        out.writeName(name);
        out.writeNumber(Rates.perMillion(picos).toPlainString());
    }
}
