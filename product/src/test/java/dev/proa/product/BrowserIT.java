package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real browser makes of the page, and what it keeps other pages from. */
@DisabledIfEnvironmentVariable(named = "PROA_WITHOUT_DESKTOP", matches = "1")
class BrowserIT {
    private static final String EVENT =
            "{\\\"session_id\\\":\\\"s\\\",\\\"agent_type\\\":\\\"x\\\",\\\"event_type\\\":\\\"y\\\"}";

    private Home home;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    private static String url(Proa proa) {
        return proa.event("open").path("url").asString();
    }

    private String app(String manifest) throws IOException {
        var folder = Files.createTempDirectory(home.folder(), "app");
        Files.writeString(
                folder.resolve("proa.yaml"),
                "proa: 1\napp: {id: dev.example.seen, name: Seen, version: 1.0.0}\n" + manifest);
        return folder.toString();
    }

    @Test
    void keepsItsCookieFromScriptsAndOtherSites() throws IOException {
        try (var proa = home.monitor("d");
                var browser = Chromium.start(home)) {
            var tab = browser.tab().open(url(proa)).until("document.title !== ''");

            assertThat(browser.cookies()).hasSize(1);
            var cookie = browser.cookies().get(0);
            assertThat(cookie.path("name").asString())
                    .isEqualTo("proa_" + URI.create(proa.instance().baseUrl()).getPort());
            assertThat(cookie.path("httpOnly").asBoolean()).isTrue();
            assertThat(cookie.path("sameSite").asString()).isEqualTo("Strict");
            assertThat(cookie.path("path").asString()).isEqualTo("/");
            assertThat(tab.evaluate("document.cookie").asString()).isEmpty();
            assertThat(tab.evaluate("location.href").asString()).doesNotContain("k=");
        }
    }

    /** Of the same site and of another; the first is sent the cookie by the browser. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void letsAPageOfAnotherOriginNeitherReadNorWrite(String host) throws IOException {
        try (var proa = home.monitor("d");
                var browser = Chromium.start(home);
                var evil = new OtherPage(host)) {
            browser.tab().open(url(proa)).until("document.title !== ''");
            var own = proa.instance().baseUrl();
            var tab = browser.tab().open(evil.address());

            for (var attack :
                    List.of(
                            "fetch('OWN/api/events', {credentials: 'include'}).then(() => 'read')",
                            "fetch('OWN/api/events', {method: 'POST', mode: 'no-cors', credentials:"
                                    + " 'include', body: \"EVENT\"}).then((a) => a.type)",
                            "fetch('OWN/api/events', {method: 'POST', credentials: 'include', headers:"
                                    + " {'content-type': 'application/json'}, body: \"EVENT\"}).then(() =>"
                                    + " 'written')",
                            "new Promise((done) => { const s = new WebSocket('OWN/_proa/channel'.replace("
                                    + "'http', 'ws')); s.onopen = () => done('open'); s.onerror = () =>"
                                    + " done('refused'); })",
                            "new Promise((done) => { const s = new EventSource('OWN/_proa/events',"
                                    + " {withCredentials: true}); s.onopen = () => done('open'); s.onerror ="
                                    + " () => { s.close(); done('refused'); }; })",
                            embedded("script", "src", "first-paint.js"),
                            embedded("img", "src", "icon.svg"),
                            embedded("link", "rel = 'stylesheet'; e.href", "index.css"),
                            "new Promise((done) => { const f = document.createElement('iframe'); f.src ="
                                    + " 'OWN/'; f.onload = () => done('framed'); document.body.append(f); })",
                            "new Promise((done) => { const t = document.createElement('iframe'); t.name ="
                                    + " 'target'; document.body.append(t); const f ="
                                    + " document.createElement('form'); f.method = 'POST'; f.action ="
                                    + " 'OWN/api/events'; f.enctype = 'text/plain'; f.target = 'target';"
                                    + " const i = document.createElement('input'); i.name = \"EVENT\";"
                                    + " f.append(i); document.body.append(f); t.onload = () =>"
                                    + " done('posted'); f.submit(); })")) {
                var code = attack.replace("OWN", own).replace("EVENT", EVENT);
                var came = tab.evaluate("(" + code + ").catch(() => 'refused')").asString();
                assertThat(came).as(code).isIn("refused", "opaque", "framed", "posted");
            }

            assertThat(tab.statuses(own)).hasSizeGreaterThan(5).allMatch(s -> s == 403);
            assertThat(proa.json("/api/events").path("total").asInt()).isZero();
            var channel = proa.json("/_proa/status").path("transport");
            assertThat(channel.path("pages").asInt()).isEqualTo(1);
        }
    }

    private static String embedded(String element, String attribute, String file) {
        return "new Promise((done) => { const e = document.createElement('%s'); e.%s = 'OWN/%s'; e.onload = () => done('loaded'); e.onerror = () => done('refused'); document.head.append(e); })"
                .formatted(element, attribute, file);
    }

    @Test
    void refusesANameThatSomebodyPointedAtThisMachine() throws IOException {
        try (var proa = home.monitor("d");
                var browser =
                        Chromium.start(
                                home, "--host-resolver-rules=MAP rebound.example 127.0.0.1")) {
            var own = proa.instance().baseUrl();
            var rebound = own.replace("127.0.0.1", "rebound.example");

            var tab = browser.tab().open(rebound + "/_proa/health/live").open(rebound + "/");

            assertThat(tab.statuses(rebound)).isNotEmpty().allMatch(status -> status == 421);
            assertThat(browser.tab().open(own + "/_proa/health/live").statuses(own)).contains(200);
        }
    }

    @Test
    void showsTheMonitorAndTheConsoleWithoutAComplaint() throws IOException {
        try (var proa = home.monitor("d");
                var browser = Chromium.start(home)) {
            var tab =
                    browser.tab()
                            .open(url(proa))
                            .until("document.body.innerText.includes('No event has arrived yet')");
            assertThat(proa.ingest("/api/events", Samples.event("e1")).statusCode()).isEqualTo(201);
            tab.until("document.body.innerText.includes('Bash')");
            assertThat(tab.complaints()).isEmpty();

            tab.open(proa.instance().baseUrl() + "/_proa/console")
                    .until("document.querySelector('main') !== null");
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void showsTheExampleWithoutAComplaint() throws IOException {
        try (var proa = home.run(home.data("d"), Home.HELLO).ready();
                var browser = Chromium.start(home)) {
            var tab =
                    browser.tab()
                            .open(url(proa))
                            .until("document.body.innerText.includes('Hello from a sidecar')");

            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void waitsForASidecarWithoutAComplaint() throws IOException {
        var app =
                app(
                        """
                        ui: {sidecar: web}
                        sidecars:
                          web: {command: [sleep, "600"], port: {strategy: assigned}}
                        """);
        try (var proa = home.run(home.data("d"), app);
                var browser = Chromium.start(home)) {
            var tab =
                    browser.tab()
                            .open(url(proa))
                            .until("document.body.innerText.includes('web: starting')");

            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void sendsAnAppWithoutAPageToTheConsole() throws IOException {
        try (var proa = home.run(home.data("d"), app(""));
                var browser = Chromium.start(home)) {
            var tab = browser.tab().open(url(proa));

            assertThat(tab.evaluate("location.pathname").asString()).isEqualTo("/_proa/console");
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void waitsForADevelopmentServerAndThenPassesItsWebSocket() throws IOException {
        var port = Samples.freePort();
        var app = app("ui: {dev: \"http://127.0.0.1:" + port + "\"}\n");
        try (var proa = home.run(home.data("d"), app);
                var browser = Chromium.start(home)) {
            var tab =
                    browser.tab()
                            .open(url(proa))
                            .until("document.body.innerText.includes('127.0.0.1:" + port + "')");
            assertThat(tab.complaints()).isEmpty();

            try (var server = new DevServer(port)) {
                tab.until("document.querySelector('h1').textContent === 'first'");
                Await.until("the page's socket", () -> server.pages() > 0);
                server.tell("second");
                tab.until("document.querySelector('h1').textContent === 'second'");

                assertThat(
                                tab.evaluate(
                                                "getComputedStyle(document.querySelector('h1')).fontWeight")
                                        .asString())
                        .isEqualTo("300");
                assertThat(tab.evaluate("document.documentElement.style.color").asString())
                        .isEqualTo("green");
                assertThat(tab.complaints()).isEmpty();
                assertThat(server.refused()).isEmpty();
            }
        }
    }

    @Test
    void showsAChangedPageByItselfInDev() throws IOException {
        var app = app("ui: {dir: page, first_script: boot.js}\n");
        var page = Files.createDirectory(Path.of(app, "page"));
        Files.writeString(page.resolve("boot.js"), "window.order = ['boot'];");
        Files.writeString(page.resolve("late.js"), "window.order.push('late');");
        var document = "<!doctype html><head><script src='late.js'></script></head><h1>%s</h1>";
        Files.writeString(page.resolve("index.html"), document.formatted("first"));
        var data = home.data("d");
        var words =
                Home.launcher(
                        "dev", app, "--window", "none", "--json", "--data-dir", data.toString());
        try (var proa = home.start(data, words);
                var browser = Chromium.start(home)) {
            var tab =
                    browser.tab()
                            .open(url(proa))
                            .until("document.querySelector('h1').textContent === 'first'");
            assertThat(tab.evaluate("order.join()").asString()).isEqualTo("boot,late");
            Await.until(
                    "the page listens",
                    () -> proa.json("/_proa/status").path("transport").path("pages").asInt() == 1);

            Files.writeString(page.resolve("index.html"), document.formatted("second"));

            tab.until("document.querySelector('h1').textContent === 'second'");
            assertThat(tab.complaints()).isEmpty();
        }
    }

    /** A page somewhere else that a browser visits while ours is open. */
    private static final class OtherPage implements AutoCloseable {
        private final HttpServer server;
        private final String host;

        OtherPage(String host) throws IOException {
            this.host = host;
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
            server.createContext(
                    "/",
                    exchange -> {
                        var body = "<!doctype html><body>".getBytes(StandardCharsets.UTF_8);
                        exchange.getResponseHeaders().set("Content-Type", "text/html");
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                        exchange.close();
                    });
            server.start();
        }

        String address() {
            return "http://%s:%d/".formatted(host, server.getAddress().getPort());
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
