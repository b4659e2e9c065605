package dev.proa.gateway;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A server on another machine, or one here that Proa does not start: its address and how it proves
 * who it is. Requests go to it over HTTP/1.1, or HTTP/2 where it is spoken over TLS and the server
 * prefers it. No proxy is ever asked, whatever environment or system properties say.
 */
public final class RemoteServer {
    private final URI base;
    private final String host;
    private final int port;
    private final String path;
    private final Optional<TlsTrust> trust;
    private volatile Runnable whenDoubted = () -> {};

    private RemoteServer(URI base, Optional<TlsTrust> trust) {
        this.base = base;
        this.trust = trust;
        this.host = base.getHost().replaceAll("^\\[|\\]$", "").toLowerCase(Locale.ROOT);
        this.port = base.getPort() > 0 ? base.getPort() : trust.isPresent() ? 443 : 80;
        var raw = base.getRawPath() == null ? "" : base.getRawPath();
        this.path = raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
    }

    /**
     * The server at an address.
     *
     * @param base {@code http} or {@code https}, a host, perhaps a port and a path that goes before
     *     every request's; nothing else
     * @param ca PEM certificates that are trusted beside those of the system, for {@code https}
     * @throws ProaException if the address is of another form, or the file cannot be used
     */
    public static RemoteServer at(URI base, Optional<Path> ca) {
        var scheme = String.valueOf(base.getScheme()).toLowerCase(Locale.ROOT);
        var known = scheme.equals("http") || scheme.equals("https");
        if (!known || base.getHost() == null || base.getPort() == 0 || base.getPort() > 65_535) {
            throw unusable(base, "is no address of a server");
        }
        if (base.getRawUserInfo() != null) {
            throw unusable(base, "holds a user's name");
        }
        if (base.getRawQuery() != null || base.getRawFragment() != null) {
            throw unusable(base, "has a query or a fragment");
        }
        var path = base.getRawPath() == null ? "" : base.getRawPath();
        if (!path.isEmpty() && Target.of(path).isEmpty()) {
            throw unusable(base, "has a path that is not plain");
        }
        var trust =
                scheme.equals("https") ? Optional.of(TlsTrust.of(ca)) : Optional.<TlsTrust>empty();
        return new RemoteServer(base, trust);
    }

    private static ProaException unusable(URI base, String what) {
        // Without what could be a password.
        var shown = base.getRawUserInfo() == null ? base.toString() : base.getScheme() + "://...";
        return new ProaException(
                ExitCode.BAD_CONFIG,
                new Problem(
                        Where.of("remote backend"),
                        "\"" + shown + "\" " + what,
                        "Write http://HOST, https://HOST or one of them with :PORT and /PATH"));
    }

    /** Has somebody told whenever a request to it has failed; on an event loop. */
    void whenDoubted(Runnable told) {
        whenDoubted = told;
    }

    /** A request to it has failed. */
    void doubt() {
        whenDoubted.run();
    }

    /** The address it was made of. */
    public URI base() {
        return base;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    /** Goes before every request's path; empty or with a leading and without a last slash. */
    String path() {
        return path;
    }

    /** What its certificate is held against; nothing for plain HTTP. */
    Optional<TlsTrust> trust() {
        return trust;
    }

    /** The Host field (RFC 9110 section 7.2). */
    String authority() {
        var name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == (trust.isPresent() ? 443 : 80) ? name : name + ":" + port;
    }

    /** How the server names itself in absolute references: scheme and authority. */
    List<String> origins() {
        var scheme = trust.isPresent() ? "https://" : "http://";
        var name = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return List.of(scheme + authority(), scheme + name + ":" + port);
    }

    /** The address of a path on it, with the base's path before it. */
    URI address(String below) {
        return URI.create(origins().getFirst() + path + below);
    }

    @Override
    public String toString() {
        return origins().getFirst() + path;
    }
}
