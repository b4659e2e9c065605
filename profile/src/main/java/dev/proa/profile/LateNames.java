package dev.proa.profile;

import java.util.Optional;

/** Which names may stay open in a template until its sidecar starts. */
@FunctionalInterface
interface LateNames {
    /** Places whose value is needed at once. */
    LateNames NONE =
            name ->
                    Optional.of(
                            name.startsWith("secret.")
                                    ? new Refusal(
                                            "${" + name + "} would be shown here",
                                            "Use it in env, in header values or as a token")
                                    : new Refusal(
                                            "${"
                                                    + name
                                                    + "} has a value only when a sidecar starts",
                                            "Use it in command or env only"));

    /** Places that take secrets and nothing else that is late. */
    LateNames SECRETS = name -> name.startsWith("secret.") ? Optional.empty() : NONE.refuse(name);

    /** The same names without secrets: a command line can be read by every user of the machine. */
    default LateNames inCommand() {
        return name ->
                name.startsWith("secret.")
                        ? Optional.of(
                                new Refusal(
                                        "${"
                                                + name
                                                + "} in a command could be read by every user"
                                                + " of this machine",
                                        "Give it to the program by env"))
                        : refuse(name);
    }

    /** Why the late name cannot be used here; empty if it can. */
    Optional<Refusal> refuse(String name);

    /** The two sentences of a problem. */
    record Refusal(String what, String remedy) {}
}
