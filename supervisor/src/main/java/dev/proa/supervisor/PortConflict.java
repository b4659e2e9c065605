package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import java.io.IOException;
import java.util.Optional;

/**
 * Who has a port that a sidecar should have, as far as it may be seen.
 *
 * @param owner empty for a process of another user, whose files are closed to us
 * @param uid of the socket
 */
record PortConflict(LoopbackPort port, Optional<Listeners.Owner> owner, int uid) {
    /** Who listens on it; empty if nobody does. */
    static Optional<PortConflict> on(LoopbackPort port, Listeners listeners) throws IOException {
        return listeners.on(port).stream()
                .findFirst()
                .map(socket -> new PortConflict(port, listeners.owner(socket), socket.uid()));
    }

    /** For example {@code pid 4711 (/usr/bin/node, user ada)}. */
    String words() {
        return owner.map(PortConflict::words)
                .orElse("a process of user id " + uid + ", which cannot be looked at");
    }

    private static String words(Listeners.Owner owner) {
        return "pid %d (%s%s)"
                .formatted(
                        owner.pid(),
                        owner.executable().orElse("program unknown"),
                        owner.user().map(user -> ", user " + user).orElse(""));
    }
}
