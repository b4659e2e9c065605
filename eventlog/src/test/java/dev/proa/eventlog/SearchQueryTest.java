package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class SearchQueryTest {
    @TempDir Path folder;
    private TestLog log;

    @BeforeEach
    void open() {
        log = new TestLog(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void post(String type, String more) throws InterruptedException {
        var reply =
                log.post(
                        "{\"session_id\":\"s\",\"agent_type\":\"codex\",\"event_type\":\"%s\"%s}"
                                .formatted(type, more));
        assertThat(reply.status()).as(TestLog.text(reply)).isEqualTo(201);
    }

    private void prompt(String text, String more) throws InterruptedException {
        var metadata = JsonNodeFactory.instance.objectNode().put("message", text);
        post("user_prompt", ",\"metadata\":" + metadata + more);
    }

    private Reply reply(String... parameters) throws InterruptedException {
        return new SearchQueries(log.log).search(TestLog.parameters(parameters));
    }

    private JsonNode search(String... parameters) throws InterruptedException {
        var reply = reply(parameters);
        assertThat(reply.status()).as(TestLog.text(reply)).isEqualTo(200);
        return TestLog.json(reply);
    }

    /** The ids of what was found, in their order. */
    private String ids(String... parameters) throws InterruptedException {
        return search(parameters)
                .path("hits")
                .valueStream()
                .map(hit -> hit.path("id").toString())
                .collect(Collectors.joining(" "));
    }

    private void fill() throws InterruptedException {
        prompt("Make the Gateway refuse obs-fold", "");
        post(
                "tool_use",
                ",\"tool_name\":\"Edit\",\"metadata\":{\"file_path\":\"/home/me/gateway/Guard.java\"}");
        post(
                "tool_use",
                ",\"tool_name\":\"Bash\",\"status\":\"error\",\"metadata\":"
                        + "{\"command\":\"git push --force\",\"error\":\"remote rejected the guard\"}");
        post("llm_response", ",\"metadata\":{\"content_preview\":\"Die Prüfung läuft\"}");
        post("llm_request", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gateway              | 2 1",
                "GATEWAY              | 2 1",
                "gateway refuse       | 1",
                "gateway/Guard.java   | 2",
                "java guard           | 2",
                "\"push force\"       | 3",
                "\"force push\"       | ''",
                "gate*                | 2 1",
                "\"git pu\"*          | 3",
                "guard -remote        | 2",
                "-push guard          | 2",
                "prufung              | 4",
                "PRÜFUNG              | 4",
                "bash                 | 3",
                "obs-fold             | 1",
                "--force              | 3",
                "nothing              | ''",
                "codex                | ''"
            })
    void findsWords(String query, String ids) throws Exception {
        fill();

        assertThat(ids("q", query)).isEqualTo(ids);
        assertThat(search("q", query).path("total").intValue())
                .isEqualTo(ids.isEmpty() ? 0 : ids.split(" ").length);
    }

    @ParameterizedTest
    @CsvSource({"prompt, 1", "path, 2", "command, ''", "error, 3", "tool, ''", "answer, ''"})
    void findsWordsOfOneKind(String kind, String ids) throws Exception {
        fill();

        var query = kind.equals("prompt") ? "gateway" : "guard";

        assertThat(ids("q", query, "kind", kind)).isEqualTo(ids);
    }

    @Test
    void narrowsASearch() throws Exception {
        prompt("fix it", ",\"project\":\"shop\"");
        log.post(
                "{\"session_id\":\"t\",\"agent_type\":\"claude_code\",\"event_type\":\"user_prompt\",\"metadata\":{\"message\":\"fix that\"}}");
        log.clock.turn(Duration.ofHours(3));
        prompt("fix all", "");
        prompt("fix late", ",\"client_timestamp\":\"2025-12-31T12:30:00Z\"");

        assertThat(ids("q", "fix")).isEqualTo("4 3 2 1");
        assertThat(ids("q", "fix", "project", "shop")).isEqualTo("4 3 1");
        assertThat(ids("q", "fix", "agent_type", "claude_code")).isEqualTo("2");
        assertThat(ids("q", "fix", "session_id", "t")).isEqualTo("2");
        assertThat(ids("q", "fix", "session_id", "T")).isEmpty();
        assertThat(ids("q", "fix", "since", "2026-01-01T00:00:01Z")).isEqualTo("3");
        assertThat(ids("q", "fix", "until", "2025-12-31T23:00:00Z")).isEqualTo("4");
        assertThat(ids("q", "fix", "since", "2026-01-01", "until", "2026-01-01T00:00:00Z"))
                .isEqualTo("2 1");
        assertThat(ids("q", "fix", "since", "2027-01-01")).isEmpty();
        assertThat(ids("q", "fix", "limit", "2", "offset", "1")).isEqualTo("3 2");
    }

    @Test
    void marksWhatWasFoundWithoutTouchingTheText() throws Exception {
        prompt("<b>Fix</b> the Gâteway & \"gateway\"", "");

        var hit = search("q", "gateway fix").path("hits").path(0);

        assertThat(hit.path("field").stringValue()).isEqualTo("prompt");
        assertThat(hit.path("snippet").toString())
                .isEqualTo(
                        """
                        [{"text":"<b>","match":false},{"text":"Fix","match":true},\
                        {"text":"</b> the ","match":false},{"text":"Gâteway","match":true},\
                        {"text":" & \\"","match":false},{"text":"gateway","match":true},\
                        {"text":"\\"","match":false}]\
                        """);
        assertThat(hit.path("at").stringValue()).isEqualTo("2026-01-01T00:00:00.000Z");
        assertThat(hit.path("session_id").stringValue()).isEqualTo("s");
    }

    @Test
    void showsTheSurroundingsOfAWordInALongText() throws Exception {
        prompt("😀".repeat(300) + " needle " + "😀".repeat(300), "");

        var parts = search("q", "needle").path("hits").path(0).path("snippet");
        var text =
                parts.valueStream()
                        .map(part -> part.path("text").stringValue())
                        .collect(Collectors.joining());

        assertThat(text).startsWith("…😀").endsWith("😀…").contains(" needle ");
        assertThat(text.length()).isLessThanOrEqualTo(243);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''            | there is no word to look for",
                "'  '          | there is no word to look for",
                "-a            | there must be a word to look for beside those left out",
                "\"open        | a quote is opened and not closed: \"open",
                "a -\"open     | a quote is opened and not closed: -\"open",
                "+++           | there is no letter or digit in: +++",
                "' - '         | there is no letter or digit in: -",
                "a -+++        | there is no letter or digit in: +++",
                "a*            | at least two letters must stand before the star: a*"
            })
    void saysWhatIsWrongWithAQuery(String query, String message) throws Exception {
        var refused = reply("q", query);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(TestLog.json(refused).path("error").stringValue()).isEqualTo("q: " + message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"make && check", "| make", "make -- check;", "make - check"})
    void passesOverWhatJoinsTwoCommands(String query) throws Exception {
        prompt("make check", "");

        assertThat(search("q", query).path("total").intValue()).isEqualTo(1);
    }

    @Test
    void refusesOtherBadParameters() throws Exception {
        assertThat(reply("q", "a", "since", "soon").status()).isEqualTo(400);
        assertThat(TestLog.text(reply("q", "a", "kind", "tags"))).contains("kind must be one of");
        assertThat(reply().status()).isEqualTo(400);
        assertThat(reply("q", "a ".repeat(33)).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"a OR b", "NEAR(a b)", "prompt:a", "a AND", "'a\"b\"'", "{tags} : x", "a^2", "')'"})
    void takesTheIndexesOwnLanguageForWords(String query) throws Exception {
        fill();

        assertThat(reply("q", query).status()).isIn(200, 400);
    }

    @Test
    void findsWhatWasStoredBeforeARestartAndNotWhatWasDeleted() throws Exception {
        fill();
        log.close();
        log = new TestLog(folder, log.clock, Writer.Limits.USUAL);
        var before = ids("q", "gateway");
        log.log.onWriter(
                sql -> Database.run(sql.connection(), "DELETE FROM events WHERE id IN (2, 5)"));

        assertThat(before).isEqualTo("2 1");
        assertThat(ids("q", "gateway")).isEqualTo("1");
    }

    @Test
    void findsACallOnceThoughItWasAnnouncedToo() throws Exception {
        var call =
                "{\"session_id\":\"s\",\"hook_event_name\":\"%s\",\"tool_name\":\"Bash\",\"tool_use_id\":\"t\",\"tool_input\":{\"command\":\"make check\"}}";
        log.hook(call.formatted("PreToolUse"));
        log.hook(call.formatted("PostToolUse"));

        assertThat(ids("q", "make")).isEqualTo("2");
    }

    @Test
    void aBeginningFindsAllItsWordsHoweverManyThereAre() throws Exception {
        for (var i = 0; i < 130; i++) {
            prompt("worn wornout", ""); // more places than are read through
        }
        prompt("workshop", "");
        prompt("worst", "");
        for (var i = 0; i < 4; i++) {
            var words = IntStream.range(i * 150, i * 150 + 150).mapToObj(n -> "wide" + n);
            prompt(words.collect(Collectors.joining(" ")), "");
        }

        assertThat(search("q", "wor*").path("total").intValue()).isEqualTo(132);
        assertThat(search("q", "worno*").path("total").intValue()).isEqualTo(130);
        assertThat(ids("q", "works*")).isEqualTo("131");
        assertThat(ids("q", "wide*")).isEqualTo("136 135 134 133");
        assertThat(ids("q", "wide15*")).isEqualTo("134 133");
        assertThat(ids("q", "worse*")).isEmpty();
        assertThat(search("q", "worn -wornou*").path("total").intValue()).isZero();
    }

    @Test
    void looksForAPhraseAmongOlderEventsIfTheNewestDoNotFillAPage() throws Exception {
        for (var i = 0; i < 6; i++) {
            prompt(i % 2 == 0 ? "make check" : "check make", "");
        }

        assertThat(found("limit", "1")).isEqualTo("5 of 1, exact false");
        assertThat(found("limit", "2")).isEqualTo("5 3 of 3, exact true");
        assertThat(found("limit", "1", "offset", "1")).isEqualTo("3 of 3, exact true");
        assertThat(found("limit", "1", "until", "2026-01-02")).isEqualTo("5 of 1, exact false");
    }

    /** What a search for a phrase finds that looks at the newest three events first. */
    private String found(String... parameters) throws InterruptedException {
        var all = TestLog.parameters(parameters);
        var answer =
                SearchQuery.of(name ->
                        name.equals("q") ? Optional.of("\"make check\"") : all.parameter(name));
        var query = ((SearchQuery.Answer.Asked) answer).query();
        log.log.index(Duration.ofSeconds(30));
        var found = log.log.readWords(connection -> query.run(connection, 3));
        return found.hits().stream()
                        .map(hit -> hit.row().id() + "")
                        .collect(Collectors.joining(" "))
                + " of %d, exact %s".formatted(found.total(), found.exact());
    }
}
