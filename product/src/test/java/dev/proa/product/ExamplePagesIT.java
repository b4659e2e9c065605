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
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** The pages of the examples in a browser. */
@DisabledIfEnvironmentVariable(
        named = "PROA_WITHOUT_DESKTOP",
        matches = "1",
        disabledReason = "./check --without-desktop says that it leaves out the browser")
class ExamplePagesIT {
    private static final Duration SLOW = Duration.ofSeconds(90);

    /** Tries from another origin what a page can try; each part says how it ended. */
    private static final String ATTACK =
            """
            async (base) => {
              const tried = async (what) => { try { return await what(); } catch (e) { return 'refused'; } };
              const loaded = (tag, path) => new Promise((done) => {
                const made = document.createElement(tag);
                made.onload = () => done('loaded');
                made.onerror = () => done('refused');
                made.src = base + path;
                document.body.append(made);
              });
              return {
                read: await tried(async () => (await fetch(base + '/api/live/seen', {credentials: 'include'})).text()),
                blind: await tried(async () => (await fetch(base + '/_proa/shutdown', {method: 'POST', mode: 'no-cors', credentials: 'include'})).type),
                preflight: await tried(async () => (await fetch(base + '/api/files/upload', {method: 'PUT', body: 'x', credentials: 'include'})).status),
                script: await loaded('script', '/live.js'),
                image: await loaded('img', '/icon.svg'),
                socket: await new Promise((done) => {
                  const room = new WebSocket(base.replace('http', 'ws') + '/api/live/room');
                  room.onopen = () => done('open');
                  room.onerror = () => done('refused');
                }),
              };
            }
            """;

    private Home home;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    @Test
    void theAssistantSaysThatItsBackendIsAwayAndAfterHowLongItIsBack() throws Exception {
        Example.prepare();
        try (var app = Example.run(home, Example.ASSISTANT);
                var browser = Chromium.start(home)) {
            var page = browser.tab();
            Await.until(
                    "all run: " + app.proa,
                    SLOW,
                    () -> app.proa.get("/_proa/health/ready").statusCode() == 200);
            page.open(app.address());
            page.says("#state", "ready");
            page.evaluate("window.stays = true; document.activeElement.blur()");
            page.type("/");
            page.until("document.activeElement.id === 'question'");
            page.evaluate("document.activeElement.value = 'What is a sidecar?'");
            page.evaluate("document.getElementById('ask').requestSubmit()");
            page.says("#talk", "A sidecar is a process");

            app.process("backend").destroyForcibly();

            page.says("#state", "away since");
            page.until("document.title.includes('away')");
            page.says("#happened", "is back after");
            page.says("#state", "ready");
            page.says("#talk", "A sidecar is a process");
            assertThat(page.evaluate("window.stays").asBoolean()).isTrue();
            assertThat(page.console()).isEmpty();
        }
    }

    @Test
    void theAssistantSaysThatItsRemoteIsAwayAndIsSwitchedByItsPageWithoutLoadingAnew()
            throws Exception {
        Example.prepare();
        var profile = home.folder().resolve("profile.json");
        var url = "http://127.0.0.1:" + Samples.freePort();
        Files.writeString(profile, "{\"mode\": \"remote_slim\", \"backend_url\": \"" + url + "\"}");
        try (var app = Example.run(home, Example.ASSISTANT, "--profile", profile.toString());
                var browser = Chromium.start(home)) {
            var page = browser.tab();
            page.open(app.address());
            page.says("#state", "The remote backend is away since");
            page.says("#sidecars", "No process runs on this machine");
            page.evaluate("window.stays = true");

            page.click("#switch");

            Await.until(
                    "it serves here: " + page,
                    SLOW,
                    () -> page.text("#mode").equals("local_fullstack"));
            page.says("#state", "ready");
            page.says("#happened", "The mode is local_fullstack now");
            assertThat(page.evaluate("window.stays").asBoolean()).isTrue();
            assertThat(page.console()).isEmpty();
        }
    }

    @Test
    void bothPagesOfTheSecuredExampleWorkAndTheirConsoleIsEmpty() throws Exception {
        try (var app = Example.run(home, Example.SECURED);
                var browser = Chromium.start(home)) {
            var page = browser.tab();
            app.proa.ready();
            page.open(app.address());
            page.says("#events", "open");
            page.says("#room", "open");
            page.says("#walls", "all 8 hold");
            page.evaluate(
                    "document.getElementById('words').value = 'good morning';"
                            + " document.getElementById('say').requestSubmit()");
            page.says("#said", "good morning");

            var cookie = browser.cookies().valueStream().toList();
            assertThat(cookie).hasSize(1);
            var base = URI.create(app.proa.instance().baseUrl());
            assertThat(cookie.getFirst().path("name").asString())
                    .isEqualTo("proa_" + base.getPort());
            assertThat(cookie.getFirst().path("httpOnly").asBoolean()).isTrue();
            assertThat(cookie.getFirst().path("sameSite").asString()).isEqualTo("Strict");
            assertThat(page.evaluate("document.cookie").asString()).isEmpty();

            page.open(base + "/transfer.html");
            page.click("#upload button");
            page.says("#upload-state", "same sum");
            page.click("#download button");
            page.says("#download-state", "same sum");
            page.says("#transfers", "done");
            assertThat(page.console()).isEmpty();
        }
    }

    @Test
    void aPageOfAnotherOriginReadsNothingAndChangesNothing() throws Exception {
        var foreign =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        foreign.createContext(
                "/",
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "text/html");
                    var body =
                            "<!doctype html><title>Foreign</title><body>"
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        foreign.start();
        try (var app = Example.run(home, Example.SECURED);
                var browser =
                        Chromium.start(
                                home, "--host-resolver-rules=MAP rebound.example 127.0.0.1")) {
            var page = browser.tab();
            app.proa.ready();
            page.open(app.address()); // from now on the browser has the cookie
            page.says("#events", "open");

            page.open("http://127.0.0.1:" + foreign.getAddress().getPort() + "/");
            var tried =
                    page.evaluate(
                            "(" + ATTACK.strip() + ")('" + app.proa.instance().baseUrl() + "')");

            for (var each : new String[] {"read", "preflight", "script", "image", "socket"}) {
                assertThat(tried.path(each).asString()).as(each).isEqualTo("refused");
            }
            // What a page sends blindly it cannot see; that the app still runs shows that it was
            // refused.
            assertThat(app.proa.json("/_proa/status").path("state").asString()).isEqualTo("READY");
            assertThat(app.proa.json("/api/files/transfers").path("transfers").isEmpty()).isTrue();

            int port = URI.create(app.proa.instance().baseUrl()).getPort();
            var rebound = "http://rebound.example:" + port + "/";
            page.evaluate("location.href = '" + rebound + "'; true");
            Await.until("the answer to another name", () -> !page.statuses(rebound).isEmpty());
            assertThat(page.statuses(rebound)).allMatch(status -> status == 421);
        } finally {
            foreign.stop(0);
        }
    }
}
