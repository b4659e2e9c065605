package dev.proa.profile;

import dev.proa.core.Secret;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How the gateway can be reached, beside its port on 127.0.0.1.
 *
 * @param ipv6 whether it listens on {@code [::1]} too, with the same port
 * @param accessLog whether each request is written to a log
 */
public record GatewaySpec(boolean ipv6, boolean accessLog, Optional<ListenSpec> listen) {
    /** Loopback by IPv4 only, no access log. */
    public static final GatewaySpec DEFAULT = new GatewaySpec(false, false, Optional.empty());

    /**
     * A listener that other machines reach.
     *
     * @param port 1 to 65535
     * @param certificate PEM, the server's first
     * @param privateKey PEM, PKCS#8
     * @param token at least 32 bytes; what callers from outside have to show
     */
    public record ListenSpec(
            InetAddress address, int port, Path certificate, Path privateKey, Secret token) {}
}
