package dev.proa.product;

import static dev.proa.product.Home.HELLO;
import static dev.proa.product.Home.MONITOR;
import static dev.proa.product.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line as a person and a script meet it. */
@Order(2)
class CommandsIT {
    private static final JsonMapper JSON = new JsonMapper();

    private Home home;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    /** How a command ended and what it said. */
    private record Said(int code, String out, String err) {
        JsonNode json() {
            return JSON.readTree(out);
        }
    }

    private Said say(String... words) throws Exception {
        return said(Home.launcher(words));
    }

    /** Whatever the command, no stack trace is ever shown. */
    private Said said(List<String> command) throws Exception {
        try (var proa = home.start(home.folder(), command)) {
            var said = new Said(proa.exit(), proa.out(), proa.err());
            assertThat(said.out() + said.err()).doesNotContain("\tat ").doesNotContain("Exception");
            return said;
        }
    }

    @Test
    void anOldNameIsWarnedOfByPlanRunAndStatus() throws Exception {
        var app = Files.createDirectories(home.folder().resolve("old"));
        Files.writeString(
                app.resolve("proa.yaml"),
                """
                proa: 1
                app: {id: dev.proa.old, name: Old, version: 1.0.0}
                sidecars: {a: {command: [sleep, '99'], working_dir: .}}
                """);
        var warning = "\"working_dir\" is now called \"cwd\". Write \"cwd\".";

        assertThat(say("plan", app.toString()).out()).contains(warning);
        try (var proa = home.run(home.data("d"), app.toString()).ready()) {
            assertThat(proa.err() + proa.out()).contains("is now called");
            var status = say("status", "--data-dir", home.data("d").toString());
            assertThat(status.out()).contains("! proa.yaml:3:").contains(warning);
        }
    }

    @Test
    void stopEndsWhenNothingOfTheRunIsLeft() throws Exception {
        var app = Files.createDirectories(home.folder().resolve("slow"));
        Files.writeString(
                app.resolve("proa.yaml"),
                """
                proa: 1
                app: {id: dev.proa.slow, name: Slow, version: 1.0.0}
                sidecars:
                  a: {command: [sh, -c, "trap 'sleep 2; exit 0' TERM; while :; do sleep 0.1; done"]}
                """);
        try (var proa = home.run(home.data("d"), app.toString()).ready()) {
            assertThat(say("stop", "--data-dir", home.data("d").toString()).code()).isZero();
            assertThat(home.data("d").resolve("runtime/journal.jsonl"))
                    .content()
                    .containsPattern("\"to\": ?\"STOPPED\"");
            assertThat(proa.exit()).isZero();
        }
    }

    private static String[] words(String line) {
        return line.split(" ", -1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "run",
                "dev",
                "init",
                "plan",
                "status",
                "journal",
                "logs",
                "events",
                "open",
                "stop",
                "restart",
                "support-bundle",
                "doctor",
                "hooks",
                "hooks install",
                "hooks uninstall",
                "hooks doctor",
                "version"
            })
    void everyCommandHasHelpWithExamples(String command) throws Exception {
        var said = say(words((command + " --help").strip()));

        assertThat(said.code()).as(said::toString).isZero();
        assertThat(said.out())
                .contains("Usage: proa")
                .contains("Example")
                .contains("  proa " + command);
        assertThat(said.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "stop",
                "restart",
                "open",
                "journal",
                "logs",
                "events",
                "support-bundle"
            })
    void withNothingRunningThereIsOneSentenceAnd69(String command) throws Exception {
        var plain = say(command);
        var json = say(command, "--json");

        assertThat(plain.code()).as(plain::toString).isEqualTo(69);
        assertThat(plain.err().lines()).hasSize(1);
        assertThat(plain.err()).contains("proa run DIR");
        assertThat(plain.out()).isEmpty();
        assertThat(json.code()).isEqualTo(69);
        assertThat(json.out()).isEqualTo("{\"running\":false}");
        assertThat(json.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"journal", "logs", "events"})
    void whatIsOnTheDiskIsReadWithoutAnInstance(String command) throws Exception {
        assertThat(say(command, "--data-dir", home.data("none").toString()))
                .isEqualTo(new Said(0, "", ""));
        assertThat(say(command, MONITOR, "--json")).isEqualTo(new Said(0, "", ""));
        assertThat(home.data("none")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run --port",
                "run --window curtain apps",
                "plan a b",
                "status --colour",
                "logs -n many",
                "journal --level loud",
                "journal --since soon",
                "journal --after -1",
                "events --limit x",
                "open --where",
                "stop --timeout soon",
                "doctor a b",
                "hooks",
                "hooks fly",
                "hooks install",
                "version now",
                "fly",
                "run --window native ."
            })
    void wrongArgumentsAreNamedInOneSentenceAnd64(String line) throws Exception {
        var said = say(words(line));

        assertThat(said.code()).as(said::toString).isEqualTo(64);
        assertThat(
                        said.err()
                                .lines()
                                .filter(each ->
                                        !each.startsWith("Try '")
                                                && !each.startsWith("Did you mean")))
                .as(said::toString)
                .hasSize(1);
        assertThat(said.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"package", "cutover", "hub"})
    void aCommandOfALaterVersionSaysSo(String command) throws Exception {
        var said = say(command, "apps/agent-monitor");

        assertThat(said.code()).isEqualTo(64);
        assertThat(said.err()).contains(command + " is not supported by this version");
    }

    @Test
    void versionIsPrintedInThreeWays() throws Exception {
        var option = say("--version");
        var command = say("version");
        var json = say("version", "--json").json();

        assertThat(option.code()).isZero();
        assertThat(option.out()).matches("proa \\d+\\.\\d+\\.\\d+ \\(Java 25.*\\)");
        assertThat(command).isEqualTo(option);
        assertThat(option.out()).startsWith("proa " + json.path("proa").asString() + " (Java ");
        assertThat(json.path("java").asString()).startsWith("25");
    }

    @Test
    void planShowsWhatRunWouldStartAndStartsNothing() throws Exception {
        var plain = say("plan", HELLO);
        var json = say("plan", "--json", HELLO, "--data-dir", "here").json();

        assertThat(plain.code()).isZero();
        assertThat(plain.out()).contains("greeter").contains("clock").contains("/api/hello");
        assertThat(json.path("app").path("id").asString()).isEqualTo("dev.proa.hello");
        assertThat(json.path("sidecars").size()).isEqualTo(2);
        assertThat(json.path("data_dir").asString()).isEqualTo(home.data("here").toString());
        assertThat(home.data("here")).doesNotExist();
    }

    @Test
    void optionsMayStandBeforeAndAfterTheFolder() throws Exception {
        var before = say("plan", "--json", "--port", "4000", MONITOR);
        var after = say("plan", MONITOR, "--port", "4000", "--json");

        assertThat(before.code()).as(before::toString).isZero();
        assertThat(after).isEqualTo(before);
        assertThat(before.json().path("gateway").path("port").asInt()).isEqualTo(4000);
    }

    @Test
    void throughASymbolicLinkAndFromAnotherFolderDirIsTheCallers() throws Exception {
        var elsewhere = Files.createDirectories(home.folder().resolve("else where"));
        var link =
                Files.createSymbolicLink(
                        home.folder().resolve("link"), Home.CHECKOUT.resolve("proa"));
        Files.createSymbolicLink(elsewhere.resolve("proa"), Path.of("../link"));
        Files.createSymbolicLink(elsewhere.resolve("app"), Path.of(HELLO));
        var command = List.of("env", "--chdir=" + elsewhere, "./proa", "plan", "app", "--json");

        var relative = said(command);
        var absolute = said(List.of(link.toString(), "plan", HELLO, "--json"));

        assertThat(relative.code()).as(relative::toString).isZero();
        assertThat(relative.json().path("folder").asString())
                .isIn(elsewhere.resolve("app").toString(), HELLO);
        assertThat(relative.json().path("sidecars").size()).isEqualTo(2);
        assertThat(absolute.code()).isZero();
        assertThat(say("plan", "app").code()).isEqualTo(78);
    }

    @Test
    void doctorLooksAtMachineAndAppOffline() throws Exception {
        var machine = say("doctor", "--json");
        var app = say("doctor", MONITOR);
        var wrong = say("doctor", home.folder().toString(), "--json");

        assertThat(machine.code()).as(machine::toString).isZero();
        assertThat(grade(machine.json(), "java")).isEqualTo("ok");
        assertThat(grade(machine.json(), "guard")).isEqualTo("ok");
        assertThat(app.code()).as(app::toString).isZero();
        assertThat(app.out()).contains("ingest port").contains("data folder");
        assertThat(wrong.code()).isEqualTo(69);
        assertThat(grade(wrong.json(), "manifest")).isEqualTo("wrong");
    }

    private static String grade(JsonNode doctor, String check) {
        return doctor.path("checks")
                .valueStream()
                .filter(each -> each.path("name").asString().equals(check))
                .map(each -> each.path("grade").asString())
                .findFirst()
                .orElse("absent");
    }

    @Test
    void hooksAreInstalledOnceFoundByDoctorAndTakenOutAgain() throws Exception {
        var settings =
                Files.createDirectories(home.folder().resolve(".claude")).resolve("settings.json");
        Files.writeString(settings, "{\n  \"model\": \"opus\"\n}\n");

        var printed = say("hooks", "install", "claude", "--print", "--json").json();
        assertThat(printed.path("content").asString()).contains("\"hooks\"");
        assertThat(settings).content().doesNotContain("hooks");

        assertThat(say("hooks", "install", "claude", "--json").json().path("changed").asBoolean())
                .isTrue();
        assertThat(say("hooks", "install", "claude", "--json").json().path("changed").asBoolean())
                .isFalse();
        assertThat(say("hooks", "doctor", "claude").code()).isEqualTo(69);
        try (var proa = home.monitor("d")) {
            var doctor = say("hooks", "doctor", "claude", "--json");
            assertThat(doctor.code()).as(doctor::toString).isZero();
            assertThat(doctor.json().path("ok").asBoolean()).isTrue();
            assertThat(proa.json("/api/events").path("total").asInt()).isZero();
        }
        assertThat(say("hooks", "uninstall", "claude").code()).isZero();
        assertThat(settings).content().isEqualTo("{\n  \"model\": \"opus\"\n}\n");
    }

    @Test
    void aRunningInstanceAnswersEveryCommandInTextAndJson() throws Exception {
        try (var proa = home.monitor("d")) {
            proa.ingest("/api/events", event("e1", "echo hello"));
            for (var target :
                    List.of(List.<String>of(), List.of("--data-dir", home.data("d").toString()))) {
                assertThat(with(target, "status").out())
                        .contains("READY")
                        .contains("pid " + proa.pid());
                assertThat(with(target, "status", "--json").json().path("state").asString())
                        .isEqualTo("READY");
                assertThat(with(target, "events").out()).contains("Bash");
                assertThat(with(target, "events", "--json").json().path("event_type").asString())
                        .isEqualTo("tool_use");
                assertThat(with(target, "logs")).isEqualTo(new Said(0, "", ""));
                assertThat(with(target, "doctor").out()).contains("pid " + proa.pid());
                assertThat(with(target, "open", "--print").out())
                        .matches(proa.instance().baseUrl() + "/_proa/boot\\?k=\\S+");
                var url = with(target, "open", "--print", "--json").json().path("url").asString();
                assertThat(Proa.send(HttpRequest.newBuilder(URI.create(url))).statusCode())
                        .isEqualTo(303);
                assertThat(Proa.send(HttpRequest.newBuilder(URI.create(url))).statusCode())
                        .isEqualTo(401);
            }
            var token = proa.instance().token().reveal();
            assertThat(proa.out() + say("status", "--json") + say("status")).doesNotContain(token);

            var stopped = say("stop");
            assertThat(stopped.code()).as(stopped::toString).isZero();
            assertThat(stopped.out()).contains("pid " + proa.pid());
            assertThat(proa.exit()).isZero();
        }
        var offline = say("events", "--data-dir", home.data("d").toString(), "--json");
        assertThat(offline.json().path("metadata").path("command").asString())
                .isEqualTo("echo hello");
    }

    private Said with(List<String> target, String... words) throws Exception {
        var said = said(Stream.concat(Home.launcher(words).stream(), target.stream()).toList());
        assertThat(said.code()).as(said::toString).isZero();
        return said;
    }
}
