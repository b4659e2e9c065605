package dev.proa.profile;

import dev.proa.profile.Node.Mapping;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Reads {@code sidecars}: those of the mode in full, the others for what is wrong in themselves.
 */
final class SidecarsReader {
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9_-]{0,39}");

    private final Reading reading;
    private final Problems problems;
    private final Roster roster;
    private final Map<String, String> environment;
    private final ProfileFile profile;
    private final Path folder;
    private final Order order = new Order();

    SidecarsReader(
            Reading reading,
            Roster roster,
            Map<String, String> environment,
            ProfileFile profile,
            Path folder) {
        this.reading = reading;
        this.problems = reading.problems();
        this.roster = roster;
        this.environment = environment;
        this.profile = profile;
        this.folder = folder;
    }

    /** The sidecars of the mode, each after those it needs. */
    List<SidecarSpec> read(Section root, String mode) {
        var node = root.node("sidecars");
        Map<String, SidecarSpec> specs = new LinkedHashMap<>();
        if (node.isPresent() && node.get() instanceof Mapping mapping) {
            var here = reader(reading);
            var elsewhere = reader(reading.lenient());
            for (var e : mapping.entries()) {
                checkId(e);
                var reader = roster.runsIn(e.name(), mode) ? here : elsewhere;
                reader.read(e.name(), e.value()).ifPresent(s -> specs.put(e.name(), s));
            }
            here.check(List.copyOf(specs.values()));
            elsewhere.check(List.copyOf(specs.values()));
        } else {
            node.ifPresent(
                    n -> reading.wrong(n, "a mapping of sidecars", "Write NAME: {command: [...]}"));
        }
        order.reportCircles(problems);
        var ids = problems.any() ? specs.keySet() : order.sorted();
        return ids.stream()
                .filter(id -> roster.runsIn(id, mode))
                .map(specs::get)
                .filter(Objects::nonNull)
                .toList();
    }

    private SidecarReader reader(Reading reads) {
        var commands = new CommandReader(reads, roster, environment);
        return new SidecarReader(reads, roster, order, commands, profile, folder);
    }

    private void checkId(Node.Entry sidecar) {
        if (!ID.matcher(sidecar.name()).matches()) {
            problems.add(
                    sidecar.named(),
                    Quoted.of(sidecar.name()) + " is not a sidecar's name",
                    "Use up to 40 small letters, digits, - and _");
        } else if (sidecar.name().equals(RouteReader.REMOTE)) {
            problems.add(
                    sidecar.named(),
                    "remote is the name of a mode's backend",
                    "Choose another name");
        }
    }
}
