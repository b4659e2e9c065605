package dev.proa.eventlog;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Settings as JSON, layer over layer. Objects are merged key by key; a list is one value. Where
 * several layers have a value, the highest is taken.
 */
final class SettingsTree {
    private final ObjectNode values;
    private final Map<String, String> origins = new TreeMap<>();

    SettingsTree(ObjectNode defaults, String name) {
        values = defaults.objectNode();
        put(defaults, name);
    }

    /** Lays another layer over those that are there. */
    void put(JsonNode layer, String name) {
        leaves("", layer, (pointer, _) -> origins.put(pointer, name));
        merge(values, layer);
    }

    /** All values; not to be changed. */
    ObjectNode values() {
        return values;
    }

    /** The layer that each value came from, by its JSON pointer. */
    Map<String, String> origins() {
        return origins;
    }

    private static void merge(ObjectNode to, JsonNode from) {
        for (var e : from.properties()) {
            if (e.getValue().isObject()) {
                var below = to.get(e.getKey());
                merge(
                        below instanceof ObjectNode object ? object : to.putObject(e.getKey()),
                        e.getValue());
            } else {
                to.set(e.getKey(), e.getValue());
            }
        }
    }

    /** Every value that is no object, with its pointer. */
    static void leaves(String pointer, JsonNode node, BiConsumer<String, JsonNode> each) {
        if (!node.isObject()) {
            each.accept(pointer, node);
            return;
        }
        for (var e : node.properties()) {
            leaves(child(pointer, e.getKey()), e.getValue(), each);
        }
    }

    /**
     * Applies a JSON merge patch (RFC 7396): {@code null} takes a value away, an object goes into
     * the one that is there.
     */
    static void patch(ObjectNode to, JsonNode patch) {
        for (var e : patch.properties()) {
            if (e.getValue().isNull()) {
                to.remove(e.getKey());
            } else if (e.getValue().isObject()) {
                var below = to.get(e.getKey());
                var object = below instanceof ObjectNode o ? o : to.putObject(e.getKey());
                patch(object, e.getValue());
                if (object.isEmpty()) {
                    to.remove(e.getKey());
                }
            } else {
                to.set(e.getKey(), e.getValue());
            }
        }
    }

    /** RFC 6901. */
    static String child(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
