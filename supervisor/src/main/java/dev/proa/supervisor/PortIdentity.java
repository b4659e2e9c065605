package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;

/** Tells whether everybody who listens on a port belongs to one sidecar's tree. */
final class PortIdentity {
    private static final int REMEMBERED = 64;

    /** Who would take a connection. */
    sealed interface Finding {
        record Free(String why) implements Finding {}

        record Ours() implements Finding {}

        /** At least one of those who listen is not of the tree, or cannot be seen to be. */
        record Foreign(String why) implements Finding {}
    }

    private final Listeners listeners;
    private final LongFunction<List<Long>> walk;
    private final LongFunction<List<Long>> scan;
    // To find who holds a socket takes a look at every process, so it is done once for each socket.
    private final Map<Listeners.Socket, String> strangers =
            new LinkedHashMap<>() { // guarded by itself
                @Override
                protected boolean removeEldestEntry(Map.Entry<Listeners.Socket, String> eldest) {
                    return size() > REMEMBERED;
                }
            };

    PortIdentity(Listeners listeners) {
        this(listeners, ProcessTree::walk, ProcessTree::scan);
    }

    PortIdentity(
            Listeners listeners, LongFunction<List<Long>> walk, LongFunction<List<Long>> scan) {
        this.listeners = listeners;
        this.walk = walk;
        this.scan = scan;
    }

    Finding of(LoopbackPort port, long guard) {
        try {
            var sockets = listeners.on(port);
            if (sockets.isEmpty()) {
                return new Finding.Free("nothing listens on port " + port);
            }
            if (listeners.heldBy(sockets, walk.apply(guard))
                    || listeners.heldBy(sockets, scan.apply(guard))) {
                return new Finding.Ours();
            }
            return new Finding.Foreign(
                    "port %s is held by %s".formatted(port, stranger(sockets, scan.apply(guard))));
        } catch (IOException e) {
            return new Finding.Foreign(
                    "who listens on port %s cannot be seen: %s".formatted(port, e.getMessage()));
        }
    }

    private String stranger(Set<Listeners.Socket> sockets, List<Long> tree) {
        var socket =
                sockets.stream()
                        .filter(one -> !listeners.heldBy(Set.of(one), tree))
                        .findFirst()
                        .orElseGet(() -> sockets.iterator().next());
        synchronized (strangers) {
            return strangers.computeIfAbsent(socket, this::words);
        }
    }

    private String words(Listeners.Socket socket) {
        return listeners
                .owner(socket)
                .map(owner ->
                        "pid %d (%s, user %s), which is not this sidecar"
                                .formatted(
                                        owner.pid(),
                                        owner.executable().orElse("program unknown"),
                                        owner.user().orElse("unknown")))
                .orElse(
                        "a process of user id %d whose open files may not be looked at, so it does not count as this sidecar"
                                .formatted(socket.uid()));
    }
}
