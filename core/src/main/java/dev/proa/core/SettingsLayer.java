package dev.proa.core;

import java.util.Map;

/**
 * Settings for code that is not Proa's own, as one place gives them; only their reader knows which
 * there are.
 *
 * @param name what kind of place it is: {@code profile}, {@code manifest}
 * @param values by name: texts, booleans, {@link java.math.BigDecimal}s, lists and mappings of
 *     these
 * @param places where each value stands, by its JSON pointer (RFC 6901) into {@code values}
 */
public record SettingsLayer(String name, Map<String, Object> values, Map<String, Where> places) {
    public SettingsLayer {
        values = Map.copyOf(values);
        places = Map.copyOf(places);
    }

    /** The place of a value, or of the nearest one around it that has a place. */
    public Where place(String pointer) {
        for (var at = pointer; ; at = at.substring(0, at.lastIndexOf('/'))) {
            var place = places.get(at);
            if (place != null) {
                return place;
            }
            if (at.isEmpty()) {
                return new Where(name, 0, 0, pointer);
            }
        }
    }
}
