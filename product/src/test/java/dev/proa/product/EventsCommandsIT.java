package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code proa events ...} as a person and a script meet it. */
class EventsCommandsIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String EVENTS =
            """
            {"events":[
             {"event_id":"a1","session_id":"s1","agent_type":"claude_code","event_type":"llm_response",
              "model":"claude-sonnet-4-5","tokens_in":1200,"tokens_out":300,"project":"shop"},
             {"event_id":"a2","session_id":"s1","agent_type":"claude_code","event_type":"tool_use",
              "tool_name":"Bash","project":"shop","metadata":{"command":"make check"}},
             {"event_id":"a3","session_id":"s2","agent_type":"codex","event_type":"llm_response",
              "model":"nobody-knows-1","tokens_in":500,"project":"a longer name"}]}
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

    private record Said(int code, String out, String err) {
        JsonNode json() {
            return JSON.readTree(out);
        }

        /** What {@code --json} says of a failure. */
        String what() {
            return json().at("/problems/0/what").asString();
        }
    }

    /** Whatever the command, no stack trace and no defect is ever shown. */
    private Said events(String... words) throws Exception {
        var command = new ArrayList<>(Home.launcher("events"));
        command.addAll(List.of(words));
        try (var proa = home.start(home.folder(), command)) {
            var said = new Said(proa.exit(), proa.out(), proa.err());
            assertThat(said.out() + said.err()).doesNotContain("\tat ").doesNotContain("a defect");
            return said;
        }
    }

    private String data(String name) {
        return home.data(name).toString();
    }

    private void fill() throws IOException {
        try (var proa = home.monitor("d")) {
            assertThat(proa.ingest("/api/events/batch", EVENTS).statusCode()).isEqualTo(201);
        }
    }

    private static void assertCosts(Said costs) {
        var lines = costs.out().lines().toList();
        assertThat(costs.code()).as(costs::toString).isZero();
        assertThat(lines.get(0)).matches("project +cost +tokens +events");
        assertThat(lines.subList(1, 4))
                .anyMatch(line -> line.matches("shop +\\$0\\.0081 +1,500 +1"))
                .anyMatch(line -> line.matches("a longer name +unknown +500 +1 \\+ unknown"))
                .anyMatch(line -> line.matches("total +\\$0\\.0081 +2,000 +2 \\+ unknown"));
        // The end of each column is the end of its heading.
        int end = lines.get(0).indexOf("tokens") + "tokens".length();
        assertThat(lines.subList(1, 4)).allMatch(line -> line.substring(0, end).endsWith("00"));
        assertThat(lines.get(4))
                .isEqualTo("no price is known for nobody-knows-1: the cost of 1 event is unknown");
    }

    @Test
    void aRunningInstanceAnswersThemAll() throws Exception {
        try (var proa = home.monitor("d")) {
            assertThat(proa.ingest("/api/events/batch", EVENTS).statusCode()).isEqualTo(201);

            var search = events("search", "make", "che*");
            assertThat(search.code()).as(search::toString).isZero();
            assertThat(search.out())
                    .containsPattern(
                            "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d  s1 +command +\\[make\\] \\[check\\]")
                    .endsWith("1 found");
            assertThat(events("search", "make", "--json").json().path("total").asInt()).isOne();
            assertThat(events("search", "nowhere").out()).isEqualTo("Nothing found.");
            var bad = events("search", "--json", "--", "\"make");
            assertThat(bad.code()).isEqualTo(64);
            assertThat(bad.what()).contains("a quote is opened and not closed");
            assertThat(events("search", "make", "--kind", "colour").err()).contains("kind");

            assertCosts(events("costs", "--by", "project"));
            var costs = events("costs", "--by", "model", "--json").json();
            assertThat(costs.at("/total/cost_usd").asString()).isEqualTo("0.0081");
            assertThat(events("prices").out()).contains("claude-sonnet-4-5 ");
            assertThat(events("prices", "--json").json().path("models").size()).isPositive();
            assertThat(events("recalculate").out())
                    .matches("2 events priced with .*: 0 changed, 1 with an unknown cost\\.");
            assertThat(events("recalculate", "--unpriced", "--json").json().path("events").asInt())
                    .isOne();
            assertThat(events("prune", "--dry-run").out())
                    .isEqualTo("Nothing is old enough to be deleted.");
            assertThat(events("backup", "copy.db", "--json").json().path("bytes").asLong())
                    .isEqualTo(Files.size(home.folder().resolve("copy.db")));
            assertThat(events("export", "--where", "agent_type=codex").json().path("event_id"))
                    .hasToString("\"a3\"");
            var gone = events("import", "gone.ndjson", "--json");
            assertThat(gone.code()).isEqualTo(69);
            assertThat(gone.what()).isEqualTo("there is no such file");
            assertThat(events("import").out()).isEqualTo("No history was found to take in.");
        }
    }

    @Test
    void aLogAtRestIsReadCopiedAndTakenInElsewhere() throws Exception {
        fill();

        assertCosts(events("costs", "--by", "project", "--data-dir", data("d")));
        assertThat(events("costs", "--from", "2031-01-01", "--data-dir", data("d")).out())
                .isEqualTo("Nothing is recorded for that.");
        assertThat(events("export", "-o", "all.ndjson", "--data-dir", data("d")).out())
                .isEqualTo("Wrote 3 events into " + home.folder().resolve("all.ndjson"));
        assertThat(events("export", "-o", "all.ndjson", "--data-dir", data("d")).code())
                .isEqualTo(73);
        Files.writeString(
                home.folder().resolve("all.ndjson"),
                Files.readString(home.folder().resolve("all.ndjson")) + "no json\n");

        var dry = events("import", "all.ndjson", "--dry-run", "--data-dir", data("e"));
        assertThat(dry.out())
                .isEqualTo(
                        "Would import 3 events of 1 file; 0 were there already; 1 place skipped.");
        assertThat(dry.err()).endsWith("all.ndjson:4: is no JSON object");
        assertThat(events("import", "all.ndjson", "--data-dir", data("e")).out())
                .startsWith("Imported 3 events of 1 file; 0 were");
        var again = events("import", "all.ndjson", "--json", "--data-dir", data("e")).json();
        assertThat(again.path("duplicates").asInt()).isEqualTo(3);
        assertThat(events("backup", "copy.db", "--data-dir", data("e")).out())
                .contains("Copied the event log into " + home.folder().resolve("copy.db"));
        assertThat(events("backup", "copy.db", "--data-dir", data("e")).code()).isEqualTo(73);
        assertThat(events("prune", "--json", "--data-dir", data("e")).json().path("events").asInt())
                .isZero();
        assertCosts(events("costs", "--by", "project", "--data-dir", data("e")));
    }

    @Test
    void wrongWordsAreRefusedAndNothingIsMade() throws Exception {
        for (var words :
                List.of(
                        List.of("search"),
                        List.of("backup"),
                        List.of("export", "--where", "colour=red", "--data-dir", data("d")),
                        List.of("import", "--from", "tomorrow", "--data-dir", data("e")),
                        List.of("costs", "--by", "colour", "--data-dir", data("d")),
                        List.of("costs", "--zone", "Moon/Sea", "--data-dir", data("d")),
                        List.of("prune", "--nonsense"),
                        List.of("recalculate", "a", "b"))) {
            var said = events(words.toArray(String[]::new));
            assertThat(said.code()).as(words + ": " + said).isEqualTo(64);
            assertThat(said.err()).isNotBlank();
        }
        for (var words : List.of(List.of("search", "x"), List.of("recalculate"))) {
            var said = events(words.toArray(String[]::new));
            assertThat(said.code()).isEqualTo(69);
            assertThat(said.err()).contains("No instance of Proa is running here");
        }
        assertThat(events("prune", "--data-dir", data("d")).err())
                .contains("there is no event log");
        assertThat(events("backup", "b.db", "--data-dir", data("d")).code()).isEqualTo(69);
        assertThat(events("export", "--data-dir", data("d")).code()).isEqualTo(69);
        assertThat(events("export", "-o", "none.ndjson", "--data-dir", data("d")).code())
                .isEqualTo(69);
        assertThat(home.folder().resolve("none.ndjson")).doesNotExist();
        assertThat(home.data("d")).doesNotExist();
    }

    @Test
    void aLogThatIsNoneIsNamedByEachOfThem() throws Exception {
        var folder = Files.createDirectories(home.data("d"));
        Files.writeString(folder.resolve("events.db"), "a diary\n".repeat(1_000));

        for (var command : List.of("costs", "export", "prune", "import")) {
            var said = events(command, "--data-dir", data("d"), "--json");
            assertThat(said.code()).as(command + ": " + said).isBetween(65, 78);
            assertThat(said.out()).as(command).contains("events.db").contains("problems");
        }
        assertThat(events("export", "-o", "half.ndjson", "--data-dir", data("d")).code())
                .isNotZero();
        assertThat(home.folder().resolve("half.ndjson")).doesNotExist();
        assertThat(folder.resolve("events.db")).hasContent("a diary\n".repeat(1_000));
    }

    @Test
    void anExportEndsQuietlyWhenItsReaderHasSeenEnough() throws Exception {
        fill();
        var launcher = Home.launcher("events", "export", "--data-dir", data("d")).getFirst();
        var line = "'%s' events export --data-dir '%s' | true".formatted(launcher, data("d"));

        try (var shell = home.start(home.folder(), List.of("/bin/sh", "-c", line))) {
            assertThat(shell.exit()).isZero();
            assertThat(shell.err()).isEmpty();
        }
    }
}
