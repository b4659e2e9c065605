package dev.proa.profile;

import dev.proa.core.SettingsLayer;
import dev.proa.core.Where;
import dev.proa.profile.Node.Kind;
import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Node.Sequence;
import dev.proa.profile.Profile.Origin;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads {@code backend}, and the settings for it from manifest and profile. Which settings there
 * are is known to the backend alone; here they only have to be values.
 */
final class BackendReader {
    static final Keys BACKEND = Keys.of("backend", "embedded", "settings");
    static final String PROFILE_KEY = "backend_settings";

    private static final String SETTINGS = "/backend/settings";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+([-_.][a-z0-9]+)*");

    /** JSON's numbers, RFC 8259, section 6; their exponents stay where arithmetic stays cheap. */
    private static final Pattern DECIMAL =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");

    private final Reading reading;

    BackendReader(Reading reading) {
        this.reading = reading;
    }

    /** What {@code backend} says, and the layers of settings, highest first. */
    record Backend(Optional<String> embedded, List<SettingsLayer> settings) {}

    Backend read(Section root, ProfileFile profile) {
        var written = root.node("backend");
        var backend = written.map(n -> Section.of(reading, n, BACKEND));
        var name =
                backend.map(s ->
                        s.require(
                                "embedded",
                                "",
                                "embedded: NAME",
                                n ->
                                        reading.matching(
                                                n, NAME, "a backend's name", "agent-monitor")));
        var layers = new ArrayList<SettingsLayer>();
        var ofManifest = backend.flatMap(s -> s.node("settings")).flatMap(this::manifest);
        profile.node(PROFILE_KEY)
                .filter(Mapping.class::isInstance) // anything else is reported by the profile
                .flatMap(n -> profile(n, written.isPresent()))
                .ifPresent(layers::add);
        ofManifest.ifPresent(layers::add);
        return new Backend(name, layers);
    }

    private Optional<SettingsLayer> manifest(Node node) {
        return new Layer("manifest").of(node);
    }

    private Optional<SettingsLayer> profile(Node node, boolean used) {
        if (!used) {
            reading.problems()
                    .warn(
                            node.where(),
                            "the app has no embedded backend, so "
                                    + PROFILE_KEY
                                    + " changes nothing",
                            "Remove it");
        }
        return new Layer("profile").of(node).filter(_ -> used);
    }

    /** One layer while it is read; the profile is taken as it is written. */
    private final class Layer {
        private final String name;
        private final Map<String, Where> places = new HashMap<>();

        Layer(String name) {
            this.name = name;
        }

        Optional<SettingsLayer> of(Node node) {
            if (!(node instanceof Mapping mapping)) {
                reading.wrong(node, "a mapping of settings", "Write name: value lines");
                return Optional.empty();
            }
            return Optional.of(new SettingsLayer(name, mapping("", mapping), places));
        }

        private Map<String, Object> mapping(String pointer, Mapping mapping) {
            places.put(pointer, mapping.where());
            Map<String, Object> values = new LinkedHashMap<>();
            for (var e : mapping.entries()) {
                value(Pointer.child(pointer, e.name()), e.value())
                        .ifPresent(v -> values.put(e.name(), v));
            }
            return values;
        }

        private Optional<Object> value(String pointer, Node node) {
            places.put(pointer, node.where());
            return switch (node) {
                case Mapping m -> Optional.of(mapping(pointer, m));
                case Sequence s -> Optional.of(list(pointer, s));
                case Scalar s -> {
                    var value = scalar(s);
                    value.ifPresent(v -> note(pointer, s, v));
                    yield value;
                }
            };
        }

        private List<Object> list(String pointer, Sequence list) {
            var values = new ArrayList<>();
            for (int i = 0; i < list.items().size(); i++) {
                value(pointer + "/" + i, list.items().get(i)).ifPresent(values::add);
            }
            return values;
        }

        private Optional<Object> scalar(Scalar s) {
            return switch (s.kind()) {
                case BOOLEAN -> Optional.of(Boolean.parseBoolean(s.text()));
                case INTEGER, NUMBER -> number(s);
                case TEXT ->
                        name.equals("profile")
                                ? Optional.of(s.text())
                                : reading.expanded(s, LateNames.NONE, false).map(e -> meant(s, e));
                case NULL -> {
                    reading.problems()
                            .add(
                                    s.where(),
                                    "nothing is written here",
                                    "Write a value, or remove the key");
                    yield Optional.empty();
                }
            };
        }

        private Optional<Object> number(Scalar s) {
            if (!DECIMAL.matcher(s.text()).matches()) {
                reading.wrong(s, "a decimal number", "Write it in decimal digits");
                return Optional.empty();
            }
            return Optional.of(new BigDecimal(s.text()));
        }

        /** A text in which {@code ${...}} stood for a number or a boolean is one. */
        private Object meant(Scalar s, Expanded expanded) {
            var text = expanded.plain();
            if (!s.text().contains("${")) {
                return text;
            }
            if (text.equals("true") || text.equals("false")) {
                return Boolean.parseBoolean(text);
            }
            return DECIMAL.matcher(text).matches() ? new BigDecimal(text) : text;
        }

        private void note(String pointer, Scalar s, Object value) {
            var shown = s.kind() == Kind.TEXT ? Shown.value(pointer, value.toString()) : value;
            reading.note(SETTINGS + pointer, new Origin(name, Expanded.place(s.where()), shown));
        }
    }
}
