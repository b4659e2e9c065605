package dev.proa.runtime;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.gateway.RemoteProbe;
import dev.proa.gateway.RemoteServer;
import dev.proa.gateway.RemoteState;
import dev.proa.gateway.Upstream;
import dev.proa.profile.RemoteSpec;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The backend elsewhere that a mode uses, and whether it can be reached. Its probe alone decides
 * that; the gateway has it asked at once when a request fails. Safe to use from any thread.
 */
final class RemoteBackend implements AutoCloseable {
    /** What it is called on the page channel, in status and in routes. */
    static final String NAME = "remote";

    /** What a busy machine may take beyond the times that probes are given. */
    private static final Duration SLACK = Duration.ofSeconds(10);

    private final RemoteServer server;
    private final RemoteSpec spec;
    private final RemoteProbe probe;
    private final InstantSource time;
    private final AtomicBoolean started = new AtomicBoolean();

    /**
     * One that is not asked yet.
     *
     * @param heard told after each probe, on the probe's thread; must not block
     * @throws dev.proa.core.ProaException if its address or certificates cannot be used
     */
    RemoteBackend(RemoteSpec spec, InstantSource time, Consumer<RemoteBackend> heard) {
        this.spec = spec;
        this.time = time;
        this.server = RemoteServer.at(spec.base(), spec.ca());
        this.probe =
                new RemoteProbe(
                        new RemoteProbe.Options(
                                server,
                                spec.token(),
                                spec.probe(),
                                spec.every(),
                                spec.timeout(),
                                spec.failures()),
                        time,
                        _ -> heard.accept(this));
    }

    RemoteBackend start() {
        if (started.compareAndSet(false, true)) {
            probe.start();
        }
        return this;
    }

    RemoteState state() {
        return probe.state();
    }

    URI base() {
        return server.base();
    }

    boolean online() {
        return state() instanceof RemoteState.Online;
    }

    boolean offline() {
        return state() instanceof RemoteState.Offline;
    }

    /** How long it may take until it is known whether it can be reached. */
    Duration patience() {
        return spec.timeout().plus(RemoteState.SOONEST).multipliedBy(spec.failures()).plus(SLACK);
    }

    /**
     * Where requests to it go now.
     *
     * @param document the page for a person who waits, from the sentence that says why
     */
    Upstream upstream(Function<String, byte[]> document) {
        if (state() instanceof RemoteState.Offline away) {
            var why = sentence(away);
            return new Upstream.NotReady(
                    why, pause(away.nextAt()), Optional.of(document.apply(why)));
        }
        return new Upstream.Remote(server, spec.token());
    }

    private Duration pause(Instant until) {
        var left = Duration.between(time.instant(), until);
        return left.compareTo(RemoteState.SOONEST) < 0 ? RemoteState.SOONEST : left;
    }

    private String sentence(RemoteState.Offline away) {
        return "The remote backend %s is not reachable since %s. %s The next attempt, number %d, is at %s."
                .formatted(
                        server,
                        second(away.since()),
                        away.reason(),
                        away.attempt() + 1,
                        second(away.nextAt()));
    }

    /** One word of the page channel. */
    String word() {
        return switch (state()) {
            case RemoteState.Connecting _ -> "connecting";
            case RemoteState.Online _ -> "connected";
            case RemoteState.Offline _ -> "retrying";
        };
    }

    /** The attempt that comes next while it is away; 0 else. */
    int attempt() {
        return state() instanceof RemoteState.Offline away ? away.attempt() + 1 : 0;
    }

    Optional<Instant> nextAt() {
        return state() instanceof RemoteState.Offline away
                ? Optional.of(away.nextAt())
                : Optional.empty();
    }

    /** Why it cannot be used, with what to do; empty while it can. */
    Optional<Problem> problem() {
        return state() instanceof RemoteState.Offline away
                ? Optional.of(
                        new Problem(
                                Where.of(server.toString()),
                                "the remote backend is not reachable since %s: %s"
                                        .formatted(second(away.since()), unended(away.reason())),
                                "Start it or see to the network; Proa goes on asking and comes back by"
                                        + " itself. To work without it: proa mode"))
                : Optional.empty();
    }

    /** As exact as a person needs it. */
    private static Instant second(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS);
    }

    private static String unended(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    @Override
    public void close() {
        if (started.compareAndSet(false, true)) {
            return; // it was never asked
        }
        probe.close();
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
