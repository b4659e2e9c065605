package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import java.io.IOException;
import java.util.Optional;

/** Who listens on a port of this machine, in words for a person. */
public final class PortHolder {
    private PortHolder() {}

    /**
     * For example {@code pid 4711 (/usr/bin/node, user ada)}; empty if nobody seems to listen
     * there.
     */
    public static Optional<String> of(LoopbackPort port) {
        try {
            return PortConflict.on(port, new Listeners()).map(PortConflict::words);
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
