package dev.proa.product;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** One tab of a browser, with all that it complained of. */
final class Tab {
    private final Chromium browser;
    private final String session;

    Tab(Chromium browser, String session) {
        this.browser = browser;
        this.session = session;
        for (var domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", Map.of());
        }
    }

    JsonNode call(String method, Map<String, Object> parameters) {
        return browser.call(session, method, parameters);
    }

    /** Goes to an address and waits until something has been loaded, if only an error page. */
    Tab open(String address) {
        var before = loads();
        call("Page.navigate", Map.of("url", address));
        Await.until("the load of " + address, () -> loads() > before);
        return this;
    }

    private long loads() {
        return heard("Page.loadEventFired").count();
    }

    private Stream<JsonNode> heard(String method) {
        return browser.events(session).stream()
                .filter(event -> event.method().equals(method))
                .map(Chromium.Event::parameters);
    }

    /** The value of an expression of JavaScript, waited for if it is a promise. */
    JsonNode evaluate(String expression) {
        var answer =
                call(
                        "Runtime.evaluate",
                        Map.of(
                                "expression", expression,
                                "awaitPromise", true,
                                "returnByValue", true,
                                "userGesture", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer.path("exceptionDetails"));
        }
        return answer.path("result").path("value");
    }

    /** Waits until an expression is true; navigations meanwhile are no failure. */
    Tab until(String expression) {
        Await.until(
                expression + " in " + this,
                () -> {
                    try {
                        return evaluate(expression).asBoolean(false);
                    } catch (AssertionError e) {
                        return false;
                    }
                });
        return this;
    }

    /** The text that an element shows; empty while there is no such element. */
    String text(String selector) {
        var shown = "document.querySelector('%s')?.innerText ?? ''".formatted(selector);
        return evaluate(shown).asString("");
    }

    /** Waits until an element's text contains these words. */
    Tab says(String selector, String words) {
        Await.until(
                selector + " says \"" + words + "\" in " + this,
                () -> text(selector).contains(words));
        return this;
    }

    void click(String selector) {
        until("document.querySelector('%s') !== null".formatted(selector));
        evaluate("document.querySelector('%s').click()".formatted(selector));
    }

    /** Presses and releases a key that types one character. */
    void type(String character) {
        for (var step : List.of("keyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of("type", step, "key", character, "text", character));
        }
    }

    /**
     * The status of every answer from addresses that begin so, also of those that the browser keeps
     * from the page.
     */
    List<Integer> statuses(String address) {
        var asked =
                heard("Network.requestWillBeSent")
                        .filter(sent ->
                                sent.path("request").path("url").asString("").startsWith(address))
                        .map(sent -> sent.path("requestId").asString())
                        .collect(Collectors.toSet());
        return heard("Network.responseReceivedExtraInfo")
                .filter(answer -> asked.contains(answer.path("requestId").asString()))
                .map(answer -> answer.path("statusCode").asInt())
                .toList();
    }

    /** Violations of the Content-Security-Policy, exceptions, and what was written as an error. */
    List<String> complaints() {
        var log =
                heard("Log.entryAdded")
                        .map(parameters -> parameters.path("entry"))
                        .filter(entry ->
                                entry.path("source").asString("").equals("security")
                                        || entry.path("text")
                                                .asString("")
                                                .contains("Content Security")
                                        || entry.path("source").asString("").equals("javascript"));
        var console =
                heard("Runtime.consoleAPICalled")
                        .filter(call -> call.path("type").asString("").equals("error"));
        return Stream.of(log, console, heard("Runtime.exceptionThrown"))
                .flatMap(each -> each)
                .map(JsonNode::toString)
                .toList();
    }

    /** All that the console shows, of any kind. */
    List<String> console() {
        return Stream.of("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
                .flatMap(this::heard)
                .map(JsonNode::toString)
                .toList();
    }

    /** A picture of what is seen, as PNG. */
    void shot(Path file) throws IOException {
        var data = call("Page.captureScreenshot", Map.of("format", "png")).path("data");
        Files.write(file, Base64.getDecoder().decode(data.asString()));
    }

    @Override
    public String toString() {
        return "tab: console " + console() + ", text " + shown();
    }

    private String shown() {
        try {
            return evaluate("document.URL + ' ' + document.body.innerText").asString("");
        } catch (AssertionError e) {
            return e.getMessage();
        }
    }
}
