package dev.proa.profile;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The values of an enum by the words of the manifest, in order. */
final class Words {
    private Words() {}

    static <E extends Enum<E>> Map<String, E> of(E[] values) {
        Map<String, E> map = new LinkedHashMap<>();
        for (var value : values) {
            map.put(value.name().toLowerCase(Locale.ROOT), value);
        }
        return map;
    }
}
