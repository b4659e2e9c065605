package dev.proa.gateway;

import dev.proa.core.LoopbackPort;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Supplier;

/** Where the page comes from; routes go before it. */
public sealed interface PageSource {
    /**
     * Files, listed when the gateway opens and at {@link Gateway#listPage}.
     *
     * @param spa whether a navigation to a path that is no file gets {@code index.html} instead of
     *     404
     */
    record Folder(Path folder, boolean spa, PagePolicy policy) implements PageSource {}

    /** A sidecar serves it. */
    record Served(Supplier<Upstream> upstream, PagePolicy policy) implements PageSource {}

    /**
     * A development server on this machine, which somebody else starts; its WebSocket passes, too.
     *
     * @param server {@code http://127.0.0.1:PORT} or {@code http://localhost:PORT}, without a path;
     *     it is asked at 127.0.0.1, and sees itself as Host and Origin
     * @param waiting HTML for a browser that asks for a page while nobody answers there
     */
    record DevServer(URI server, PagePolicy policy, byte[] waiting) implements PageSource {
        private static final Set<String> HOSTS = Set.of("127.0.0.1", "localhost");

        public DevServer {
            var path = server.getRawPath();
            if (!"http".equals(server.getScheme())
                    || server.getHost() == null
                    || !HOSTS.contains(server.getHost())
                    || server.getPort() == 0
                    || server.getRawUserInfo() != null
                    || server.getRawQuery() != null
                    || !(path == null || path.isEmpty() || path.equals("/"))) {
                throw new IllegalArgumentException(
                        "a development server is http://127.0.0.1:PORT, was " + server);
            }
        }

        /** What its Host is: without the port that http has anyway. */
        String authority() {
            return server.getRawAuthority();
        }

        LoopbackPort port() {
            return new LoopbackPort(server.getPort() < 0 ? 80 : server.getPort());
        }
    }

    /** There is no page: who asks for one is sent to the console. */
    record None() implements PageSource {}
}
