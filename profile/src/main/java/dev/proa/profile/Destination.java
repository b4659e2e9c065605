package dev.proa.profile;

/** Where a route leads. */
public sealed interface Destination {
    /** A sidecar of the mode, by its id. */
    record Sidecar(String id) implements Destination {}

    /** The remote backend of the mode. */
    record Remote() implements Destination {}
}
