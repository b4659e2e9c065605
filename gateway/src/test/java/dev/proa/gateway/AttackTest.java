package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks of {@code docs/attacks.md} on whose request it is and where it goes, over sockets. */
@SuppressWarnings("StringConcatToTextBlock") // on the wire a line ends with CR LF
class AttackTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /** Nothing that would help a foreign page, whatever was refused. */
    private static void refusedWithoutHelp(RawClient.Answer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.fields())
                .noneMatch(line -> line.startsWith("access-control"))
                .noneMatch(line -> line.startsWith("set-cookie"))
                .contains("cross-origin-resource-policy: same-origin")
                .contains("x-content-type-options: nosniff");
    }

    /** The page's cookie, as a field line. */
    private static String cookie(TestGateway gateway) {
        var boot = gateway.gateway.bootAddress(Duration.ofMinutes(1));
        var answer =
                gateway.ask(
                        "GET %s?%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n"
                                .formatted(boot.getPath(), boot.getQuery(), gateway.port()));
        return "Cookie: " + answer.field("set-cookie").orElseThrow().replaceFirst(";.*", "");
    }

    private static String plain(TestGateway gateway, String line, String... fields) {
        return line
                + " HTTP/1.1\r\nHost: 127.0.0.1:"
                + gateway.port()
                + "\r\n"
                + String.join("", List.of(fields).stream().map(field -> field + "\r\n").toList())
                + "\r\n";
    }

    @ParameterizedTest
    @CsvSource({
        "421, evil.com:PORT",
        "421, 127.0.0.1.evil:PORT",
        "421, 127.0.0.1:1",
        "421, 127.0.0.1",
        "421, localhost:PORT",
        "421, localhost.:PORT",
        "421, 127.1:PORT",
        "421, 2130706433:PORT",
        "421, [::1]:PORT",
        "421, a@127.0.0.1:PORT",
        "421, 127.0.0.1:0PORT",
        "421, '127.0.0.1:PORT, evil'",
        "421, ''"
    })
    void refusesAnyOtherHostBeforeItLooksAtTheToken(int status, String host) {
        try (var upstream = ScriptedUpstream.answering(OK);
                var gateway = TestGateway.plan().route("/", upstream.port()).open()) {
            var wrong = host.replace("PORT", Integer.toString(gateway.port()));
            for (var token : List.of(gateway.token.reveal(), "wrong")) {
                var answer =
                        gateway.ask(
                                "GET / HTTP/1.1\r\nHost: %s\r\nX-Proa-Token: %s\r\n\r\n"
                                        .formatted(wrong, token));

                refusedWithoutHelp(answer, status);
                assertThat(answer.body()).isEmpty();
            }
            assertThat(upstream.heads()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, GET http://evil.com/",
        "400, GET https://evil.com:443/",
        "400, GET http://127.0.0.1/",
        "400, GET //evil.com/",
        "400, GET evil.com/",
        "400, GET @evil.com/",
        "400, GET *",
        "400, CONNECT evil.com:443",
        "400, CONNECT /api",
        "405, OPTIONS *",
        "405, TRACE /api",
        "400, GET /api/../secret",
        "400, GET /api/%2e%2e/secret",
        "400, GET /api/%252e%252e/secret",
        "400, GET /api/..%2fsecret",
        "400, GET /api/..;/secret",
        "400, GET /api/..\\secret",
        "400, GET /api%00",
        "400, GET /api%0d%0aA:b",
        "404, GET /_proa%2fstatus",
        "404, GET /%5Fproa;a/status",
        "404, GET /_PROA/status"
    })
    void forwardsNoTargetThatIsNotAPlainPathOfItsOwn(int status, String line) {
        try (var upstream = ScriptedUpstream.answering(OK);
                var gateway = TestGateway.plan().route("/", upstream.port()).open()) {
            var words = line.split(" ", 2);
            var answer = gateway.ask(gateway.request(words[0], words[1]));

            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field("allow").isPresent()).isEqualTo(status == 405);
            assertThat(upstream.heads()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, Origin: https://evil.com",
        "POST, Origin: http://127.0.0.1:8080",
        "POST, Origin: http://localhost:PORT",
        "POST, Origin: https://127.0.0.1:PORT",
        "POST, Origin: null",
        "POST, Origin:",
        "POST, A: b",
        "POST, Sec-Fetch-Site: same-origin",
        "POST, Sec-Fetch-Site: none",
        "GET, Sec-Fetch-Site: cross-site",
        "GET, Sec-Fetch-Site: same-site",
        "GET, Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate",
        "GET, Sec-Fetch-Site: none|Sec-Fetch-Mode: no-cors",
        "GET, Upgrade: websocket|Connection: Upgrade",
        "GET, Upgrade: websocket|Connection: Upgrade|Origin: https://evil.com",
        "DELETE, A: b"
    })
    void letsNobodyUseThePagesCookieFromElsewhere(String method, String fields) {
        try (var upstream = ScriptedUpstream.answering(OK);
                var gateway = TestGateway.plan().route("/", upstream.port()).open()) {
            var cookie = cookie(gateway);
            var own = "Origin: http://127.0.0.1:" + gateway.port();
            var some = fields.replace("PORT", Integer.toString(gateway.port())).split("\\|");
            var all = new ArrayList<>(List.of(some));
            all.add(cookie);

            var answer = gateway.ask(plain(gateway, method + " /x", all.toArray(String[]::new)));

            refusedWithoutHelp(answer, 403);
            assertThat(upstream.heads()).isZero();
            assertThat(gateway.ask(plain(gateway, method + " /x", cookie, own)).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void answersAForeignPreflightWithoutAnyPermission() {
        try (var upstream = ScriptedUpstream.answering(OK);
                var gateway = TestGateway.plan().route("/", upstream.port()).open()) {
            var preflight =
                    plain(
                            gateway,
                            "OPTIONS /x",
                            "Origin: https://evil.com",
                            "Access-Control-Request-Method: PUT",
                            "Access-Control-Request-Private-Network: true");

            refusedWithoutHelp(gateway.ask(preflight), 403);
            assertThat(upstream.heads()).isZero();
        }
    }

    @Test
    void handsThePageChannelToNoForeignPage() {
        try (var gateway = TestGateway.plan().open()) {
            var cookie = cookie(gateway);
            var fields = PageSocketClient.handshake(gateway, cookie);
            assertThat(gateway.ask(plain(gateway, "GET /_proa/channel", fields)).status())
                    .isEqualTo(101);
            for (var origin : List.of("Origin: https://evil.com", "Origin: null", "A: b")) {
                fields[4] = origin;

                refusedWithoutHelp(gateway.ask(plain(gateway, "GET /_proa/channel", fields)), 403);
            }
        }
    }

    @Test
    void answersEveryWrongTokenAlikeAndNotesNoneOfThem() {
        try (var before = TestGateway.plan().open();
                var gateway = TestGateway.plan().open()) {
            var right = gateway.token.reveal();
            var answers = new ArrayList<String>();
            for (var token :
                    List.of(
                            "X-Proa-Token: " + before.token.reveal(),
                            "X-Proa-Token: short",
                            "X-Proa-Token: " + right + "x",
                            "X-Proa-Token: " + right.substring(1),
                            "X-Proa-Token:",
                            "Authorization: Bearer wrong-bearer",
                            "Authorization: Basic " + right,
                            "Cookie: proa_" + gateway.port() + "=" + right,
                            "A: b")) {
                var answer = gateway.ask(plain(gateway, "GET /_proa/journal", token));
                refusedWithoutHelp(answer, 401);
                answers.add(answer.text().replaceAll("\"instance\":\"[^\"]*\"", ""));
            }

            gateway.end();
            assertThat(answers).hasSize(9).containsOnly(answers.getFirst());
            assertThat(gateway.journal.toString())
                    .doesNotContain(right, before.token.reveal(), "wrong-bearer");
        }
    }

    @Test
    void takesNoTokenFromTheQueryAndKeepsNoncesOutOfSight() {
        try (var gateway = TestGateway.plan().open()) {
            var inQuery = "GET /?token=TOKEN&X-Proa-Token=TOKEN&k=TOKEN&proaToken=TOKEN";
            assertThat(
                            gateway.ask(
                                            plain(
                                                    gateway,
                                                    inQuery.replace(
                                                            "TOKEN", gateway.token.reveal())))
                                    .status())
                    .isEqualTo(401);
            var boot = gateway.gateway.bootAddress(Duration.ofMinutes(1));
            var trade = plain(gateway, "GET " + boot.getPath() + "?" + boot.getQuery());

            var first = gateway.ask(trade);
            var second = gateway.ask(trade);

            assertThat(first.status()).isEqualTo(303);
            // Else the browser would tell the next page where it comes from.
            assertThat(first.fields()).contains("referrer-policy: no-referrer");
            assertThat(second.status()).isEqualTo(401);
            gateway.end();
            assertThat(gateway.journal.toString())
                    .doesNotContain(boot.getQuery().substring(2), gateway.token.reveal());
        }
    }

    @Test
    void listensOnOneLoopbackAddressOnly() throws IOException {
        try (var gateway = TestGateway.plan().ingest(IngestOptions.Access.TOKEN, "/v1").open()) {
            var others = new ArrayList<>(List.of(InetAddress.getByName("127.0.0.2")));
            for (var network : NetworkInterface.networkInterfaces().toList()) {
                network.inetAddresses()
                        .filter(address -> !address.isLoopbackAddress())
                        .forEach(others::add);
            }
            var ports =
                    List.of(gateway.port(), gateway.gateway.ingestPort().orElseThrow().number());
            for (var port : ports) {
                for (var address : others) {
                    assertThatThrownBy(() -> connect(address, port))
                            .as("%s:%d", address, port)
                            .isInstanceOf(IOException.class);
                }
            }
        }
    }

    private static void connect(InetAddress address, int port) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1000);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../../../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/..%2f..%2fetc/passwd",
                "/%252e%252e%252fetc/passwd",
                "/..%c0%af..%c0%afetc/passwd",
                "/....//....//etc/passwd",
                "/..\\..\\etc\\passwd",
                "/%5c%5chost%5cshare",
                "/index.html%00.js",
                "/index.html::$DATA",
                "/C:/Windows/win.ini",
                "//etc/passwd",
                "/etc/passwd",
                "/file:///etc/passwd",
                "/link",
                "/links/passwd",
                "/.env",
                "/.git/config"
            })
    void readsNothingOutsideTheIndexOfThePage(String path, @TempDir Path root) throws IOException {
        var page = Files.createDirectory(root.resolve("page"));
        Files.createDirectory(page.resolve(".git"));
        var outside = Files.createDirectory(root.resolve("outside"));
        Files.writeString(outside.resolve("passwd"), "root:secret");
        Files.writeString(page.resolve("index.html"), "page");
        Files.writeString(page.resolve(".env"), "root:secret");
        Files.writeString(page.resolve(".git/config"), "root:secret");
        Files.createSymbolicLink(page.resolve("link"), outside.resolve("passwd"));
        Files.createSymbolicLink(page.resolve("links"), outside);
        try (var gateway = TestGateway.plan().page(page, false).open()) {
            var answer = gateway.ask(gateway.request("GET", path));

            assertThat(answer.status()).isIn(400, 404);
            assertThat(answer.text()).doesNotContain("root:");
        }
    }

    @Test
    void goesOnlyWhereTheRoutesSayAndFollowsNothing() {
        var moved =
                "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\n"
                        + "Content-Length: 0\r\n\r\n";
        try (var upstream = ScriptedUpstream.answering(moved);
                var other = ScriptedUpstream.answering(OK);
                var gateway = TestGateway.plan().route("/api", upstream.port()).open()) {
            var answer =
                    gateway.ask(
                            gateway.request(
                                    "GET",
                                    "/api/@127.0.0.1:%d/?url=http://127.0.0.1:%d/"
                                            .formatted(other.port(), other.port()),
                                    "X-Forwarded-Host: 127.0.0.1:" + other.port(),
                                    "X-Original-URL: http://127.0.0.1:" + other.port(),
                                    "Forwarded: host=127.0.0.1:" + other.port()));

            assertThat(answer.status()).isEqualTo(302);
            assertThat(answer.field("location")).contains("http://169.254.169.254/latest");
            assertThat(upstream.heads()).isEqualTo(1);
            assertThat(other.connections()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"script", "image", "style", "iframe", "empty"})
    void givesNothingToAForeignPageThatEmbedsIt(String destination) {
        var json =
                new BackendRoute(
                        "GET",
                        "/api/list",
                        0,
                        _ -> BackendResponse.json(200, "[1]".getBytes(StandardCharsets.UTF_8)));
        try (var gateway = TestGateway.plan().open(json)) {
            var cookie = cookie(gateway);
            var site = "Sec-Fetch-Site: cross-site";
            var what = "Sec-Fetch-Dest: " + destination;

            // A browser would not even send the cookie; it changes nothing.
            for (var proof : List.of("A: b", cookie)) {
                var answer = gateway.ask(plain(gateway, "GET /api/list", site, what, proof));
                refusedWithoutHelp(answer, 403);
            }
            var old = gateway.ask(plain(gateway, "GET /api/list", what));
            refusedWithoutHelp(old, 401);
            var own = gateway.ask(plain(gateway, "GET /api/list", cookie));
            assertThat(own.fields())
                    .contains("content-type: application/json", "x-content-type-options: nosniff");
        }
    }
}
