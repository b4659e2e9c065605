package dev.proa.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;

/** An app with three modes: one is ready at once, one never, and of one the backend is away. */
final class ModesOfTest {
    private ModesOfTest() {}

    static TestRun run(Path folder) throws IOException {
        int free;
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = server.getLocalPort();
        }
        return TestRun.of(
                folder,
                """
                ui: {dir: web}
                modes:
                  first: {default: true}
                  second: {}
                  away: {backend: {url: "http://127.0.0.1:%d", every: 200ms, timeout: 1s, failures: 1}}
                sidecars:
                  api:
                    modes: [first, second]
                    command: [sh, -c, "echo up; exec sleep 1000"]
                    port: {strategy: assigned}
                    ready: {log: up}
                  never:
                    modes: [second]
                    command: [sleep, "1000"]
                    ready: {log: never, timeout: 300s}
                routes: {/api: api}
                """
                        .formatted(free));
    }
}
