package dev.proa.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.Node.Mapping;
import dev.proa.profile.Node.Scalar;
import dev.proa.profile.Node.Sequence;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The published schemas have exactly the keys that the loader reads, at every place. */
class SchemaKeysTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("proa.checkout"));
    private static final String MANIFEST = "docs/manifest.schema.json";

    /** Where each set of keys stands; {@code *} is any name of a mapping. */
    private static final Map<String, Keys> PLACES = new TreeMap<>();

    static {
        PLACES.put("", ManifestReader.MANIFEST);
        PLACES.put("/app", ManifestReader.APP);
        PLACES.put("/ui", UiReader.UI);
        PLACES.put("/backend", BackendReader.BACKEND);
        PLACES.put("/ingest", ManifestReader.INGEST);
        PLACES.put("/stop", ManifestReader.STOP);
        PLACES.put("/window", ManifestReader.WINDOW);
        PLACES.put("/modes/*", ModeReader.MODE);
        PLACES.put("/modes/*/backend", ModeReader.REMOTE);
        PLACES.put("/secrets/*", Secrets.SECRET);
        PLACES.put("/gateway", GatewayReader.GATEWAY);
        PLACES.put("/gateway/listen", GatewayReader.LISTEN);
        PLACES.put("/gateway/listen/tls", GatewayReader.TLS);
        PLACES.put("/routes/*", RouteReader.ROUTE);
        PLACES.put("/routes/*/rewrite", RouteReader.REWRITE);
        PLACES.put("/routes/*/request_headers", RouteReader.HEADERS);
        PLACES.put("/routes/*/response_headers", RouteReader.HEADERS);
        PLACES.put("/routes/*/compat", RouteReader.COMPAT);
        PLACES.put("/sidecars/*", SidecarReader.SIDECAR);
        PLACES.put("/sidecars/*/port", PortReader.PORT);
        PLACES.put("/sidecars/*/ready", HealthReader.READY);
        PLACES.put("/sidecars/*/live", HealthReader.LIVE);
        PLACES.put("/sidecars/*/dump", HealthReader.DUMP);
        PLACES.put("/sidecars/*/restart", UpkeepReader.RESTART);
        PLACES.put("/sidecars/*/stop", UpkeepReader.STOP);
        PLACES.put("/sidecars/*/watch", UpkeepReader.WATCH);
        PLACES.put("/sidecars/*/needs/*", NeedsReader.CONDITION);
        PLACES.put("/sidecars/*/logs", ConfinementReader.LOGS);
        PLACES.put("/sidecars/*/limits", ConfinementReader.LIMITS);
        PLACES.put("/sidecars/*/attach", AttachReader.ATTACH);
    }

    static Stream<String> places() {
        return PLACES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("places")
    void theManifestsSchemaHasTheKeysThatTheLoaderReads(String place) throws IOException {
        assertThat(keys(MANIFEST, place))
                .containsExactlyInAnyOrderElementsOf(
                        Optional.ofNullable(PLACES.get(place)).orElseThrow().now());
    }

    @Test
    void theProfilesSchemaHasTheKeysThatTheLoaderReads() throws IOException {
        assertThat(keys("docs/profile.schema.json", ""))
                .containsExactlyInAnyOrderElementsOf(ProfileFile.KEYS.now());
    }

    @Test
    void everySetOfKeysOfTheLoaderHasItsPlace() throws Exception {
        List<Keys> declared = new ArrayList<>();
        for (var name : classes()) {
            if (name.equals("package-info")) {
                continue;
            }
            for (var field : Class.forName("dev.proa.profile." + name).getDeclaredFields()) {
                if (field.getType() == Keys.class && Modifier.isStatic(field.getModifiers())) {
                    declared.add((Keys) field.get(null));
                }
            }
        }

        declared.remove(ProfileFile.KEYS);

        assertThat(declared).hasSizeGreaterThan(20);
        assertThat(PLACES.values()).containsAll(declared);
    }

    @Test
    void everyMappingOfTheSchemaRefusesOtherKeys() throws IOException {
        var schema = Files.readString(CHECKOUT.resolve(MANIFEST));

        var all = new ArrayList<Mapping>();
        collect(parse(schema), all);

        assertThat(all.stream().filter(m -> m.entry("properties").isPresent()))
                .allSatisfy(m -> assertThat(m.entry("additionalProperties")).isPresent());
    }

    private static List<String> classes() throws IOException {
        var folder = CHECKOUT.resolve("profile/src/main/java/dev/proa/profile");
        try (var files = Files.list(folder)) {
            return files.map(f -> folder.relativize(f).toString().replace(".java", "")).toList();
        }
    }

    private static void collect(Node node, List<Mapping> all) {
        switch (node) {
            case Mapping m -> {
                all.add(m);
                m.entries().forEach(e -> collect(e.value(), all));
            }
            case Sequence s -> s.items().forEach(i -> collect(i, all));
            case Scalar _ -> assertThat(node).isNotNull();
        }
    }

    /** The names of all properties that the schema allows at a place. */
    private static Set<String> keys(String file, String place) throws IOException {
        var root = parse(Files.readString(CHECKOUT.resolve(file)));
        List<Mapping> at = List.of((Mapping) root);
        for (var step : place.isEmpty() ? new String[0] : place.substring(1).split("/")) {
            at =
                    at.stream()
                            .flatMap(m -> alternatives(root, m))
                            .flatMap(m -> step(m, step).stream())
                            .toList();
        }
        var keys = new TreeSet<String>();
        at.stream()
                .flatMap(m -> alternatives(root, m))
                .flatMap(m -> m.entry("properties").stream())
                .forEach(e -> keys.addAll(((Mapping) e.value()).names()));
        return keys;
    }

    private static Optional<Mapping> step(Mapping schema, String step) {
        var below =
                step.equals("*")
                        ? schema.entry("additionalProperties")
                        : schema.entry("properties")
                                .flatMap(p -> ((Mapping) p.value()).entry(step));
        return below.map(Node.Entry::value)
                .filter(Mapping.class::isInstance)
                .map(Mapping.class::cast);
    }

    /** The schema itself and those it refers to or chooses from. */
    private static Stream<Mapping> alternatives(Node root, Mapping schema) {
        var found = new ArrayList<>(List.of(schema));
        schema.entry("$ref")
                .ifPresent(e -> {
                    var name = ((Scalar) e.value()).text().replace("#/$defs/", "");
                    var defs = (Mapping) ((Mapping) root).entry("$defs").orElseThrow().value();
                    var target = (Mapping) defs.entry(name).orElseThrow().value();
                    alternatives(root, target).forEach(found::add);
                });
        for (var choice : List.of("oneOf", "anyOf", "allOf")) {
            schema.entry(choice)
                    .ifPresent(e ->
                            ((Sequence) e.value())
                                    .items().stream()
                                            .map(Mapping.class::cast)
                                            .flatMap(m -> alternatives(root, m))
                                            .forEach(found::add));
        }
        return found.stream();
    }

    private static Node parse(String json) {
        return JsonTree.parse("schema", json, new Problems()).orElseThrow();
    }
}
