package dev.proa.runtime;

import dev.proa.core.LoopbackPort;
import dev.proa.supervisor.PortHolder;
import java.util.Optional;

/** Who listens on a port of this machine, for people. */
public final class PortUse {
    private PortUse() {}

    /**
     * The holder in words ({@code pid 4711 (/usr/bin/node, user ada)}); empty if nobody listens
     * there.
     */
    public static Optional<String> of(LoopbackPort port) {
        return PortHolder.of(port);
    }
}
