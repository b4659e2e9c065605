package dev.proa.runtime;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.journal.RuntimeEvent;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** That {@code docs/openapi.json} says what a real run does, no more and no less. */
class ControlSurfaceTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static TestRun run;
    private static Description description;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        run =
                TestRun.of(
                        folder,
                        """
                        ui: {dir: web}
                        sidecars:
                          late:
                            command: [sh, -c, "echo not yet; test -e %s || exit 3; exec sleep 1000"]
                            restart: {max: 0}
                          steady: {command: [sleep, "1000"]}
                        """
                                .formatted(folder.resolve("go")));
        description = new Description(run.get("/_proa/openapi.json").body());
    }

    @AfterAll
    static void stop() {
        run.close();
    }

    @Test
    void theDescriptionHasEveryOperationOfTheRunAndNoOther() {
        var described = new TreeSet<>(description.operations());
        var served = new TreeSet<>(run.operations());

        assertThat(served).isEqualTo(described).hasSizeGreaterThan(20);
    }

    @Test
    void theDescriptionIsThatOfTheDocs() throws IOException {
        var published = Path.of(System.getProperty("proa.checkout"), "docs/openapi.json");

        assertThat(description.document()).isEqualTo(JSON.readTree(Files.readString(published)));
        assertThat(description.document().path("openapi").asString()).startsWith("3.1.");
        var ids = new ArrayList<String>();
        description
                .operations()
                .forEach(each ->
                        ids.add(description.operation(each).path("operationId").asString("")));
        assertThat(ids).doesNotHaveDuplicates().doesNotContain("");
    }

    @Test
    void everyAnswerIsAsDescribedAndEveryDescribedStatusIsGiven(@TempDir Path folder)
            throws IOException {
        var given = new TreeSet<String>();

        for (var provoked : provocations()) {
            judge(provoked.operation(), provoked.request().ask(run.port()), given);
        }
        judge("GET /_proa/health/ready", readyAtLast(), given);
        try (var modes = ModesOfTest.run(folder)) {
            modes(modes, given);
        }

        assertThat(given).isEqualTo(description.outcomes());
    }

    private static JsonNode judge(String operation, RawHttp.Answer answer, Set<String> given) {
        description.allows(operation, answer);
        given.add(operation + " " + answer.status());
        return answer.type().endsWith("json") ? JSON.readTree(answer.body()) : JSON.missingNode();
    }

    /** What an app with several modes says in each step of a switch. */
    private static void modes(TestRun modes, Set<String> given) {
        Await.until("ready", () -> modes.get("/_proa/health/ready").status() == 200);
        wish(modes, "{\"mode\":\"first\"}", 200, given);
        wish(modes, "{\"mode\":\"fourth\"}", 404, given);
        var begun = wish(modes, "{\"mode\":\"second\",\"reason\":\"a test\"}", 202, given);
        assertThat(begun.path("switching").path("step").asString()).isEqualTo("preparing");
        wish(modes, "{\"mode\":\"away\",\"at_once\":true}", 409, given);
        var status = judge("GET /_proa/status", modes.get("/_proa/status"), given);
        assertThat(status.path("switching").path("to").asString()).isEqualTo("second");
        assertThat(status.path("upstreams").path("api").path("state").asString())
                .isEqualTo("READY");
        judge("GET /_proa/mode", modes.get("/_proa/mode"), given);
    }

    @Test
    void aRemoteThatIsAwayIsToldAsDescribed(@TempDir Path folder) throws IOException {
        var given = new TreeSet<String>();
        try (var modes = ModesOfTest.run(folder)) {
            description.allows(
                    "POST /_proa/mode",
                    modes.post("/_proa/mode", "{\"mode\":\"away\",\"at_once\":true}"));
            Await.until(
                    "the remote is away",
                    () -> {
                        var status = judge("GET /_proa/status", modes.get("/_proa/status"), given);
                        var remote = status.path("upstreams").path("remote");
                        return remote.path("state").asString("").equals("retrying");
                    });
            var told = modes.get("/_proa/journal");
            judge("GET /_proa/journal", told, given);
            assertThat(told.body())
                    .contains("\"mode_changed\"", "\"mode_switch_ended\"", "\"remote_changed\"");
            judge("GET /_proa/runtime/info", modes.get("/_proa/runtime/info"), given);
            judge("GET /_proa/health/ready", modes.get("/_proa/health/ready"), given);
            judge("GET /_proa/mode", modes.get("/_proa/mode"), given);
        }
        assertThat(given).contains("GET /_proa/health/ready 503", "GET /_proa/runtime/info 200");
    }

    private static JsonNode wish(TestRun modes, String body, int status, Set<String> given) {
        var answer = modes.post("/_proa/mode", body);
        assertThat(answer.status()).as(body + ": " + answer).isEqualTo(status);
        return judge("POST /_proa/mode", answer, given);
    }

    @Test
    void theDescriptionAndTheDocsNameEveryEventOfTheJournal() throws IOException {
        var events = new TreeSet<String>();
        for (var event : RuntimeEvent.class.getPermittedSubclasses()) {
            events.add(event.getSimpleName().replaceAll("(?<!^)([A-Z])", "_$1").toLowerCase(ROOT));
        }
        var described = new TreeSet<String>();
        description
                .document()
                .at("/components/schemas/JournalEntry/properties/event/enum")
                .forEach(name -> described.add(name.asString()));
        var files = Path.of(System.getProperty("proa.checkout"), "docs/files.md");

        assertThat(described).isEqualTo(events);
        assertThat(Files.readString(files))
                .contains(events.stream().map(name -> "\n| `" + name + "` |").toList());
    }

    /** Mends what keeps the late sidecar away, and starts it. */
    private static RawHttp.Answer readyAtLast() throws IOException {
        Files.createFile(run.dataFolder().resolveSibling("go"));
        for (var id : List.of("late", "steady")) {
            run.post("/_proa/sidecars/" + id + "/restart", "");
        }
        Await.until("ready", () -> run.get("/_proa/health/ready").status() == 200);
        return run.get("/_proa/health/ready");
    }

    private record Provoked(String operation, RawHttp request) {}

    private List<Provoked> provocations() throws IOException {
        var all = new ArrayList<Provoked>();
        for (var operation : run.operations()) {
            refusals(operation, all);
        }
        Await.until("safe mode", () -> run.get("/_proa/status").body().contains("SAFE_MODE"));
        plain(all, "GET /_proa/health/live", "GET /_proa/health/ready", "GET /_proa/status");
        plain(all, "GET /_proa/runtime/info", "GET /_proa/metrics", "GET /_proa/journal");
        plain(all, "GET /_proa/mode", "GET /_proa/openapi.json");
        plain(all, "GET /_proa/console", "GET /_proa/events");
        plain(all, "POST /_proa/open", "POST /_proa/boot", "POST /_proa/support-bundle");
        add(all, "GET /_proa/journal", "?after=2&limit=3");
        add(all, "GET /_proa/health/live", "?challenge=0123456789abcdef");
        all.add(
                new Provoked(
                        "GET /_proa/metrics",
                        run.request("GET", "/_proa/metrics")
                                .with("Accept: application/openmetrics-text")));
        for (var file : Set.of("console.js", "console.css", "icon.svg", "console.html", "none")) {
            all.add(
                    new Provoked(
                            "GET /_proa/console/{file}",
                            run.request("GET", "/_proa/console/" + file)));
        }
        sidecars(all);
        boot(all);
        all.add(
                new Provoked(
                        "POST /_proa/ready",
                        run.request("POST", "/_proa/ready").sending("{\"path\":\"/\",\"x\":1}")));
        channel(all);
        plain(all, "POST /_proa/sidecars/restart", "POST /_proa/shutdown");
        return all;
    }

    private static void plain(List<Provoked> all, String... operations) {
        for (var operation : operations) {
            add(all, operation, "");
        }
    }

    private static void add(List<Provoked> all, String operation, String query) {
        var words = operation.split(" ", 2);
        all.add(new Provoked(operation, run.request(words[0], words[1] + query)));
    }

    /** What the guard and the limits answer to each operation. */
    private static void refusals(String operation, List<Provoked> all) {
        var words = operation.split(" ", 2);
        var path = words[1].replaceAll("\\{\\w+}", "steady");
        var request = run.request(words[0], path);
        all.add(new Provoked(operation, request.with("Origin: http://127.0.0.1:1")));
        all.add(new Provoked(operation, request.with("Host: localhost:" + run.port())));
        if (!operation.endsWith("health/live") && !operation.equals("GET /_proa/boot")) {
            all.add(new Provoked(operation, RawHttp.of(words[0], path)));
        }
        all.add(new Provoked(operation, run.request(words[0], path + "?unknown=1")));
        if (words[0].equals("POST")) {
            all.add(new Provoked(operation, request.sending("x".repeat(65 * 1024))));
            all.add(new Provoked(operation, request.with("Content-Type: text/css").sending("{}")));
            all.add(new Provoked(operation, request.sending("[]")));
            all.add(new Provoked(operation, request.sending("{")));
        }
    }

    private static void sidecars(List<Provoked> all) {
        for (var wish : List.of("start", "stop", "restart")) {
            var operation = "POST /_proa/sidecars/{sidecar}/" + wish;
            for (var id : List.of("nobody", "steady")) {
                all.add(
                        new Provoked(
                                operation,
                                run.request("POST", "/_proa/sidecars/" + id + "/" + wish)
                                        .sending("{\"reason\":\"the test\"}")));
            }
        }
        for (var name : List.of("late", "nobody")) {
            all.add(
                    new Provoked(
                            "GET /_proa/logs/{sidecar}",
                            run.request("GET", "/_proa/logs/" + name + "?lines=5&since=1h")));
        }
    }

    private static void boot(List<Provoked> all) {
        var url = JSON.readTree(run.post("/_proa/boot?printed=true", "").body()).path("url");
        var target = URI.create(url.asString());
        for (int i = 0; i < 2; i++) {
            all.add(
                    new Provoked(
                            "GET /_proa/boot",
                            RawHttp.of("GET", target.getRawPath() + "?" + target.getRawQuery())));
        }
    }

    private static void channel(List<Provoked> all) {
        var plain = run.request("GET", "/_proa/channel");
        all.add(new Provoked("GET /_proa/channel", plain));
        all.add(
                new Provoked(
                        "GET /_proa/channel",
                        plain.with(
                                "Connection: Upgrade",
                                "Upgrade: websocket",
                                "Sec-WebSocket-Version: 13",
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")));
    }

    @Test
    void everyGetAnswersHeadAndEveryOtherMethodIs405WithAllow() {
        for (var path : description.document().path("paths").propertyNames()) {
            var target = path.replaceAll("\\{\\w+}", "steady");
            var allowed = new TreeSet<String>();
            description
                    .operations()
                    .forEach(each -> {
                        if (each.endsWith(" " + path)) {
                            allowed.add(each.split(" ", 2)[0]);
                        }
                    });
            if (allowed.contains("GET") && !path.equals("/_proa/channel")) {
                var head = run.request("HEAD", target).ask(run.port());
                assertThat(head.status()).as("HEAD " + path).isIn(200, 401, 404, 503);
                allowed.add("HEAD");
            }
            for (var method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
                if (!allowed.contains(method)) {
                    var answer = run.request(method, target).ask(run.port());
                    assertThat(answer.status()).as(method + " " + path).isEqualTo(405);
                    assertThat(answer.fields().getOrDefault("allow", "").split(", "))
                            .as(method + " " + path)
                            .containsExactlyElementsOf(allowed);
                }
            }
        }
    }

    @Test
    void problemsSayWhichRequestTheyBelongToAndUnknownPathsAreProblems() {
        var unknown =
                run.request("GET", "/_proa/nothing").with("X-Request-Id: mine-1").ask(run.port());
        var number = run.get("/_proa/journal?after=abc");

        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.type()).isEqualTo("application/problem+json");
        assertThat(problem(unknown).path("instance").asString()).isEqualTo("mine-1");
        assertThat(problem(number).path("instance").asString())
                .isNotEmpty()
                .isEqualTo(number.fields().get("x-request-id"));
        assertThat(problem(number).path("detail").asString())
                .isEqualTo("after is a whole number, 0 or more; it was \"abc\".");
        assertThat(problem(run.get("/_proa/journal?limit=0")).path("detail").asString())
                .isEqualTo("limit is a whole number, 1 to 10000; it was \"0\".");
        assertThat(problem(run.get("/_proa/journal?limit=1&limit=2")).path("status").asInt())
                .isEqualTo(400);
        assertThat(problem(run.post("/_proa/shutdown", "{\"why\":1}")).path("status").asInt())
                .isEqualTo(422);
    }

    private static JsonNode problem(RawHttp.Answer answer) {
        return JSON.readTree(answer.body());
    }

    @Test
    void aHolderOfTheInstanceFileFindsTheRunByItsProof() throws IOException {
        var found = RunningInstance.in(run.dataFolder());

        assertThat(found).isPresent();
        assertThat(found.orElseThrow().call("GET", "/_proa/status").status()).isEqualTo(200);
    }
}
