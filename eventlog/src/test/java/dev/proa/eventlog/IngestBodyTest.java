package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies as they come: quoted, encoded, broken, in batches. */
class IngestBodyTest {
    private static final String LEAST =
            "\"session_id\":\"s1\",\"agent_type\":\"codex\",\"event_type\":\"tool_use\"";

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

    private static String least(String more) {
        return "{" + LEAST + (more.isEmpty() ? "" : "," + more) + "}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{%s}",
                "\uFEFF{%s}",
                "  {%s}\n",
                "'{%s}'",
                "\"{%s}\"",
            })
    void takesOffAccidentalQuotes(String form) throws Exception {
        assertThat(log.post(form.formatted(LEAST)).status()).isEqualTo(201);
    }

    @Test
    void takesOffThreeLevelsOfEncodingAndNoMore() throws Exception {
        var body = least("");
        for (var level = 0; level < 3; level++) {
            body = encoded(body);
        }

        var third = log.post(body);
        var fourth = log.post(encoded(body));

        assertThat(third.status()).isEqualTo(201);
        assertThat(fourth.status()).isEqualTo(400);
        assertThat(TestLog.text(fourth))
                .isEqualTo(
                        "{\"error\":\"Invalid event payload\",\"details\":[{\"field\":\"body\",\"message\":\"must be a JSON object\"}]}");
    }

    @Test
    void takesOffEncodingOfABatch() throws Exception {
        var reply = log.postAll(encoded("{\"events\":[" + least("") + "]}"));

        assertThat(reply.status()).isEqualTo(201);
    }

    private static String encoded(String text) {
        return Json.text(out -> out.writeString(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{", "{\"a\":1}x", "nonsense", "'", "\"{\""})
    void refusesWhatIsNotJsonShortly(String body) throws Exception {
        var single = log.post(body);
        var batch = log.postAll(body);

        assertThat(single.status()).isEqualTo(400);
        assertThat(batch.status()).isEqualTo(400);
        if (!body.equals("\"{\"")) { // a JSON text, but no object
            assertThat(TestLog.text(single)).isEqualTo("{\"error\":\"Invalid JSON payload\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "3", "\"just a string\"", "[{}]"})
    void refusesABodyThatIsNoObject(String body) throws Exception {
        var reply = log.post(body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(TestLog.json(reply).path("details").path(0).path("field").stringValue())
                .isEqualTo("body");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{\"events\":{}}", "{\"events\":null}", "{\"not\":[]}"})
    void refusesABatchWithoutAList(String body) throws Exception {
        var reply = log.postAll(body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(TestLog.text(reply)).isEqualTo("{\"error\":\"Expected { events: [...] }\"}");
    }

    @Test
    void storesWhatIsRightInABatchAndNamesTheRest() throws Exception {
        log.post(least("\"event_id\":\"old\""));

        var reply =
                log.postAll(
                        "{\"events\":["
                                + least("\"event_id\":\"new\"")
                                + ",{\"session_id\":\"s2\"},"
                                + least("\"event_id\":\"new\"")
                                + ","
                                + least("\"event_id\":\"old\"")
                                + ",7,"
                                + least("")
                                + "]}");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(TestLog.text(reply))
                .isEqualTo(
                        "{\"received\":2,\"ids\":[2,3],\"duplicates\":2,\"rejected\":["
                                + "{\"index\":1,\"errors\":[\"agent_type: must be a string\","
                                + "\"event_type: must be a string\","
                                + "\"event_type: must be one of: "
                                + String.join(", ", Contract.EVENT_TYPES)
                                + "\"]},"
                                + "{\"index\":4,\"errors\":[\"body: must be a JSON object\"]}]}");
        assertThat(log.session("s2").isMissingNode()).isTrue();
    }

    @Test
    void answersABatchInWhichNothingIsRight() throws Exception {
        assertThat(TestLog.text(log.postAll("{\"events\":[]}")))
                .isEqualTo("{\"received\":0,\"ids\":[],\"duplicates\":0,\"rejected\":[]}");
        assertThat(log.postAll("{\"events\":[1]}").status()).isEqualTo(201);
    }

    @Test
    void storesTenThousandItemsInTheirOrder() throws Exception {
        var items =
                IntStream.range(0, 10_000)
                        .mapToObj(i -> least("\"duration_ms\":" + i))
                        .collect(Collectors.joining(",", "{\"events\":[", "]}"));

        var reply = TestLog.json(log.postAll(items));

        assertThat(reply.path("received").intValue()).isEqualTo(10_000);
        assertThat(reply.path("ids").path(9_999).intValue()).isEqualTo(10_000);
        assertThat(log.events("limit", "1").path("total").intValue()).isEqualTo(10_000);
        assertThat(log.newest().path("duration_ms").intValue()).isEqualTo(9_999);
        assertThat(log.session("s1").path("event_count").intValue()).isEqualTo(10_000);
    }

    @Test
    void survivesTextThatIsNoText() throws Exception {
        var body =
                least(
                        "\"project\":\"a\\ud800b\\u0000c\",\"metadata\":{\"\\udc00\":\"\\ud83d\\ude00\"}");

        assertThat(log.post(body).status()).isEqualTo(201);
        assertThat(log.newest().path("project").stringValue()).isEqualTo("a?b\u0000c");
        assertThat(log.newest().path("metadata").path("?").stringValue()).isEqualTo("😀");
    }

    @Test
    void survivesBytesThatAreNoUtf8() throws Exception {
        var body = least("\"project\":\"aXb\"").getBytes(StandardCharsets.ISO_8859_1);
        body[new String(body, StandardCharsets.ISO_8859_1).indexOf('X')] = (byte) 0xff;

        assertThat(log.ingest.single(body).status()).isEqualTo(201);
        assertThat(log.newest().path("project").stringValue()).isEqualTo("a\uFFFDb");
    }

    @Test
    void refusesABottomlessBody() throws Exception {
        assertThat(log.post("{\"a\":".repeat(100_000)).status()).isEqualTo(400);
        assertThat(log.post("[".repeat(500_000)).status()).isEqualTo(400);
    }
}
