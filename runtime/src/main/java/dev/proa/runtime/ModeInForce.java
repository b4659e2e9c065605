package dev.proa.runtime;

import dev.proa.profile.Profile;
import dev.proa.profile.SidecarSpec;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the app runs in at one moment: a mode's profile, and its backend elsewhere if it has one.
 * Replaced as a whole at a switch.
 *
 * @param since when it came into force
 */
record ModeInForce(Profile profile, Optional<RemoteBackend> remote, Instant since) {
    String id() {
        return profile.mode();
    }

    Set<String> sidecars() {
        return profile.sidecars().stream().map(SidecarSpec::id).collect(Collectors.toSet());
    }

    /** Whether requests can go where they have to; true without a remote. */
    boolean reachable() {
        return remote.isEmpty() || remote.get().online();
    }

    boolean offline() {
        return remote.filter(RemoteBackend::offline).isPresent();
    }
}
