package dev.proa.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One tab of a headless Chromium with a profile of its own, driven by the DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Long, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final WebSocket socket;
    private final String session;

    private Browser(Process process, URI address) throws IOException, InterruptedException {
        this.process = process;
        socket = http.newWebSocketBuilder().buildAsync(address, new Ear()).join();
        var target = call("", "Target.createTarget", Map.of("url", "about:blank"));
        var id = target.path("targetId").asString();
        session =
                call("", "Target.attachToTarget", Map.of("targetId", id, "flatten", true))
                        .path("sessionId")
                        .asString();
        call("Page.enable", Map.of());
        call("Runtime.enable", Map.of());
    }

    /** Starts one; its profile lies in a new folder in {@code work}. */
    static Browser start(Path work) throws IOException, InterruptedException {
        var profile = Files.createTempDirectory(work, "chromium");
        var command =
                new ArrayList<>(
                        List.of(
                                System.getenv().getOrDefault("CHROMIUM", "chromium"),
                                "--headless=new",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--window-size=1180,800",
                                "--remote-debugging-port=0",
                                "--user-data-dir=" + profile));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--no-sandbox");
        }
        command.add("about:blank");
        var builder = new ProcessBuilder(command);
        Product.separate(builder, profile);
        builder.redirectErrorStream(true).redirectOutput(profile.resolve("chromium.log").toFile());
        var process = builder.start();
        try {
            return new Browser(process, address(process, profile));
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static URI address(Process process, Path profile)
            throws IOException, InterruptedException {
        var told = profile.resolve("DevToolsActivePort");
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(told) || Files.readAllLines(told).size() < 2) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(
                        "Chromium did not start: "
                                + Files.readString(profile.resolve("chromium.log")));
            }
            Thread.sleep(20);
        }
        var lines = Files.readAllLines(told);
        return URI.create("ws://127.0.0.1:" + lines.getFirst() + lines.getLast());
    }

    /** What the tab answers to a command of the protocol. */
    JsonNode call(String method, Map<String, Object> parameters)
            throws IOException, InterruptedException {
        return call(session, method, parameters);
    }

    private JsonNode call(String to, String method, Map<String, Object> parameters)
            throws IOException, InterruptedException {
        var number = numbers.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        asked.put(number, answer);
        var message = JSON.createObjectNode().put("id", number).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        if (!to.isEmpty()) {
            message.put("sessionId", to);
        }
        socket.sendText(message.toString(), true).join();
        try {
            var told = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (told.has("error")) {
                throw new IOException(method + ": " + told.path("error"));
            }
            return told.path("result");
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("no answer to " + method, e);
        }
    }

    /** The value of an expression of JavaScript. */
    JsonNode evaluate(String expression) throws IOException, InterruptedException {
        var answer =
                call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new IOException(expression + ": " + answer.path("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    /** Waits until an expression is true, also over navigations. */
    void until(String expression) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!evaluate("Boolean(" + expression + ")").asBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the page never had " + expression);
            }
            Thread.sleep(5);
        }
    }

    /** MiB that the page's objects take, garbage left out. */
    double heap() throws IOException, InterruptedException {
        call("HeapProfiler.collectGarbage", Map.of());
        var used = call("Runtime.getHeapUsage", Map.of()).path("usedSize").asDouble();
        return used / 1024 / 1024;
    }

    private final class Ear implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                var message = JSON.readTree(text.toString());
                // What has no id is told without being asked.
                var waiting = message.has("id") ? asked.remove(message.path("id").asLong()) : null;
                if (waiting != null) {
                    waiting.complete(message);
                }
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            call("", "Browser.close", Map.of());
            process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
            http.close();
        }
    }
}
