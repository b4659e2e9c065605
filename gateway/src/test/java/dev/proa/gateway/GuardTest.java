package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.Secret;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GuardTest {
    private static final Secret TOKEN = Secret.of("right-token");
    private static final Keys KEYS = new Keys(TOKEN, 4000);
    private static final String COOKIE = "Cookie: " + KEYS.cookieToPlant().replaceFirst(";.*", "");
    private static final String HOST = "Host: 127.0.0.1:4000";
    private static final String RIGHT = "X-Proa-Token: right-token";
    private static final String OWN = "Origin: http://127.0.0.1:4000";
    private static final int PASSES = 0;

    private final Guard guard =
            new Guard(
                    "127.0.0.1:4000"::equals,
                    Guard.sameOrigin("http://127.0.0.1:4000"),
                    new PageEntrance(KEYS));

    private static Arguments row(int status, String line, String... fields) {
        return Arguments.of(status, line, List.of(fields));
    }

    static List<Arguments> table() {
        return List.of(
                row(PASSES, "GET /", HOST, RIGHT),
                row(PASSES, "GET /", HOST, "Authorization: Bearer right-token"),
                row(PASSES, "GET /", HOST, "Authorization: bearer right-token"),
                row(PASSES, "GET /", HOST, COOKIE),
                row(PASSES, "GET /", HOST, "Cookie: a=b; proa_4000=planted", COOKIE),
                row(PASSES, "POST /", HOST, RIGHT),
                row(PASSES, "POST /", HOST, COOKIE, OWN),
                row(PASSES, "GET /", HOST, COOKIE, "Upgrade: websocket", OWN),
                row(PASSES, "GET /", HOST, COOKIE, "Sec-Fetch-Site: same-origin"),
                row(
                        PASSES,
                        "GET /",
                        HOST,
                        COOKIE,
                        "Sec-Fetch-Site: none",
                        "Sec-Fetch-Mode: navigate"),
                row(PASSES, "GET /_proa/health/live", HOST),
                row(PASSES, "GET /_proa/boot?k=x", HOST),
                row(PASSES, "GET /a%20b?q=%C3%A4", HOST, RIGHT),
                // parse
                row(400, "GET http://evil.com/", HOST, RIGHT),
                row(400, "GET //evil.com/", HOST, RIGHT),
                row(400, "CONNECT 127.0.0.1:80", HOST, RIGHT),
                row(405, "OPTIONS *", HOST, RIGHT),
                row(400, "GET *", HOST, RIGHT),
                row(405, "TRACE /", HOST, RIGHT),
                row(400, "GET /a/../b", HOST, RIGHT),
                row(400, "GET /a/./b", HOST, RIGHT),
                row(400, "GET /a/%2e%2E/b", HOST, RIGHT),
                row(400, "GET /a/%252e%252e/b", HOST, RIGHT),
                row(400, "GET /a/..%2fb", HOST, RIGHT),
                row(400, "GET /a/..%5cb", HOST, RIGHT),
                row(400, "GET /a/..;x/b", HOST, RIGHT),
                row(400, "GET /a\\b", HOST, RIGHT),
                row(400, "GET /a#b", HOST, RIGHT),
                row(400, "GET /a%00b", HOST, RIGHT),
                row(400, "GET /a%2500b", HOST, RIGHT),
                row(400, "GET /a%0d%0ab", HOST, RIGHT),
                row(400, "GET /a%2", HOST, RIGHT),
                row(400, "GET /a?x=%zz", HOST, RIGHT),
                row(400, "GET /", RIGHT),
                row(400, "GET /", HOST, HOST, RIGHT),
                row(400, "POST /", HOST, RIGHT, "Content-Length: 3", "Transfer-Encoding: chunked"),
                row(400, "POST /", HOST, RIGHT, "Content-Length: 3", "Content-Length: 3"),
                row(400, "POST /", HOST, RIGHT, "Content-Length: 4, 5"),
                row(400, "POST /", HOST, RIGHT, "Content-Length: +4"),
                row(400, "POST /", HOST, RIGHT, "Content-Length: 9223372036854775808"),
                row(501, "POST /", HOST, RIGHT, "Transfer-Encoding: xchunked"),
                row(501, "POST /", HOST, RIGHT, "Transfer-Encoding: gzip, chunked"),
                row(
                        400,
                        "POST /",
                        HOST,
                        RIGHT,
                        "Transfer-Encoding: chunked",
                        "Transfer-Encoding: chunked"),
                row(417, "POST /", HOST, RIGHT, "Expect: tea"),
                // Host
                row(421, "GET /", "Host: evil.com:4000", RIGHT),
                row(421, "GET /", "Host: 127.0.0.1.evil:4000", RIGHT),
                row(421, "GET /", "Host: 127.0.0.1:4001", RIGHT),
                row(421, "GET /", "Host: 127.0.0.1", RIGHT),
                row(421, "GET /", "Host: ", RIGHT),
                row(421, "GET /", "Host: localhost:4000", RIGHT),
                row(421, "GET /", "Host: localhost.:4000", RIGHT),
                row(421, "GET /_proa/health/live", "Host: evil.com:4000"),
                // Origin, also with a right token
                row(403, "GET /", HOST, RIGHT, "Origin: https://evil.com"),
                row(403, "GET /", HOST, RIGHT, "Origin: null"),
                row(403, "GET /", HOST, RIGHT, "Origin: http://127.0.0.1:8080"),
                row(403, "GET /", HOST, RIGHT, "Origin: http://localhost:4000"),
                row(403, "GET /", HOST, RIGHT, OWN, OWN),
                row(403, "OPTIONS /", HOST, "Origin: https://evil.com"),
                row(403, "GET /_proa/boot?k=x", HOST, "Origin: https://evil.com"),
                row(403, "GET /_proa/health/live", HOST, "Origin: https://evil.com"),
                // Sec-Fetch-Site
                row(403, "GET /", HOST, RIGHT, "Sec-Fetch-Site: cross-site"),
                row(403, "GET /", HOST, COOKIE, "Sec-Fetch-Site: same-site"),
                row(403, "POST /", HOST, COOKIE, OWN, "Sec-Fetch-Site: none"),
                row(403, "GET /", HOST, COOKIE, "Sec-Fetch-Site: none", "Sec-Fetch-Mode: cors"),
                row(
                        403,
                        "GET /",
                        HOST,
                        RIGHT,
                        "Sec-Fetch-Site: same-origin",
                        "Sec-Fetch-Site: cross-site"),
                // token
                row(401, "GET /", HOST),
                row(401, "GET /", HOST, "X-Proa-Token: wrong"),
                row(401, "GET /", HOST, "X-Proa-Token: right-tokem"),
                row(401, "GET /", HOST, RIGHT, "X-Proa-Token: wrong"),
                row(401, "GET /", HOST, "X-Proa-Token: wrong", COOKIE),
                row(401, "GET /", HOST, "Authorization: Basic right-token"),
                row(401, "GET /?token=right-token", HOST),
                row(401, "GET /", HOST, "Cookie: proa_4000=right-token"),
                row(401, "GET /", HOST, COOKIE.replace("4000", "4001")),
                row(401, "POST /_proa/health/live", HOST),
                row(401, "POST /_proa/boot", HOST),
                row(401, "GET /_proa/health/ready", HOST),
                row(403, "POST /", HOST, COOKIE),
                row(403, "DELETE /", HOST, COOKIE, "Sec-Fetch-Site: same-origin"),
                row(403, "GET /", HOST, COOKIE, "Upgrade: websocket"));
    }

    @ParameterizedTest(name = "{1} with {2} is {0}")
    @MethodSource("table")
    void decidesByTheHeadAlone(int status, String line, List<String> fields) {
        var headers = new DefaultHttpHeaders();
        for (var field : fields) {
            headers.add(
                    field.substring(0, field.indexOf(':')),
                    field.substring(field.indexOf(':') + 1).strip());
        }
        var words = line.split(" ", 2);

        var verdict = guard.check(new Head(words[0], words[1], true, headers), Guard.Peer.UNKNOWN);

        var got =
                switch (verdict) {
                    case Guard.Verdict.Passed _ -> PASSES;
                    case Guard.Verdict.Refused(Refusal refusal) -> refusal.status();
                };
        assertThat(got).isEqualTo(status);
    }
}
