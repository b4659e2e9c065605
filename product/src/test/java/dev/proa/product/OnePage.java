package dev.proa.product;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One page of a headless OnePage, steered over the DevTools protocol. */
final class OnePage implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger calls = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();

    private OnePage(Process process, URI page) {
        this.process = process;
        this.socket = HTTP.newWebSocketBuilder().buildAsync(page, new Listener()).join();
    }

    /** Starts one in this home, with an empty page. */
    static OnePage in(Home home, String... flags) throws IOException {
        var profile = Files.createTempDirectory(home.folder(), "chromium");
        var command =
                new ArrayList<>(
                        List.of(
                                "chromium",
                                "--headless=new",
                                "--remote-debugging-port=0",
                                "--user-data-dir=" + profile,
                                "--no-first-run",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--window-size=1180,800"));
        if (Home.ROOT) {
            command.add("--no-sandbox");
        }
        command.addAll(Arrays.asList(flags));
        command.add("about:blank");
        var process =
                home.prepare(command)
                        .redirectErrorStream(true)
                        .redirectOutput(profile.resolve("output").toFile())
                        .start();
        var port = profile.resolve("DevToolsActivePort");
        Await.until(
                "OnePage tells its port",
                () -> Files.exists(port) && Files.readAllLines(port).size() > 1);
        var base = URI.create("http://127.0.0.1:" + Files.readAllLines(port).getFirst());
        var page = new OnePage(process, page(base));
        List.of("Runtime", "Log", "Page", "Network").forEach(part -> page.call(part + ".enable"));
        return page;
    }

    private static URI page(URI base) {
        var found = new ArrayList<URI>();
        Await.until(
                "OnePage has a page",
                () -> {
                    var list = HttpRequest.newBuilder(base.resolve("/json/list")).build();
                    var answer = HTTP.send(list, HttpResponse.BodyHandlers.ofString()).body();
                    JSON.readTree(answer)
                            .valueStream()
                            .filter(each -> each.path("type").asString().equals("page"))
                            .map(each -> URI.create(each.path("webSocketDebuggerUrl").asString()))
                            .forEach(found::add);
                    return !found.isEmpty();
                });
        return found.getFirst();
    }

    /** Goes to an address and waits until the document has been loaded. */
    void go(String url) {
        var left = evaluate("performance.timeOrigin").asDouble(0);
        call("Page.navigate", JSON.createObjectNode().put("url", url));
        until(
                "performance.timeOrigin !== %s && location.protocol === 'http:' && document.readyState === 'complete'"
                        .formatted(left));
    }

    /**
     * The value of an expression in the page; a promise is waited for. Missing while the page is
     * being left.
     */
    JsonNode evaluate(String expression) {
        var answer =
                call(
                        "Runtime.evaluate",
                        JSON.createObjectNode()
                                .put("expression", expression)
                                .put("awaitPromise", true)
                                .put("returnByValue", true)
                                .put("userGesture", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer.path("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    /** Waits until an expression is true. */
    void until(String expression) {
        Await.until(
                "in the page: " + expression + "; " + this,
                () -> evaluate("Boolean(" + expression + ")").asBoolean(false));
    }

    /** The text that an element shows; empty while there is no such element. */
    String text(String selector) {
        var shown = "document.querySelector('%s')?.innerText ?? ''".formatted(selector);
        return evaluate(shown).asString("");
    }

    /** Waits until an element's text contains these words. */
    void says(String selector, String words) {
        Await.until(
                selector + " says \"" + words + "\"; " + this,
                () -> text(selector).contains(words));
    }

    void click(String selector) {
        until("document.querySelector('%s')".formatted(selector));
        evaluate("document.querySelector('%s').click()".formatted(selector));
    }

    /** What the console shows: messages, errors, violations of the content security policy. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** The status of the last answer from an address; 0 if there was none. */
    int status(String url) {
        return statuses.getOrDefault(url, 0);
    }

    /** Presses and releases a key that types one character. */
    void type(String character) {
        var key = JSON.createObjectNode().put("key", character).put("text", character);
        call("Input.dispatchKeyEvent", key.put("type", "keyDown"));
        call("Input.dispatchKeyEvent", key.put("type", "keyUp"));
    }

    /** The cookies of the page that is open. */
    JsonNode cookies() {
        return call("Network.getCookies").path("cookies");
    }

    private JsonNode call(String method) {
        return call(method, JSON.createObjectNode());
    }

    private JsonNode call(String method, ObjectNode parameters) {
        int id = calls.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        waiting.put(id, answer);
        var message = JSON.createObjectNode().put("id", id).put("method", method);
        message.set("params", parameters);
        socket.sendText(message.toString(), true).join();
        return answer.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder parts = new StringBuilder(); // the client's thread only

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            parts.append(data);
            if (last) {
                heard(JSON.readTree(parts.toString()));
                parts.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void heard(JsonNode message) {
        var parameters = message.path("params");
        switch (message.path("method").asString("")) {
            case "" -> {
                var answer = waiting.remove(message.path("id").asInt());
                if (answer != null) {
                    answer.complete(
                            message.has("error") ? message.path("error") : message.path("result"));
                }
            }
            case "Runtime.consoleAPICalled" -> complaints.add(parameters.path("args").toString());
            case "Runtime.exceptionThrown" ->
                    complaints.add(parameters.path("exceptionDetails").toString());
            case "Network.responseReceived" -> {
                var answer = parameters.path("response");
                statuses.put(answer.path("url").asString(), answer.path("status").asInt());
            }
            case "Log.entryAdded" -> complaints.add(parameters.path("entry").toString());
            default -> {} // many more kinds, which nobody here waits for
        }
    }

    /** Ends it with all its processes. */
    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        Await.until("OnePage has ended", () -> !process.isAlive());
    }

    @Override
    public String toString() {
        return "console: " + complaints;
    }
}
