package dev.proa.runtime;

import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.supervisor.PortHolder;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/** Who listens on a port of this machine, for people. */
public final class PortUse {
    private PortUse() {}

    /** As {@link #of(LoopbackPort)}; a run of Proa by its app. */
    public static Optional<String> of(LoopbackPort port, StateFolder state) {
        return ofProa(port, state).or(() -> of(port));
    }

    private static Optional<String> ofProa(LoopbackPort port, StateFolder state) {
        try {
            return RunningInstance.sightings(state).stream()
                    .flatMap(each ->
                            each instanceof InstanceSighting.Running(var instance)
                                    ? Stream.of(instance)
                                    : Stream.empty())
                    .filter(each -> has(each.file(), port))
                    .map(each ->
                            "another Proa: %s, pid %d, data in %s"
                                    .formatted(
                                            each.file().appId(),
                                            each.file().pid(),
                                            each.dataFolder()))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty(); // then it is named like any other program
        }
    }

    private static boolean has(InstanceFile file, LoopbackPort port) {
        return file.port() == port.number()
                || file.ingestUrl().filter(port.baseUrl()::equals).isPresent();
    }

    /** The same failure to have a port, with the name of who has it. */
    static ProaException named(ProaException failure, int port, StateFolder state) {
        var holder = port == 0 ? Optional.<String>empty() : of(new LoopbackPort(port), state);
        return holder.map(who ->
                        new ProaException(
                                failure.exitCode(),
                                new Problem(
                                        Where.of("--port"),
                                        "port %d is taken by %s".formatted(port, who),
                                        "Stop that program, or choose 0 for any free port"),
                                failure))
                .orElse(failure);
    }

    /**
     * The holder in words ({@code pid 4711 (/usr/bin/node, user ada)}); empty if nobody listens
     * there.
     */
    public static Optional<String> of(LoopbackPort port) {
        return PortHolder.of(port);
    }
}
