package dev.proa.runtime;

import dev.proa.core.Redaction;
import dev.proa.core.Secret;
import dev.proa.profile.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The values that a run is given under the name of a secret, so that they can be searched for. */
final class SecretValues {
    private SecretValues() {}

    /**
     * Those that the manifest refers to, of the environment, of the profile's file and of the
     * sidecars' own environments.
     */
    static Stream<Secret> of(Profile profile, Map<String, String> environment) {
        var values = new HashSet<>(ofEnvironment(environment));
        profileFile(profile).forEach(file -> ofFile(file, values));
        for (var sidecar : profile.sidecars()) {
            sidecar.env()
                    .forEach((name, value) -> {
                        if (Redaction.secretName(name)) {
                            values.add(value.resolve(late -> "${" + late + "}"));
                        }
                    });
        }
        return Stream.concat(profile.secrets().stream(), secrets(values));
    }

    /** Those of an environment alone. */
    static Stream<Secret> of(Map<String, String> environment) {
        return secrets(ofEnvironment(environment));
    }

    private static Set<String> ofEnvironment(Map<String, String> environment) {
        var values = new HashSet<String>();
        environment.forEach((name, value) -> {
            if (Redaction.secretName(name) && !isFile(value)) {
                values.add(value);
            }
        });
        return values;
    }

    /** Variables such as {@code SSH_ASKPASS} name a file, which every log may mention. */
    private static boolean isFile(String value) {
        try {
            return value.startsWith("/") && Files.exists(Path.of(value));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Stream<Secret> secrets(Set<String> values) {
        return values.stream().filter(value -> !value.isBlank()).map(Secret::of);
    }

    /** The profile in force; none if there is none. */
    static Stream<Path> profileFile(Profile profile) {
        return Stream.ofNullable(profile.origins().get("/profile"))
                .map(origin -> Path.of(origin.value().toString()));
    }

    private static void ofFile(Path file, Set<String> values) {
        try {
            collect(new JsonMapper().readTree(Files.readAllBytes(file)), false, values);
        } catch (IOException | JacksonException e) {
            // It was read a moment ago; what cannot be read now cannot be shown either.
            values.remove("");
        }
    }

    private static void collect(JsonNode node, boolean secret, Set<String> values) {
        if (node.isObject()) {
            node.properties()
                    .forEach(member ->
                            collect(
                                    member.getValue(),
                                    secret || Redaction.secretName(member.getKey()),
                                    values));
        } else if (node.isArray()) {
            node.forEach(item -> collect(item, secret, values));
        } else if (secret && node.isValueNode()) {
            values.add(node.asString(""));
        }
    }
}
