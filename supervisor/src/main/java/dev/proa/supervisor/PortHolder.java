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
        var listeners = new Listeners();
        try {
            return listeners.on(port).stream()
                    .findFirst()
                    .map(socket ->
                            listeners
                                    .owner(socket)
                                    .map(PortHolder::words)
                                    .orElse(
                                            "a process of user "
                                                    + socket.uid()
                                                    + ", which cannot be looked at"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String words(Listeners.Owner owner) {
        return "pid "
                + owner.pid()
                + " ("
                + owner.executable().orElse("unknown program")
                + owner.user().map(user -> ", user " + user).orElse("")
                + ")";
    }
}
