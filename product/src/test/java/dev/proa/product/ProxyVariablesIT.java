package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a proxy named in the environment or to the JVM never sees what goes over loopback. */
class ProxyVariablesIT {
    private Home home;
    private ServerSocket proxy;
    private final AtomicInteger seen = new AtomicInteger();

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
        proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::record);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        proxy.close();
        home.close();
    }

    private void record() {
        try {
            while (true) {
                proxy.accept().close();
                seen.incrementAndGet();
            }
        } catch (IOException e) {
            // the end of the test
        }
    }

    private Proa start(Path data, List<String> command) throws IOException {
        var builder = home.prepare(command);
        var address = "127.0.0.1:" + proxy.getLocalPort();
        for (var name : List.of("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY")) {
            builder.environment().put(name, "http://" + address);
        }
        builder.environment().put("no_proxy", "corp.example");
        var options = new StringBuilder();
        for (var scheme : List.of("http.proxy", "https.proxy", "socksProxy")) {
            options.append(" -D").append(scheme).append("Host=127.0.0.1");
            options.append(" -D").append(scheme).append("Port=").append(proxy.getLocalPort());
        }
        options.append(" -Dhttp.nonProxyHosts=corp.example -DsocksNonProxyHosts=corp.example");
        builder.environment().put("JAVA_TOOL_OPTIONS", options.toString());
        return new Proa(builder.start(), data);
    }

    @Test
    void startsStatesHandOversAndStopsGoPastIt() throws Exception {
        var data = home.data("d");
        var app =
                SmallApp.in(
                        home.folder().resolve("app"),
                        """
                        sidecars:
                          told:
                            command: [sh, -c, "env; exec python3 -m http.server --bind 127.0.0.1 $$PROA_PORT"]
                            port: {strategy: assigned}
                            ready: {http: /}
                        """);
        try (var run = start(data, Home.runner(data, app))) {
            run.event("open");
            run.ready();
            for (var words :
                    List.of(
                            List.of("status"),
                            List.of("open", "--print"),
                            List.of("run", app, "--window", "none", "--", "x"),
                            List.of("restart"),
                            List.of("hooks", "doctor", "claude"),
                            List.of("stop"))) {
                var command = new ArrayList<>(Home.launcher(words.toArray(String[]::new)));
                if (!words.getFirst().equals("hooks")) {
                    int end = words.contains("--") ? command.indexOf("--") : command.size();
                    command.addAll(end, List.of("--data-dir", data.toString()));
                }
                try (var each = start(data, command)) {
                    assertThat(each.exit()).as(each::toString).isIn(0, 69);
                }
            }
            assertThat(run.exit()).isZero();
        }
        assertThat(seen).hasValue(0);
        assertThat(data.resolve("logs/told.log"))
                .content()
                .contains("no_proxy=corp.example,127.0.0.1,localhost,::1\n")
                .contains("NO_PROXY=corp.example,127.0.0.1,localhost,::1\n");
    }
}
