package dev.proa.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the hook program sends to, found as it finds it: AGENTMONITOR_URL, else the discovery file,
 * else the usual port.
 *
 * @param uri null if the user named an address that cannot be one
 * @param from what named it
 */
record HookIngest(@Nullable URI uri, String from) {
    private static final URI USUAL = URI.create("http://127.0.0.1:3141");
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MAX_LINE = 1024;
    private static final int HTTP = 80;

    static HookIngest of(HookPlaces places) {
        if (!places.address().isEmpty()) {
            return new HookIngest(parse(places.address()), "AGENTMONITOR_URL");
        }
        var file = places.state().resolve("ingest-url");
        var found = parse(line(file));
        return found != null && isLoopback(found)
                ? new HookIngest(found, file.toString())
                : new HookIngest(USUAL, "the usual port");
    }

    /**
     * Codex sends to the address in its settings, wherever a monitor listens: what to do if nobody
     * takes it there; empty if no monitor listens at all.
     */
    static Optional<String> missedByCodex(HookPlaces places) {
        var ingest = of(places);
        return ingest.uri() == null || ingest.unreachable() != null
                ? Optional.empty()
                : Optional.of(
                        "The agent monitor listens at %1$s: start it with the port that Codex sends to, or run AGENTMONITOR_URL=%1$s proa hooks install codex"
                                .formatted(ingest.uri()));
    }

    /**
     * Opens a connection and closes it; nothing is sent, so nothing is stored.
     *
     * @return null if somebody listens, else what happened
     */
    @Nullable String unreachable() {
        if (uri == null) {
            return "it is not an address of the form http://HOST:PORT";
        }
        int port = uri.getPort() < 0 ? HTTP : uri.getPort();
        try (var socket = new Socket(Proxy.NO_PROXY)) {
            socket.connect(new InetSocketAddress(uri.getHost(), port), (int) PATIENCE.toMillis());
            return null;
        } catch (IOException e) {
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }
    }

    private static String line(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_LINE) {
                return "";
            }
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            return ""; // as the hook program: what cannot be read names nothing
        }
    }

    private static @Nullable URI parse(String text) {
        try {
            var uri = new URI(text);
            boolean plain =
                    "http".equals(uri.getScheme())
                            && uri.getHost() != null
                            && uri.getUserInfo() == null
                            && uri.getQuery() == null
                            && uri.getFragment() == null;
            return plain ? uri : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    static boolean isLoopback(URI uri) {
        var host = uri.getHost().toLowerCase(Locale.ROOT);
        try {
            return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
