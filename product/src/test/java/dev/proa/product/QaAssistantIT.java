package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code examples/qa-assistant} in both modes, as one tries it who has just got it. */
class QaAssistantIT {
    private static final String EXAMPLE_PROFILE =
            Example.ASSISTANT.resolve("runtime-profile.example.json").toString();
    private static final Duration SLOW = Duration.ofSeconds(90);

    private Home home;

    @BeforeAll
    static void install() throws Exception {
        Example.prepare();
    }

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    @Test
    void itBearsStrangersOnItsPortsAndTheDeathOfEachPart() throws Exception {
        try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var app = Example.run(home, Example.ASSISTANT, "--profile", ports(one, other))) {
            Await.until("all run: " + app.proa, SLOW, () -> ready(app));
            assertThat(port(app, "backend")).isNotEqualTo(one.getLocalPort());
            assertThat(port(app, "mongo")).isNotEqualTo(other.getLocalPort());
            ask(app, "What happens when the backend crashes?");

            app.process("backend").destroyForcibly();
            readyAgain(app, "backend", 1);
            assertThat(questions(app)).hasSize(1);

            app.process("mongo").destroyForcibly();
            readyAgain(app, "mongo", 1);
            Await.until("ready again: " + app.proa, SLOW, () -> ready(app));
            assertThat(questions(app)).hasSize(1);
            assertThat(app.sidecar("backend").path("restarts").asInt()).isEqualTo(1);
        }
        var log = Files.readString(home.data("d").resolve("logs/mongo.log"));
        assertThat(log.strip()).endsWith("closed");
    }

    /** The example profile with other ports for backend and database. */
    private String ports(ServerSocket backend, ServerSocket mongo) throws IOException {
        var profile = (ObjectNode) JsonMapper.shared().readTree(Path.of(EXAMPLE_PROFILE).toFile());
        profile.putObject("local_ports")
                .put("backend", backend.getLocalPort())
                .put("mongo", mongo.getLocalPort());
        var file = home.folder().resolve("runtime-profile.json");
        return Files.writeString(file, profile.toString()).toString();
    }

    @Test
    void theExampleProfileIsTakenAsItIsAndNothingIsLeftWhenTheRuntimeIsKilled() throws Exception {
        // Only the gateway's port is another one than the profile's: that one may be taken here.
        try (var app =
                Example.run(home, Example.ASSISTANT, "--profile", EXAMPLE_PROFILE, "--port", "0")) {
            Await.until("all run: " + app.proa, SLOW, () -> ready(app));
            var info = app.proa.json("/api/runtime/info");
            assertThat(info.path("mode").asString()).isEqualTo("local_fullstack");
            assertThat(info.path("profile_loaded").asBoolean()).isTrue();
            assertThat(info.path("llm").path("model").asString()).isEqualTo("the project's notes");
            assertThat(info.path("features").path("automations").asBoolean()).isFalse();
            var pids = List.of(app.process("mongo"), app.process("backend"));

            app.proa.signal("KILL");

            Await.until("both are gone", () -> pids.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void theBackendKnowsItsGatewayAndAnswersWithTheIdOfTheRequest() throws Exception {
        try (var app = Example.run(home, Example.ASSISTANT)) {
            Await.until("all run: " + app.proa, SLOW, () -> ready(app));
            var direct = "http://127.0.0.1:" + port(app, "backend");
            var page = app.proa.instance().token().reveal();

            assertThat(call(direct + "/health/live", "").statusCode()).isEqualTo(200);
            assertThat(call(direct + "/runtime/info", "").statusCode()).isEqualTo(401);
            assertThat(call(direct + "/runtime/info", page).statusCode()).isEqualTo(401);
            assertThat(call(direct + "/runtime/info", app.token("backend")).statusCode())
                    .isEqualTo(200);
            var answer =
                    Proa.send(app.proa.request("/api/health/live").header("X-Request-Id", "r-17"));
            assertThat(answer.headers().allValues("x-request-id")).contains("r-17");
        }
    }

    @Test
    void inSlimModeNothingRunsHereAndTheRemoteMayGoAndComeBack() throws Exception {
        int port = Samples.freePort();
        var profile = home.folder().resolve("profile.json");
        Files.writeString(
                profile,
                """
                {"mode": "desktop_remote_slim", "backend_url": "http://127.0.0.1:%d"}
                """
                        .formatted(port));
        var remote = remote(port);
        try (var app = Example.run(home, Example.ASSISTANT, "--profile", profile.toString())) {
            Await.until("the remote answers: " + app.proa, SLOW, () -> ready(app));
            assertThat(app.proa.json("/_proa/status").path("sidecars").isEmpty()).isTrue();
            assertThat(app.proa.json("/api/runtime/info").path("mode").asString())
                    .isEqualTo("server");
            ask(app, "What is remote_slim?");

            stop(remote);
            Await.until("the remote is missed", SLOW, () -> !ready(app));
            assertThat(app.proa.get("/api/questions").statusCode()).isEqualTo(503);

            remote = remote(port);
            Await.until("the remote is back: " + app.proa, SLOW, () -> ready(app));
            assertThat(questions(app)).hasSize(1);

            mode("local_fullstack");
            Await.until("all run here: " + app.proa, SLOW, () -> ready(app));
            assertThat(app.proa.json("/api/runtime/info").path("mode").asString())
                    .isEqualTo("local_fullstack");
            assertThat(questions(app)).isEmpty();

            mode("remote_slim");
            Await.until(
                    "no process here",
                    SLOW,
                    () -> app.proa.json("/_proa/status").path("sidecars").isEmpty());
            assertThat(questions(app)).hasSize(1);
        } finally {
            stop(remote);
        }
    }

    private void mode(String mode) throws Exception {
        try (var command = home.proa("mode", mode, "--data-dir", home.data("d").toString())) {
            assertThat(command.exit(SLOW)).as(command::toString).isZero();
        }
    }

    /** The backend on another machine, played by this one. */
    private Process remote(int port) throws IOException {
        var builder =
                home.prepare(
                        List.of(
                                "python3",
                                Example.ASSISTANT.resolve("launch/remote.py").toString(),
                                "--port",
                                Integer.toString(port),
                                "--data",
                                home.data("remote").toString()));
        builder.environment().put("XDG_CACHE_HOME", Example.CACHE.toString());
        var log = home.folder().resolve("remote.log").toFile();
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    private static void stop(Process remote) throws InterruptedException {
        remote.destroy();
        assertThat(remote.waitFor(Duration.ofSeconds(30))).isTrue();
    }

    private static boolean ready(Example app) throws IOException {
        return app.proa.get("/_proa/health/ready").statusCode() == 200;
    }

    private static void readyAgain(Example app, String sidecar, int restarts) {
        Await.until(
                sidecar + " is back: " + app.proa,
                SLOW,
                () -> {
                    var now = app.sidecar(sidecar);
                    return now.path("ready").asBoolean()
                            && now.path("restarts").asInt() == restarts;
                });
    }

    private static int port(Example app, String sidecar) throws IOException {
        return app.sidecar(sidecar).path("port").asInt();
    }

    private static void ask(Example app, String question) throws IOException {
        var body = JsonMapper.shared().createObjectNode().put("question", question).toString();
        var request =
                app.proa.request("/api/questions").POST(HttpRequest.BodyPublishers.ofString(body));
        var answer = Proa.send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.body()).contains("sources");
    }

    private static List<JsonNode> questions(Example app) throws IOException {
        return app.proa.json("/api/questions").path("questions").valueStream().toList();
    }

    private static HttpResponse<String> call(String uri, String token) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(uri));
        return Proa.send(token.isEmpty() ? request : request.header("X-Proa-Token", token));
    }
}
