package dev.proa.profile;

import dev.proa.profile.GatewaySpec.ListenSpec;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads {@code gateway}. */
final class GatewayReader {
    static final Keys GATEWAY = Keys.of("gateway", "ipv6", "access_log", "listen");
    static final Keys LISTEN = Keys.of("listen", "address", "port", "tls", "token");
    static final Keys TLS = Keys.of("tls", "cert", "key");
    private static final int SHORTEST_TOKEN = 32;

    private final Reading reading;
    private final Path folder;

    GatewayReader(Reading reading, Path folder) {
        this.reading = reading;
        this.folder = folder;
    }

    GatewaySpec read(Section root) {
        var section = root.part("gateway", GATEWAY);
        return new GatewaySpec(
                section.read("ipv6", false, reading::flag),
                section.read("access_log", false, reading::flag),
                section.node("listen").flatMap(this::listen));
    }

    private Optional<ListenSpec> listen(Node node) {
        var s = Section.of(reading, node, LISTEN);
        var address = required(s, "address", "address: 192.168.1.5", this::address);
        var port = required(s, "port", "port: 8443", n -> reading.integer(n, 1, 65_535));
        var tls = s.node("tls").map(n -> Section.of(reading, n, TLS));
        if (tls.isEmpty() && s.readable()) {
            s.require("tls", "", "tls: {cert: cert.pem, key: key.pem}", _ -> Optional.empty());
        }
        var cert = tls.flatMap(t -> required(t, "cert", "cert: cert.pem", this::file));
        var key = tls.flatMap(t -> required(t, "key", "key: key.pem", this::file));
        var token =
                required(s, "token", "token: \"${secret.NAME}\"", reading::secret)
                        .filter(t -> longEnough(s, t));
        return address.isEmpty()
                        || port.isEmpty()
                        || cert.isEmpty()
                        || key.isEmpty()
                        || token.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new ListenSpec(
                                address.get(), port.get(), cert.get(), key.get(), token.get()));
    }

    private static <T> Optional<T> required(
            Section s,
            String key,
            String example,
            java.util.function.Function<Node, Optional<T>> as) {
        return s.require(key, Optional.<T>empty(), example, n -> Optional.of(as.apply(n)));
    }

    private Optional<InetAddress> address(Node node) {
        return reading.text(node)
                .flatMap(text -> {
                    try {
                        return Optional.of(InetAddress.ofLiteral(text));
                    } catch (IllegalArgumentException _) {
                        reading.problems()
                                .add(
                                        node.where(),
                                        Quoted.of(text) + " is not an IP address",
                                        "Write one of this machine, such as 192.168.1.5");
                        return Optional.empty();
                    }
                });
    }

    private Optional<Path> file(Node node) {
        return reading.path(node, folder)
                .filter(path -> {
                    boolean there = Files.isReadable(path) && Files.isRegularFile(path);
                    if (!there) {
                        reading.problems()
                                .add(
                                        node.where(),
                                        "there is no file %s that can be read".formatted(path),
                                        "Make one, or correct the path");
                    }
                    return there;
                });
    }

    private boolean longEnough(Section listen, dev.proa.core.Secret token) {
        int bytes = token.reveal().getBytes(StandardCharsets.UTF_8).length;
        if (bytes < SHORTEST_TOKEN) {
            listen.refuse(
                    "token",
                    "has %d bytes, and who guesses it controls the app".formatted(bytes),
                    "Use at least 32 random bytes, such as openssl rand -base64 32 prints");
        }
        return bytes >= SHORTEST_TOKEN;
    }
}
