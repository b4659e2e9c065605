package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.SidecarSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The ports of all sidecars. A sidecar keeps its port over restarts for as long as nobody else
 * takes it, and no two sidecars get the same one.
 */
final class Ports {
    private static final int TRIES = 50;

    /** A port, or why there is none. */
    sealed interface Choice {
        record None() implements Choice {}

        record Chosen(LoopbackPort port) implements Choice {}

        record Taken(Problem problem) implements Choice {}
    }

    private final Listeners listeners;
    private final Map<String, LoopbackPort> given = new HashMap<>(); // guarded by this

    Ports(Listeners listeners) {
        this.listeners = listeners;
    }

    /** The port of a sidecar, if it has been chosen. */
    synchronized Optional<LoopbackPort> of(String sidecar) {
        return Optional.ofNullable(given.get(sidecar));
    }

    /** Forgets the port of a sidecar, because somebody else was faster on it. */
    synchronized void forget(String sidecar) {
        given.remove(sidecar);
    }

    /** Chooses the port for a start of a sidecar that does not run. */
    Choice choose(SidecarSpec spec) throws IOException {
        return switch (spec.port()) {
            case SidecarSpec.Port.None _ -> new Choice.None();
            case SidecarSpec.Port.Assigned(var preferred) ->
                    new Choice.Chosen(assigned(spec.id(), preferred));
            case SidecarSpec.Port.Fixed(var port, _) -> fixed(spec, port);
            case SidecarSpec.Port.Announce _, SidecarSpec.Port.Inherit _ ->
                    throw new IllegalStateException("refused by the profile");
        };
    }

    /** The port another sidecar's text names: its own one, or the one it will get. */
    synchronized LoopbackPort promised(SidecarSpec spec) throws IOException {
        var kept = given.get(spec.id());
        if (kept != null) {
            return kept;
        }
        return switch (spec.port()) {
            case SidecarSpec.Port.Fixed(var port, _) -> port;
            case SidecarSpec.Port.Announce _, SidecarSpec.Port.Inherit _ ->
                    throw new IllegalStateException("refused by the profile");
            case SidecarSpec.Port.Assigned(var preferred) -> assigned(spec.id(), preferred);
            case SidecarSpec.Port.None _ ->
                    throw new IllegalArgumentException("sidecar " + spec.id() + " has no port");
        };
    }

    // Held over the tries, so that two sidecars cannot choose the same port.
    private synchronized LoopbackPort assigned(String sidecar, OptionalInt preferred)
            throws IOException {
        var kept = given.get(sidecar);
        if (kept != null && free(kept)) {
            return kept;
        }
        if (preferred.isPresent()) {
            var wish = new LoopbackPort(preferred.getAsInt());
            if (!given.containsValue(wish) && free(wish)) {
                given.put(sidecar, wish);
                return wish;
            }
        }
        for (int i = 0; i < TRIES; i++) {
            var port = any();
            if (!given.containsValue(port) && free(port)) {
                given.put(sidecar, port);
                return port;
            }
        }
        throw new IOException("no free port was found in " + TRIES + " tries");
    }

    private synchronized Choice fixed(SidecarSpec spec, LoopbackPort port) throws IOException {
        if (free(port)) {
            given.put(spec.id(), port);
            return new Choice.Chosen(port);
        }
        var place = spec.command().getFirst().where();
        return new Choice.Taken(
                new Problem(
                        new Where(place.file(), 0, 0, "/sidecars/" + spec.id() + "/port"),
                        port + " is taken by " + holder(port),
                        "Stop it, choose another port, or write port: {strategy: assigned}"));
    }

    /** Who has a port, in plain words: process, program and user as far as they can be seen. */
    String holder(LoopbackPort port) throws IOException {
        var sockets = listeners.on(port);
        if (sockets.isEmpty()) {
            return "a process that does not listen on it";
        }
        var socket = sockets.iterator().next();
        return listeners
                .owner(socket)
                .map(owner ->
                        "pid %d (%s, user %s)"
                                .formatted(
                                        owner.pid(),
                                        owner.executable().orElse("program unknown"),
                                        owner.user().orElse("unknown")))
                .orElse("a process of user id " + socket.uid());
    }

    /** Whether nobody would take a connection to it and a sidecar could listen on it. */
    boolean free(LoopbackPort port) throws IOException {
        if (!listeners.on(port).isEmpty()) {
            return false;
        }
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true); // what every server does; TIME_WAIT is no obstacle then
            probe.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port.number()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static LoopbackPort any() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return new LoopbackPort(probe.getLocalPort());
        }
    }
}
