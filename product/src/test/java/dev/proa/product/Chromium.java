package dev.proa.product;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A headless Chromium with a profile of its own, driven over the DevTools protocol. */
final class Chromium implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

    /** What the browser tells without being asked. */
    record Event(String session, String method, JsonNode parameters) {}

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Long, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final AtomicLong numbers = new AtomicLong();
    private final WebSocket socket;

    private Chromium(Process process, URI address) {
        this.process = process;
        this.socket = http.newWebSocketBuilder().buildAsync(address, new Ear()).join();
    }

    /** Starts one that lives in {@code home}; {@code more} are flags. */
    static Chromium start(Home home, String... more) throws IOException {
        var profile = Files.createTempDirectory(home.folder(), "chromium");
        var command = new ArrayList<String>();
        command.add(program().toString());
        command.addAll(
                List.of(
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
        if (Home.ROOT) {
            command.add("--no-sandbox");
        }
        command.addAll(List.of(more));
        command.add("about:blank");
        var log = home.folder().resolve("chromium.log").toFile();
        var process =
                home.prepare(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                        .start();
        var told = profile.resolve("DevToolsActivePort");
        Await.until(
                "Chromium listens (see " + log + ")",
                () -> Files.exists(told) && Files.readAllLines(told).size() == 2);
        var lines = Files.readAllLines(told);
        return new Chromium(
                process, URI.create("ws://127.0.0.1:" + lines.getFirst() + lines.getLast()));
    }

    private static Path program() {
        var named = Optional.ofNullable(System.getenv("CHROMIUM")).map(Path::of).stream();
        var found =
                NAMES.stream()
                        .flatMap(name ->
                                Stream.of(System.getenv("PATH").split(":", -1))
                                        .map(folder -> Path.of(folder, name)));
        return Stream.concat(named, found)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError(
                                "No Chromium is on the PATH. Install the package chromium, or set"
                                        + " PROA_WITHOUT_DESKTOP=1 to leave these tests out."));
    }

    /** A new empty tab. */
    Tab tab() {
        var target = call("", "Target.createTarget", Map.of("url", "about:blank"));
        var attached =
                call(
                        "",
                        "Target.attachToTarget",
                        Map.of("targetId", target.path("targetId").asString(), "flatten", true));
        return new Tab(this, attached.path("sessionId").asString());
    }

    /** All cookies of the profile. */
    JsonNode cookies() {
        return call("", "Storage.getCookies", Map.of()).path("cookies");
    }

    JsonNode call(String session, String method, Map<String, Object> parameters) {
        var number = numbers.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        asked.put(number, answer);
        var message = JSON.createObjectNode().put("id", number).put("method", method);
        message.set("params", JSON.valueToTree(parameters));
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        synchronized (this) {
            socket.sendText(message.toString(), true).join();
        }
        try {
            var told = answer.get(30, TimeUnit.SECONDS);
            if (told.has("error")) {
                throw new AssertionError(method + ": " + told.path("error"));
            }
            return told.path("result");
        } catch (TimeoutException e) {
            throw new AssertionError("no answer to " + method, e);
        } catch (Exception e) {
            throw new AssertionError(method, e);
        }
    }

    /** What was told for one tab so far. */
    List<Event> events(String session) {
        return events.stream().filter(event -> event.session().equals(session)).toList();
    }

    private void heard(String text) {
        var message = JSON.readTree(text);
        if (message.has("id")) {
            var waiting = asked.remove(message.path("id").asLong());
            if (waiting != null) {
                waiting.complete(message);
            }
        } else {
            events.add(
                    new Event(
                            message.path("sessionId").asString(""),
                            message.path("method").asString(),
                            message.path("params")));
        }
    }

    private final class Ear implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                heard(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }
    }

    @Override
    public void close() {
        try {
            call("", "Browser.close", Map.of());
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("Chromium did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
            http.close();
        }
    }
}
