package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.ProaException;
import dev.proa.journal.RuntimeEvent;
import dev.proa.testkit.HandTurnedClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class PageTest {
    @TempDir Path root;
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        folder = Files.createDirectory(root.resolve("page"));
        var outside = Files.createDirectory(root.resolve("outside"));
        Files.writeString(outside.resolve("passwd"), "secret");
        Files.writeString(folder.resolve("index.html"), "<h1>page</h1>");
        Files.writeString(folder.resolve("a b.txt"), "text");
        Files.writeString(folder.resolve(".env"), "secret");
        Files.createDirectories(folder.resolve(".git"));
        Files.writeString(folder.resolve(".git/config"), "secret");
        Files.createDirectories(folder.resolve("assets"));
        Files.writeString(folder.resolve("assets/app-3f9a1c77.js"), "let a = 1;\n".repeat(1000));
        Files.createSymbolicLink(folder.resolve("out"), outside);
        Files.createSymbolicLink(folder.resolve("passwd"), outside.resolve("passwd"));
    }

    private TestGateway open(boolean spa) {
        return TestGateway.plan().page(folder, spa).open();
    }

    @Test
    void servesTheDocumentWithItsGuards() {
        try (var gateway = open(false)) {
            var answer = gateway.ask(gateway.request("GET", "/"));

            assertThat(answer.text()).isEqualTo("<h1>page</h1>");
            assertThat(answer.fields())
                    .contains(
                            "content-type: text/html; charset=utf-8",
                            "content-security-policy: default-src 'self'; frame-ancestors 'none';"
                                    + " object-src 'none'; base-uri 'none'",
                            "x-content-type-options: nosniff",
                            "cross-origin-resource-policy: same-origin",
                            "cross-origin-opener-policy: same-origin",
                            "referrer-policy: no-referrer",
                            "cache-control: no-store");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/.env",
                "/.git/config",
                "/out/passwd",
                "/passwd",
                "/assets",
                "/assets/",
                "/nothing",
                "/a%2520b.txt",
                "/assets%2fapp-3f9a1c77.js",
                "/index.html/",
                "/a//b.txt",
                "/C:/x"
            })
    void servesNothingThatIsNotAPlainFileOfThePage(String path) {
        try (var gateway = open(false)) {
            assertThat(gateway.ask(gateway.request("GET", path)).status()).isEqualTo(404);
        }
    }

    @Test
    void decodesAPathOnce() {
        try (var gateway = open(false)) {
            assertThat(gateway.ask(gateway.request("GET", "/a%20b.txt")).text()).isEqualTo("text");
        }
    }

    @Test
    void sendsNothingAgainThatTheClientHas() {
        try (var gateway = open(false)) {
            var first = gateway.ask(gateway.request("GET", "/assets/app-3f9a1c77.js"));
            var tag = first.field("etag").orElseThrow();
            var again =
                    gateway.ask(
                            gateway.request(
                                    "GET",
                                    "/assets/app-3f9a1c77.js",
                                    "If-None-Match: \"x\", W/" + tag));

            assertThat(again.status()).isEqualTo(304);
            assertThat(again.field("etag")).contains(tag);
            assertThat(first.field("cache-control"))
                    .contains("public, max-age=31536000, immutable");
        }
    }

    @Test
    void compressesForWhomUnderstandsIt() throws IOException {
        try (var gateway = open(false)) {
            var plain = gateway.ask(gateway.request("GET", "/assets/app-3f9a1c77.js"));
            var packed =
                    gateway.ask(
                            gateway.request(
                                    "GET",
                                    "/assets/app-3f9a1c77.js",
                                    "Accept-Encoding: gzip, br;q=0.5"));

            assertThat(packed.field("content-encoding")).contains("gzip");
            assertThat(packed.body().length).isLessThan(1000);
            assertThat(packed.field("etag")).isNotEqualTo(plain.field("etag"));
            var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()));
            assertThat(unpacked.readAllBytes()).isEqualTo(plain.body());
        }
    }

    @Test
    void streamsAFileOver1MbFromDisk() throws IOException {
        Files.write(folder.resolve("film.mp4"), new byte[3_000_000]);
        try (var gateway = open(false);
                var client = gateway.connect()) {
            var head = client.ask(gateway.request("HEAD", "/film.mp4"));
            var film = client.ask(gateway.request("GET", "/film.mp4"));

            assertThat(head.field("content-length")).contains("3000000");
            assertThat(film.body()).hasSize(3_000_000);
            assertThat(client.ask(gateway.request("GET", "/")).status()).isEqualTo(200);
        }
    }

    @Test
    void allowsOnlyReading() {
        try (var gateway = open(true)) {
            var answer = gateway.ask(gateway.request("DELETE", "/index.html"));

            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.field("allow")).contains("GET, HEAD");
        }
    }

    @Test
    void servesTheDocumentForPlacesInThePageOnlyIfAsked() {
        try (var gateway = open(true)) {
            assertThat(gateway.ask(gateway.request("GET", "/sessions/7")).text())
                    .isEqualTo("<h1>page</h1>");
            assertThat(gateway.ask(gateway.request("GET", "/missing.js")).status()).isEqualTo(404);
            for (var field :
                    List.of(
                            "Accept: application/json",
                            "Accept: image/avif, image/webp",
                            "Accept: text/html;q=0",
                            "Sec-Fetch-Mode: cors")) {
                var answer = gateway.ask(gateway.request("GET", "/sessions/7", field));
                assertThat(answer.status()).as(field).isEqualTo(404);
            }
            var browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8";
            assertThat(gateway.ask(gateway.request("GET", "/sessions/7", browser)).status())
                    .isEqualTo(200);
            assertThat(gateway.ask(gateway.request("POST", "/sessions/7")).status()).isEqualTo(404);
        }
    }

    @Test
    void showsNoPageToProgramsThatAskForAnEndpointThatThereIsNot() {
        var endpoint = BackendRoute.reading("GET", "/api/x", _ -> BackendResponse.empty(204));
        try (var gateway = TestGateway.plan().page(folder, true).open(endpoint)) {
            var browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8";
            for (var path : List.of("/api/y", "/api/x/", "/api")) {
                assertThat(gateway.ask(gateway.request("GET", path)).status()).isEqualTo(404);
                assertThat(gateway.ask(gateway.request("GET", path, "Accept: */*")).status())
                        .isEqualTo(404);
                assertThat(gateway.ask(gateway.request("GET", path, browser)).status())
                        .isEqualTo(200);
            }
            assertThat(gateway.ask(gateway.request("GET", "/sessions/7")).status()).isEqualTo(200);
        }
    }

    @Test
    void sendsWhoAsksForAPageThatThereIsNotToTheConsole() {
        try (var gateway = TestGateway.plan().open()) {
            var answer = gateway.ask(gateway.request("GET", "/"));

            assertThat(answer.status()).isEqualTo(303);
            assertThat(answer.field("location")).contains("/_proa/console");
            assertThat(gateway.ask(gateway.request("GET", "/x")).status()).isEqualTo(404);
            assertThat(gateway.ask(gateway.request("POST", "/")).status()).isEqualTo(404);
        }
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        assertThatThrownBy(() -> TestGateway.plan().page(folder.resolve("none"), false).open())
                .isInstanceOf(ProaException.class)
                .hasMessageContaining("ui.dir");
    }

    @Test
    void tradesAnAddressOnceForTheCookie() {
        try (var gateway = open(false)) {
            var address = gateway.gateway.bootAddress(Duration.ofMinutes(10));
            var boot =
                    "GET %s?%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nSec-Fetch-Site: none\r\n\r\n"
                            .formatted(address.getPath(), address.getQuery(), gateway.port());

            var first = gateway.ask(boot);
            var second = gateway.ask(boot);

            assertThat(first.status()).isEqualTo(303);
            assertThat(first.field("location")).contains("/");
            var cookie = first.field("set-cookie").orElseThrow();
            assertThat(cookie)
                    .startsWith("proa_" + gateway.port() + "=")
                    .endsWith("; Path=/; HttpOnly; SameSite=Strict")
                    .doesNotContain(gateway.token.reveal());
            assertThat(second.status()).isEqualTo(401);
            var page =
                    "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n"
                            .formatted(gateway.port(), cookie.replaceFirst(";.*", ""));
            assertThat(gateway.ask(page).text()).isEqualTo("<h1>page</h1>");
        }
    }

    @Test
    void refusesAnAddressAfterItsTime() {
        var clock = new HandTurnedClock();
        try (var gateway = TestGateway.plan().clock(clock).open()) {
            var answer = gateway.ask(gateway.request("POST", "/_proa/boot", "Content-Length: 0"));
            var path = answer.text().replaceAll(".*(/_proa/boot.*)\".*", "$1");

            clock.turn(Duration.ofSeconds(10));

            assertThat(answer.text()).contains("{\"url\":\"http://127.0.0.1:" + gateway.port());
            assertThat(gateway.ask(gateway.request("GET", path)).status()).isEqualTo(401);
        }
    }

    @Test
    void saysThatItLivesToAnyoneWithTheRightHost() {
        try (var gateway = open(false)) {
            var answer =
                    gateway.ask(
                            "GET /_proa/health/live HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
                                    .formatted(gateway.port()));

            assertThat(answer.text()).isEqualTo("{\"status\":\"alive\"}");
        }
    }

    @Test
    void countsRefusalsIntoTheJournalWithoutTheirValues() {
        var clock = new HandTurnedClock();
        try (var gateway = TestGateway.plan().clock(clock).open()) {
            for (var i = 0; i < 5; i++) {
                gateway.ask(
                        "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Proa-Token: guess\r\n\r\n"
                                .formatted(gateway.port()));
            }
            assertThat(gateway.journal)
                    .filteredOn(RuntimeEvent.RequestsRefused.class::isInstance)
                    .containsExactly(new RuntimeEvent.RequestsRefused("token", 1));

            gateway.end();

            assertThat(gateway.journal)
                    .contains(new RuntimeEvent.RequestsRefused("token", 4))
                    .noneMatch(event -> event.toString().contains("guess"));
        }
    }

    @Test
    void freesItsPortAndSaysWhenOneIsTaken() {
        var gateway = open(false);
        try (gateway) {
            assertThatThrownBy(() -> TestGateway.plan().port(gateway.port()).open())
                    .isInstanceOf(ProaException.class)
                    .hasMessageContaining("port " + gateway.port() + " of 127.0.0.1 is taken");
        }
        try (var next = TestGateway.plan().port(gateway.port()).open()) {
            assertThat(next.port()).isEqualTo(gateway.port());
        }
    }
}
