package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Makes what a supervisor keeps for one entry of the manifest.
 *
 * @param around what a sidecar sees of the others, from who hears of its changes
 * @param heard hears of every change
 */
record Entries(
        Tools tools,
        Ports ports,
        Function<Consumer<SidecarStatus>, Surroundings> around,
        Consumer<SidecarStatus> heard) {
    Entry of(SidecarSpec spec) {
        if (spec.command().isEmpty()) {
            return attached(spec, heard);
        }
        boolean either =
                spec.attach().isPresent()
                        && spec.port() instanceof SidecarSpec.Port.Fixed(_, var taken)
                        && taken == SidecarSpec.Taken.ATTACH;
        return either
                ? AttachOrStart.of(to -> attached(spec, to), to -> sidecar(spec, to), ports, heard)
                : sidecar(spec, heard);
    }

    private AttachedBackend attached(SidecarSpec spec, Consumer<SidecarStatus> to) {
        return new AttachedBackend(
                spec, spec.attach().orElseThrow(), tools.setup(), RandomGenerator.getDefault(), to);
    }

    private Sidecar sidecar(SidecarSpec spec, Consumer<SidecarStatus> to) {
        return new Sidecar(spec, tools, RandomGenerator.getDefault(), around.apply(to));
    }
}
