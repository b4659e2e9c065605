package dev.proa.profile;

import java.util.Optional;

/** Which names may stay open in a template until its sidecar starts. */
@FunctionalInterface
interface LateNames {
    /** Places whose value is needed at once. */
    LateNames NONE =
            name ->
                    Optional.of(
                            new Refusal(
                                    "${" + name + "} has a value only when a sidecar starts",
                                    "Use it in command or env only"));

    /** Why the late name cannot be used here; empty if it can. */
    Optional<Refusal> refuse(String name);

    /** The two sentences of a problem. */
    record Refusal(String what, String remedy) {}
}
