package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests have names, and leave one line each that holds no secret. */
class AccessLogTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @TempDir private Path folder;

    private static List<JsonNode> lines(Path file) throws IOException {
        var mapper = new JsonMapper();
        return Files.readAllLines(file).stream().map(mapper::readTree).toList();
    }

    @Test
    void writesOneLineForEachRequestWithoutQueriesAndTokens() throws IOException {
        var file = folder.resolve("access.log");
        String token;
        try (var upstream = ScriptedUpstream.answering(OK);
                var gateway =
                        TestGateway.plan()
                                .route("/api", upstream.port())
                                .notReady("/away", java.time.Duration.ofSeconds(1))
                                .accessLog(file)
                                .open();
                var client = gateway.connect()) {
            token = gateway.token.reveal();
            client.ask(gateway.request("GET", "/api/x?k=" + token, "X-Request-Id: mine-1"));
            client.ask(gateway.request("HEAD", "/away"));
            gateway.ask(
                    "GET /_proa/boot?k=nonce HTTP/1.1\r\nHost: 127.0.0.1:"
                            + gateway.port()
                            + "\r\n\r\n");
            gateway.ask("GET /api/y HTTP/1.1\r\nHost: evil\r\n\r\n");
            gateway.ask("nonsense\r\n\r\n");
            gateway.end();

            var lines = lines(file);
            assertThat(lines)
                    .extracting(line -> line.path("status").asInt())
                    .containsExactly(200, 503, 401, 421, 400);
            assertThat(lines.getFirst().path("id").asString()).isEqualTo("mine-1");
            assertThat(lines.getFirst().path("path").asString()).isEqualTo("/api/x?***");
            assertThat(lines.getFirst().path("to").asString()).isEqualTo("/api");
            assertThat(lines.getFirst().path("bytes").asInt()).isEqualTo(2);
            assertThat(lines.get(1).path("bytes").asInt()).isZero();
            assertThat(Files.readString(file)).doesNotContain(token).doesNotContain("nonce");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void keepsFourOldFilesOf16MbEach() throws IOException {
        var file = folder.resolve("access.log");
        for (var number = 1; number <= 4; number++) {
            Files.writeString(folder.resolve("access.log." + number), "old " + number);
        }
        Files.write(file, new byte[16 * 1024 * 1024]);
        try (var gateway = TestGateway.plan().accessLog(file).open()) {
            gateway.ask(gateway.request("GET", "/"));
            gateway.end();

            assertThat(lines(file)).hasSize(1);
            assertThat(folder.resolve("access.log.1")).hasSize(16 * 1024 * 1024);
            assertThat(folder.resolve("access.log.2")).hasContent("old 1");
            assertThat(folder.resolve("access.log.4")).hasContent("old 3");
            assertThat(folder.resolve("access.log.5")).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "A.b_c-9", "%s"})
    void keepsAHarmlessNameOfARequest(String given) {
        var name = given.equals("%s") ? "y".repeat(128) : given;
        try (var gateway = TestGateway.plan().open()) {
            var answer = gateway.ask(gateway.request("GET", "/", "X-Request-Id: " + name));

            assertThat(answer.field("x-request-id")).contains(name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;b", "\u00e4", "%s"})
    void makesANameWhereThereIsNoHarmlessOne(String given) {
        var name = given.equals("%s") ? "y".repeat(129) : given;
        try (var gateway = TestGateway.plan().open();
                var client = gateway.connect()) {
            var first = client.ask(gateway.request("GET", "/", "X-Request-Id: " + name));
            var second = client.ask(gateway.request("GET", "/"));

            assertThat(first.field("x-request-id").orElseThrow()).matches("[A-Za-z0-9._-]{1,128}");
            assertThat(first.field("x-request-id")).isNotEqualTo(second.field("x-request-id"));
        }
    }
}
