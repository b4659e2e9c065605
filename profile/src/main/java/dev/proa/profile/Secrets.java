package dev.proa.profile;

import dev.proa.core.Secret;
import dev.proa.core.Where;
import dev.proa.profile.Node.Mapping;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The secrets that the manifest refers to by name. A value is looked up when something of the
 * chosen mode uses it, and only then has to be there.
 */
final class Secrets {
    static final Keys SECRET = Keys.of("a secret", "env", "file");
    private static final List<String> KINDS = List.of("env", "file");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final Map<String, Node> written = new LinkedHashMap<>();
    private final Map<String, Optional<Secret>> found = new LinkedHashMap<>();
    private final Map<String, String> environment;
    private final Path folder;
    private final Problems problems;

    Secrets(Optional<Node> node, Map<String, String> environment, Path folder, Problems problems) {
        this.environment = environment;
        this.folder = folder;
        this.problems = problems;
        if (node.isPresent() && node.get() instanceof Mapping mapping) {
            for (var e : mapping.entries()) {
                if (!NAME.matcher(e.name()).matches()) {
                    problems.add(
                            e.named(),
                            Quoted.of(e.name()) + " is not a secret's name",
                            "Use up to 64 letters, digits, - and _");
                }
                written.put(e.name(), e.value());
            }
        } else {
            node.ifPresent(n ->
                    problems.add(
                            n.where(),
                            n.inWords() + " stands where a mapping of secrets belongs",
                            "Write NAME: {env: VARIABLE} or NAME: {file: PATH}"));
        }
    }

    Set<String> names() {
        return written.keySet();
    }

    /** The values that are in use. */
    Collection<Secret> used() {
        return found.values().stream().flatMap(Optional::stream).toList();
    }

    /** Looks for what is wrong in the references themselves, and not yet at any value. */
    void check(Reading reading) {
        written.values().forEach(node -> reference(node, reading));
    }

    /** The value; empty if there is none, which is reported once. */
    Optional<Secret> value(String name, Reading reading) {
        if (!found.containsKey(name)) {
            var node = written.get(name);
            found.put(
                    name,
                    node == null
                            ? Optional.empty()
                            : reference(node, reading).flatMap(r -> value(r, node.where())));
        }
        return found.getOrDefault(name, Optional.empty());
    }

    /** Where a value lies. */
    private sealed interface Reference {}

    private record Variable(String name) implements Reference {}

    private record File(Path path) implements Reference {}

    private Optional<Reference> reference(Node node, Reading reading) {
        var section = Section.of(reading, node, SECRET);
        var kinds = KINDS.stream().filter(section::written).toList();
        if (section.readable() && kinds.size() != 1) {
            problems.add(
                    section.where(),
                    kinds.isEmpty()
                            ? "nothing says where the secret is"
                            : String.join(" and ", kinds) + " stand side by side",
                    kinds.isEmpty() ? "Write {env: VARIABLE} or {file: PATH}" : "Keep one of them");
            return Optional.empty();
        }
        if (section.written("env")) {
            return section.node("env")
                    .flatMap(n -> reading.matching(n, VARIABLE, "a variable's name", "QA_TOKEN"))
                    .map(Variable::new);
        }
        return section.node("file").flatMap(n -> reading.path(n, folder)).map(File::new);
    }

    private Optional<Secret> value(Reference reference, Where where) {
        return switch (reference) {
            case Variable(String name) -> fromEnvironment(name, where);
            case File(Path path) -> SecretFile.read(path, where, problems);
        };
    }

    private Optional<Secret> fromEnvironment(String name, Where where) {
        var value = environment.getOrDefault(name, "");
        if (value.isBlank()) {
            problems.add(
                    where,
                    "the environment has no " + name,
                    "Set it for the command that starts the app");
            return Optional.empty();
        }
        return Optional.of(Secret.of(value));
    }
}
