package dev.proa.gateway;

import java.util.Optional;

/**
 * Where a gateway listens beside {@code 127.0.0.1}.
 *
 * @param ipv6 on {@code [::1]}, with the same port
 * @param open where other machines can reach it
 */
public record Listening(boolean ipv6, Optional<ListenOptions> open) {
    /** Nowhere else. */
    public static final Listening LOOPBACK = new Listening(false, Optional.empty());
}
