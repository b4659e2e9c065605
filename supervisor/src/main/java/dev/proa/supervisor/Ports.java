package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Port;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongPredicate;

/**
 * The ports of all sidecars. A sidecar keeps a port that was chosen for it over restarts for as
 * long as nobody else takes it, and no two sidecars get the same one. Safe for use by many threads.
 */
final class Ports {
    private static final int TRIES = 50;

    /** Holds listening sockets for sidecars, over their restarts. */
    @FunctionalInterface
    interface Keeper {
        /**
         * The port on which the socket of {@code sidecar} listens, which is opened if there is
         * none.
         *
         * @param port the one that is wished for; 0 for any
         * @throws IOException if it cannot be had
         */
        LoopbackPort listen(String sidecar, int port) throws IOException;
    }

    /** What a start gets, or why it gets nothing. */
    sealed interface Choice {
        record None() implements Choice {}

        /** The sidecar chooses, and tells. */
        record Announced() implements Choice {}

        record Chosen(LoopbackPort port) implements Choice {}

        /** As chosen, but the guard listens already and hands the socket over. */
        record Kept(LoopbackPort port) implements Choice {}

        record Taken(Problem problem) implements Choice {}

        /** As taken, but a person shall decide. */
        record Undecided(Problem problem) implements Choice {}
    }

    private final Listeners listeners;
    private final Keeper keeper;
    private final LongPredicate reaped;
    private final Map<String, LoopbackPort> given = new HashMap<>(); // guarded by this
    private final Map<String, String> remarks = new HashMap<>(); // guarded by this

    /**
     * @param reaped ends a process if it is proved to be left over from an earlier run of this app,
     *     with all it started, and says whether it did; nobody else is ever ended
     */
    Ports(Listeners listeners, Keeper keeper, LongPredicate reaped) {
        this.listeners = listeners;
        this.keeper = keeper;
        this.reaped = reaped;
    }

    /** The port of a sidecar, if it is known. */
    synchronized Optional<LoopbackPort> of(String sidecar) {
        return Optional.ofNullable(given.get(sidecar));
    }

    /** What is odd about the port of a sidecar's present or last run, in plain words. */
    synchronized Optional<String> remark(String sidecar) {
        return Optional.ofNullable(remarks.get(sidecar));
    }

    synchronized void remark(String sidecar, String words) {
        remarks.put(sidecar, words);
    }

    /** Forgets the port of a sidecar, because somebody else was faster on it. */
    synchronized void forget(String sidecar) {
        given.remove(sidecar);
    }

    /** Takes what a sidecar said about its port; whether something is new. */
    synchronized boolean announced(String sidecar, Announcement said) {
        var port = given.get(sidecar);
        var remark = remarks.get(sidecar);
        switch (said) {
            case Announcement.Silent _ -> {}
            case Announcement.Told(var told) -> {
                given.put(sidecar, told);
                remarks.remove(sidecar);
            }
            case Announcement.Refused(var what) -> {
                given.remove(sidecar);
                remarks.put(sidecar, "it " + what);
            }
        }
        return !Objects.equals(port, given.get(sidecar))
                || !Objects.equals(remark, remarks.get(sidecar));
    }

    /** Chooses the port for a start of a sidecar that does not run. */
    Choice choose(SidecarSpec spec) throws IOException {
        return switch (spec.port()) {
            case Port.None _ -> new Choice.None();
            case Port.Announce _ -> announce(spec.id());
            case Port.Inherit(var preferred) ->
                    new Choice.Kept(kept(spec.id(), preferred.orElse(0)));
            case Port.Assigned(var preferred) -> new Choice.Chosen(assigned(spec.id(), preferred));
            case Port.Fixed(var port, var taken) -> fixed(spec, port, taken);
        };
    }

    /**
     * The port another sidecar's text names: its own one, or the one it will get.
     *
     * @throws IOException if it is not known yet
     */
    LoopbackPort promised(SidecarSpec spec) throws IOException {
        return switch (spec.port()) {
            case Port.Announce _ ->
                    of(spec.id())
                            .orElseThrow(() ->
                                    new IOException(spec.id() + " has not told its port yet"));
            case Port.Inherit(var preferred) -> kept(spec.id(), preferred.orElse(0));
            case Port.Assigned(var preferred) -> known(spec.id(), preferred);
            case Port.Fixed(var port, SidecarSpec.Taken taken) ->
                    taken == SidecarSpec.Taken.MOVE
                            ? known(spec.id(), OptionalInt.of(port.number()))
                            : port;
            case Port.None _ ->
                    throw new IllegalArgumentException("sidecar " + spec.id() + " has no port");
        };
    }

    private synchronized Choice announce(String sidecar) {
        given.remove(sidecar);
        remarks.remove(sidecar);
        return new Choice.Announced();
    }

    /** The same number again after a lost guard, if it can be had. */
    private synchronized LoopbackPort kept(String sidecar, int preferred) throws IOException {
        var before = given.get(sidecar);
        int wish = before == null ? preferred : before.number();
        LoopbackPort port;
        try {
            port = keeper.listen(sidecar, wish);
        } catch (IOException e) {
            if (wish == 0) {
                throw e;
            }
            port = keeper.listen(sidecar, 0);
            remarks.put(sidecar, "it listens on %s, for %d cannot be had".formatted(port, wish));
        }
        given.put(sidecar, port);
        return port;
    }

    private synchronized LoopbackPort known(String sidecar, OptionalInt preferred)
            throws IOException {
        var before = given.get(sidecar);
        return before != null ? before : assigned(sidecar, preferred);
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

    private Choice fixed(SidecarSpec spec, LoopbackPort port, SidecarSpec.Taken taken)
            throws IOException {
        var moved = of(spec.id()).filter(other -> !other.equals(port));
        if (moved.isPresent() && free(moved.get())) {
            return new Choice.Chosen(moved.get()); // others were told this one
        }
        if (freed(port)) {
            synchronized (this) {
                given.put(spec.id(), port);
                remarks.remove(spec.id());
            }
            return new Choice.Chosen(port);
        }
        return switch (taken) {
            case FAIL, ATTACH -> new Choice.Taken(conflict(spec, port));
            case ASK -> new Choice.Undecided(conflict(spec, port));
            case MOVE -> {
                var holder = holder(port);
                var other = assigned(spec.id(), OptionalInt.empty());
                remark(
                        spec.id(),
                        "its port %s is taken by %s, so it has %s".formatted(port, holder, other));
                yield new Choice.Chosen(other);
            }
        };
    }

    /** Whether it is free, if need be after what an earlier run of this app left has been ended. */
    private boolean freed(LoopbackPort port) throws IOException {
        if (free(port)) {
            return true;
        }
        var owner = PortConflict.on(port, listeners).flatMap(PortConflict::owner);
        return owner.isPresent() && reaped.test(owner.get().pid()) && free(port);
    }

    private Problem conflict(SidecarSpec spec, LoopbackPort port) throws IOException {
        return new Problem(
                place(spec, "/port"),
                port + " is taken by " + holder(port),
                "Stop it and start this sidecar again, choose another port, or write port:"
                        + " {strategy: assigned}");
    }

    /** The place of a sidecar's key in the manifest. */
    static Where place(SidecarSpec spec, String key) {
        var file =
                spec.command().isEmpty() ? "proa.yaml" : spec.command().getFirst().where().file();
        return new Where(file, 0, 0, "/sidecars/" + spec.id() + key);
    }

    /** Who has a port, in plain words: process, program and user as far as they can be seen. */
    String holder(LoopbackPort port) throws IOException {
        return PortConflict.on(port, listeners)
                .map(PortConflict::words)
                .orElse("a process that does not listen on it, or has left it");
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
