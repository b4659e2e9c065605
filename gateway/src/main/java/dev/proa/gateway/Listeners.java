package dev.proa.gateway;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.core.Where;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Every socket a gateway listens on, bound and not yet accepting. */
record Listeners(List<Door> doors, Optional<Listener> ingest) {
    private static final int TRIES = 16;

    /** A listener for pages, how it is called, and the token it asks for. */
    record Door(Listener listener, OwnOrigin origin, Secret token) {}

    Listeners {
        doors = List.copyOf(doors);
    }

    /**
     * Binds what is asked for; the door of 127.0.0.1 comes first.
     *
     * @throws ProaException if something cannot be had
     */
    static Listeners bind(Loops loops, GatewayOptions options) {
        var tls = options.listening().open().map(ServerTls::of);
        var doors = new ArrayList<>(loopback(loops, options));
        options.listening()
                .open()
                .ifPresent(wanted -> doors.add(open(loops, wanted, tls.orElseThrow())));
        return new Listeners(doors, options.ingest().map(wanted -> ingest(loops, wanted)));
    }

    private static List<Door> loopback(Loops loops, GatewayOptions options) {
        for (var attempt = 0; attempt < TRIES; attempt++) {
            var first =
                    loops.bind(attempt == 0 ? options.ports() : List.of(options.port()))
                            .orElseThrow(() -> taken("--port", "127.0.0.1", options.port()));
            var number = first.port().number();
            var door = door(first, "127.0.0.1:" + number, options.token());
            if (!options.listening().ipv6()) {
                return List.of(door);
            }
            var second =
                    loops.bind(new InetSocketAddress(Loopback.six(), number), Optional.empty());
            if (second.isPresent()) {
                return List.of(door, door(second.get(), "[::1]:" + number, options.token()));
            }
            // Another free port may be free on both.
            first.close();
            if (options.port() != 0) {
                throw taken("gateway/ipv6", "[::1]", number);
            }
        }
        throw new ProaException(
                ExitCode.UNAVAILABLE,
                new Problem(
                        Where.of("gateway/ipv6"),
                        "no port of [::1] can be had",
                        "Leave ipv6 out where this machine has no IPv6"));
    }

    private static Door door(Listener listener, String host, Secret token) {
        return new Door(listener, new OwnOrigin(host, listener.port().number(), false), token);
    }

    private static Door open(Loops loops, ListenOptions wanted, SslContext tls) {
        try {
            var address =
                    new InetSocketAddress(InetAddress.getByName(wanted.address()), wanted.port());
            var listener =
                    loops.bind(address, Optional.of(tls))
                            .orElseThrow(
                                    () -> taken("gateway/listen", wanted.address(), wanted.port()));
            var number = listener.port().number();
            var name =
                    wanted.address().indexOf(':') < 0
                            ? wanted.address()
                            : "[" + wanted.address() + "]";
            var host = number == 443 ? name : name + ":" + number;
            return new Door(listener, new OwnOrigin(host, number, true), wanted.token());
        } catch (UnknownHostException e) {
            throw taken("gateway/listen", wanted.address(), wanted.port());
        }
    }

    private static Listener ingest(Loops loops, IngestOptions wanted) {
        return loops.bind(wanted.ports())
                .orElseThrow(() -> taken("--ingest-port", "127.0.0.1", wanted.ports().getFirst()));
    }

    private static ProaException taken(String where, String address, int port) {
        return new ProaException(
                ExitCode.UNAVAILABLE,
                new Problem(
                        Where.of(where),
                        "port %d of %s is taken".formatted(port, address),
                        "Stop what listens there, or choose 0 for any free port"));
    }
}
