package dev.proa.eventlog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A table of prices. A model that it does not have costs an unknown amount, never nothing.
 * Immutable.
 */
final class Prices {
    /** A name such as {@code us.anthropic.claude-opus-4-6-v1:0}, as Amazon Bedrock says it. */
    private static final Pattern BEDROCK =
            Pattern.compile("(?:[a-z-]+\\.)?anthropic\\.(claude-.+?)(?:-v\\d+(?::\\d+)?)?");

    private static final List<String> ROUTES =
            List.of("anthropic/", "openai/", "google/", "gemini/");

    /** The mark of Claude Code for a long context, which the bands of a price already know. */
    private static final String LONG_CONTEXT = "[1m]";

    private final String version;
    private final String updated;
    private final String source;
    private final Map<String, ModelPrice> models = new LinkedHashMap<>();
    private final Map<String, String> aliases = new HashMap<>();

    private Prices(String version, String updated, String source, Collection<ModelPrice> all) {
        this.version = version;
        this.updated = updated;
        this.source = source;
        all.forEach(price -> models.put(price.model(), price));
        all.forEach(price -> price.aliases().forEach(name -> aliases.put(name, price.model())));
    }

    /** The table that comes with Proa. */
    static Prices bundled() {
        try (var in = Objects.requireNonNull(Prices.class.getResourceAsStream("prices.json"))) {
            var table = Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            var models = PriceTableJson.models(table, true);
            if (!models.problems().isEmpty()) {
                throw new IllegalStateException("the bundled prices: " + models.problems());
            }
            return new Prices(
                    table.path("version").stringValue(),
                    table.path("updated").stringValue(),
                    table.path("source").stringValue(),
                    models.found());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * This table with prices of a user over it; a name that the user gives to a model is taken from
     * any other.
     *
     * @param mark what tells this set of prices from others
     */
    Prices with(Collection<ModelPrice> own, String mark) {
        if (own.isEmpty()) {
            return this;
        }
        var all = new LinkedHashMap<>(models);
        own.forEach(price -> all.put(price.model(), price));
        var merged = new Prices(version + "+" + mark, updated, source, all.values());
        own.forEach(price -> merged.aliases.put(price.model(), price.model()));
        own.forEach(price -> price.aliases().forEach(name -> merged.claim(name, price.model())));
        return merged;
    }

    private void claim(String alias, String model) {
        aliases.put(alias, model);
        if (!alias.equals(model)) {
            models.remove(alias);
        }
    }

    /** What a model costs, by the name that a sender gives it. */
    Optional<ModelPrice> of(@Nullable String model) {
        if (model == null) {
            return Optional.empty();
        }
        var exact = models.get(model);
        if (exact != null) {
            return Optional.of(exact);
        }
        var name = plain(model);
        var found = models.get(aliases.getOrDefault(name, name));
        return Optional.ofNullable(found);
    }

    /** A name without what says how the model was reached. */
    private static String plain(String model) {
        var name = model.strip();
        if (name.regionMatches(true, name.length() - 4, LONG_CONTEXT, 0, 4)) {
            name = name.substring(0, name.length() - 4);
        }
        for (var route : ROUTES) {
            name = name.startsWith(route) ? name.substring(route.length()) : name;
        }
        var bedrock = BEDROCK.matcher(name);
        if (bedrock.matches()) {
            name = bedrock.group(1);
        }
        return name.startsWith("claude-") ? name.replace('@', '-') : name; // Google Vertex
    }

    /** Names these prices among all that there have been. */
    String version() {
        return version;
    }

    /** The day of the bundled part, as {@code 2026-11-21}. */
    String updated() {
        return updated;
    }

    String source() {
        return source;
    }

    List<ModelPrice> models() {
        return List.copyOf(models.values());
    }
}
