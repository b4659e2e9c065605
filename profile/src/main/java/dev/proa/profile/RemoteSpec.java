package dev.proa.profile;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The backend elsewhere that a mode uses.
 *
 * @param base {@code http} or {@code https}, with a host, perhaps a path without a slash at its
 *     end; no user information, query or fragment
 * @param probe the path below {@code base} that answers 2xx while it can be used
 * @param every the pause between two probes
 * @param timeout how long an answer to a probe may take
 * @param failures how many probes in a row have to fail before it counts as offline
 * @param token sent as a bearer; only with {@code https} or an address of this machine
 * @param ca certificates (PEM) to trust instead of the system's; only with {@code https}
 */
public record RemoteSpec(
        URI base,
        String probe,
        Duration every,
        Duration timeout,
        int failures,
        Optional<Secret> token,
        Optional<Path> ca) {
    /** Its port, if it is a program on this machine. */
    public Optional<LoopbackPort> here() {
        var usual = base.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return ModeReader.loopback(base.getHost())
                ? Optional.of(new LoopbackPort(base.getPort() > 0 ? base.getPort() : usual))
                : Optional.empty();
    }
}
