package dev.proa.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Proa, nginx and Caddy before the same two backends, which Proa runs as its sidecars. */
final class Proxies implements AutoCloseable {
    static final List<String> NAMES = List.of("Proa", "nginx", "Caddy");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** One of them; the token is sent to all, so that requests are equal. */
    record Proxy(String name, int port, ProcessHandle process, String token) {
        /** Of it and its workers, in seconds. */
        double cpu() throws IOException {
            var total = name.equals("Proa") ? 0 : children();
            return total + ProcessFacts.cpuSeconds(process.pid());
        }

        private double children() throws IOException {
            var total = 0.0;
            for (var child : process.descendants().toList()) {
                total += ProcessFacts.cpuSeconds(child.pid());
            }
            return total;
        }

        String head(String method, String path, String... fields) {
            var lines = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
            lines.append("Host: 127.0.0.1:").append(port).append("\r\n");
            lines.append("X-Proa-Token: ").append(token).append("\r\n");
            for (var field : fields) {
                lines.append(field).append("\r\n");
            }
            return lines.append("\r\n").toString();
        }
    }

    private final Product product;
    private final List<Process> peers = new ArrayList<>();
    private final List<Proxy> all = new ArrayList<>();

    private Proxies(Product product) {
        this.product = product;
    }

    /** Starts them all and waits until they answer. */
    static Proxies start(Setting setting) throws IOException, InterruptedException {
        var files = freePort();
        var live = freePort();
        var nginx = freePort();
        var caddy = freePort();
        var app = Files.createDirectory(setting.work().resolve("app"));
        Files.writeString(app.resolve("files.conf"), files(app, files));
        Files.writeString(app.resolve("proa.yaml"), manifest(app, files, live));
        var product = Product.start(setting, app);
        var proxies = new Proxies(product);
        try {
            var address = product.ready();
            var token = address.token();
            proxies.add(
                    "Proa", address.port(), ProcessHandle.of(product.pid()).orElseThrow(), token);
            Files.writeString(app.resolve("nginx.conf"), nginx(app, nginx, files, live));
            proxies.peer(
                    "nginx",
                    nginx,
                    token,
                    List.of("nginx", "-p", app.toString(), "-c", "nginx.conf"));
            Files.writeString(app.resolve("Caddyfile"), caddy(caddy, files, live));
            proxies.peer(
                    "Caddy",
                    caddy,
                    token,
                    List.of(
                            "caddy",
                            "run",
                            "--adapter",
                            "caddyfile",
                            "--config",
                            app.resolve("Caddyfile").toString()));
            return proxies;
        } catch (IOException | InterruptedException e) {
            proxies.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String manifest(Path app, int files, int live) {
        var java = Path.of(System.getProperty("java.home"), "bin/java");
        return """
        proa: 1
        app: {id: dev.proa.bench.gateway, name: Gateway, version: 1.0.0}
        sidecars:
          files:
            command: [nginx, -p, "%s", -c, files.conf]
            port: {strategy: fixed, port: %d}
          live:
            command: ["%s", -Xmx256m, -XX:+UseSerialGC, -cp, "%s", dev.proa.bench.LiveBackend, "${port}"]
            port: {strategy: fixed, port: %d}
        routes: {/files: files, /live: live}
        """
                .formatted(app, files, java, System.getProperty("java.class.path"), live);
    }

    private static String common(Path app, String name, String http) {
        return """
        daemon off;
        worker_processes 1;
        pid %1$s/%2$s.pid;
        error_log %1$s/%2$s.log crit;
        events { worker_connections 16384; }
        http {
          access_log off;
          client_body_temp_path %1$s/%2$s.body;
          proxy_temp_path %1$s/%2$s.proxy;
          fastcgi_temp_path %1$s/%2$s.fastcgi;
          uwsgi_temp_path %1$s/%2$s.uwsgi;
          scgi_temp_path %1$s/%2$s.scgi;
          keepalive_requests 100000000;
        %3$s
        }
        """
                .formatted(app, name, http);
    }

    private static String files(Path app, int port) {
        var json =
                "{\"id\":12345,\"name\":\"a small answer of eighty-five bytes\",\"fine\":true,\"n\":[1,2,3]}";
        return common(
                app,
                "files",
                "server { listen 127.0.0.1:%d; location / { default_type application/json; return 200 '%s'; } }"
                        .formatted(port, json));
    }

    private static String nginx(Path app, int port, int files, int live) {
        return common(
                app,
                "nginx",
                """
                  client_max_body_size 0;
                  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
                  upstream files { server 127.0.0.1:%d; keepalive 64; keepalive_requests 100000000; }
                  upstream live { server 127.0.0.1:%d; keepalive 64; keepalive_requests 100000000; }
                  server {
                    listen 127.0.0.1:%d;
                    proxy_http_version 1.1;
                    proxy_set_header Host $host;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection $connection_upgrade;
                    proxy_buffering off;
                    proxy_request_buffering off;
                    location /files { proxy_pass http://files; }
                    location /live { proxy_pass http://live; }
                  }
                """
                        .formatted(files, live, port));
    }

    private static String caddy(int port, int files, int live) {
        return """
        {
          admin off
          auto_https off
        }
        http://127.0.0.1:%d {
          bind 127.0.0.1
          reverse_proxy /files* 127.0.0.1:%d
          reverse_proxy /live* 127.0.0.1:%d {
            flush_interval -1
          }
        }
        """
                .formatted(port, files, live);
    }

    private void peer(String name, int port, String token, List<String> command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command);
        builder.environment().put("HOME", System.getProperty("java.io.tmpdir"));
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        var process = builder.start();
        peers.add(process);
        add(name, port, process.toHandle(), token);
        var proxy = all.getLast();
        var request = Texts.ascii(proxy.head("GET", "/files/x"));
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (var http = new RawHttp(port)) {
                if (http.exchange(request) == 200) {
                    return;
                }
            } catch (IOException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IOException(name + " never answered", e);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    private void add(String name, int port, ProcessHandle process, String token) {
        all.add(new Proxy(name, port, process, token));
    }

    List<Proxy> all() {
        return List.copyOf(all);
    }

    Proxy proa() {
        return all.getFirst();
    }

    @Override
    public void close() throws IOException {
        for (var peer : peers) {
            peer.destroy();
        }
        product.close();
    }
}
