package dev.proa.core;

import java.util.UUID;

/** Names one run of one app; a restart is another instance. */
public record InstanceId(UUID value) {
    /** A name that no other run has. */
    public static InstanceId random() {
        return new InstanceId(UUID.randomUUID());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
