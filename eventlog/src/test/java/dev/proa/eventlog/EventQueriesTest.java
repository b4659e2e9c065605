package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class EventQueriesTest {
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

    private void post(String session, String agent, String type, String more)
            throws InterruptedException {
        var reply =
                log.post(
                        "{\"session_id\":\"%s\",\"agent_type\":\"%s\",\"event_type\":\"%s\"%s}"
                                .formatted(session, agent, type, more));
        assertThat(reply.status()).isEqualTo(201);
    }

    /** Four events, an hour and a half apart from each other. */
    private void fill() throws InterruptedException {
        post("s1", "claude_code", "tool_use", ",\"tool_name\":\"Bash\",\"branch\":\"main\"");
        log.clock.turn(Duration.ofMinutes(90));
        post("s2", "codex", "llm_response", ",\"model\":\"gpt-5\",\"source\":\"otel\"");
        log.clock.turn(Duration.ofMinutes(90));
        post("s1", "claude_code", "error", ",\"tool_name\":\"Bash\"");
        log.clock.turn(Duration.ofMinutes(90));
        post("s3", "claude_code", "tool_use", ",\"tool_name\":\"Edit\",\"branch\":\"next\"");
    }

    private static List<Integer> ids(JsonNode page) {
        return page.path("events").valueStream().map(e -> e.path("id").intValue()).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=50                              | 4 3 2 1 | 4",
                "agent_type=claude_code                | 4 3 1   | 3",
                "event_type=tool_use                   | 4 1     | 2",
                "tool_name=Bash                        | 3 1     | 2",
                "agent_type=claude_code&tool_name=Edit | 4       | 1",
                "session_id=s1                         | 3 1     | 2",
                "session_id=s1&event_type=error        | 3       | 1",
                "session_id=nobody                     |         | 0",
                "branch=main                           | 3 1     | 2",
                "model=gpt-5                           | 2       | 1",
                "source=otel                           | 2       | 1",
                "failed=true                           | 3       | 1",
                "failed=true&tool_name=Bash            | 3       | 1",
                "failed=true&session_id=s1             | 3       | 1",
                "failed=true&session_id=s3             |         | 0",
                "failed=true&agent_type=codex          |         | 0",
                "failed=true&until=2026-01-01T02:00:00Z |        | 0",
                "failed=&limit=1                       | 4       | 4",
                "status=error                          | 3       | 1",
                "status=success&session_id=s1          | 1       | 1",
                "counted=true                          | 4 3 1   | 3",
                "counted=true&session_id=s1&limit=1    | 3       | 2",
                "since=2026-01-01T03:00:00Z            | 4 3     | 2",
                "until=2026-01-01T03:00:00Z            | 3 2 1   | 3",
                "since=2026-01-01T01:30:00Z&until=2026-01-01T01:30:00.000Z | 2 | 1",
                "limit=2                               | 4 3     | 4",
                "limit=2&offset=1                      | 3 2     | 4",
                "limit=0                               | 4 3 2 1 | 4",
                "limit=many&offset=none                | 4 3 2 1 | 4",
                "limit=-1                              | 4 3 2 1 | 4",
                "agent_type=&tool_name=                | 4 3 2 1 | 4",
                "agent_type=' OR 1=1 --                |         | 0"
            })
    void filtersEvents(String query, String ids, int total) throws Exception {
        fill();

        var page = log.events(parts(query));

        assertThat(ids(page).stream().map(String::valueOf).collect(Collectors.joining(" ")))
                .isEqualTo(ids == null ? "" : ids);
        assertThat(page.path("total").intValue()).isEqualTo(total);
    }

    private static String[] parts(String query) {
        return Arrays.stream(query.split("&"))
                .flatMap(part -> Arrays.stream(part.split("=", 2)))
                .toArray(String[]::new);
    }

    @Test
    void givesFiftyEventsUnlessAskedOtherwise() throws Exception {
        var items =
                IntStream.range(0, 60)
                        .mapToObj(_ ->
                                "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\"}")
                        .collect(Collectors.joining(",", "{\"events\":[", "]}"));
        log.postAll(items);

        assertThat(ids(log.events())).hasSize(50).startsWith(60);
        assertThat(ids(log.events("limit", "60"))).hasSize(60);
    }

    @ParameterizedTest
    @CsvSource({"since", "until"})
    void refusesATimeThatIsNone(String name) throws Exception {
        var soon = TestLog.parameters(name, "soon");

        for (var reply : List.of(log.queries.events(soon), log.queries.sessions(soon))) {
            assertThat(reply.status()).isEqualTo(400);
            assertThat(TestLog.text(reply))
                    .isEqualTo("{\"error\":\"" + name + " must be an ISO timestamp\"}");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=50                   | active idle ended ended",
                "status=active              | active",
                "status=idle                | idle",
                "status=ended               | ended ended",
                "exclude_status=ended       | active idle",
                "agent_type=codex           | idle",
                "agent_type=codex&status=ended |",
                "limit=2                    | active idle",
                "limit=0                    | active idle ended ended",
                "since=2026-01-01T01:00:00Z | active idle ended",
                "until=2026-01-01T01:00:00Z | ended ended",
                "since=2026-01-01T01:00:00Z&until=2026-01-01T01:20:00Z | idle ended"
            })
    void listsTheLiveliestSessionsFirst(String query, String states) throws Exception {
        post("old", "claude_code", "tool_use", "");
        log.clock.turn(Duration.ofHours(1));
        post("gone", "claude_code", "tool_use", "");
        log.clock.turn(Duration.ofMinutes(20));
        post("quiet", "codex", "tool_use", "");
        log.clock.turn(Duration.ofMinutes(6));
        post("busy", "claude_code", "tool_use", "");

        var page = log.sessions(parts(query));

        assertThat(
                        page.path("sessions")
                                .valueStream()
                                .map(s -> s.path("status").stringValue())
                                .collect(Collectors.joining(" ")))
                .isEqualTo(states == null ? "" : states);
        assertThat(page.path("total").intValue()).isEqualTo(page.path("sessions").size());
    }

    @Test
    void ordersSessionsByAllTheirTokens() throws Exception {
        post("talks", "claude_code", "llm_response", ",\"tokens_in\":50,\"tokens_out\":9");
        post("reads", "claude_code", "llm_response", ",\"cache_read_tokens\":900");
        post("writes", "claude_code", "llm_response", ",\"cache_write_tokens\":100");
        log.clock.turn(Duration.ofHours(1));
        post("asks", "claude_code", "llm_response", ",\"tokens_in\":70");

        var page = log.sessions("order", "tokens");
        var first = log.sessions("order", "tokens", "limit", "1");

        assertThat(page.path("sessions").findValuesAsString("id"))
                .containsExactly("reads", "writes", "asks", "talks");
        assertThat(first.at("/sessions/0/id").stringValue()).isEqualTo("reads");
    }

    @Test
    void showsASessionWithItsCounters() throws Exception {
        post("s", "claude_code", "tool_use", ",\"tokens_in\":5,\"tokens_out\":2");
        var before = log.session("s").path("total_cost_usd");
        post(
                "s",
                "claude_code",
                "tool_use",
                ",\"tokens_in\":1,\"cost_usd\":0.1,\"project\":\"p\",\"branch\":\"b\"");
        post("s", "claude_code", "tool_use", ",\"cost_usd\":0.2");

        assertThat(before.isNull()).isTrue();
        assertThat(log.session("s").toString())
                .isEqualTo(
                        "{\"id\":\"s\",\"agent_id\":\"claude_code-default\","
                                + "\"agent_type\":\"claude_code\",\"project\":\"p\","
                                + "\"branch\":\"b\",\"status\":\"active\","
                                + "\"started_at\":\"2026-01-01T00:00:00.000Z\",\"ended_at\":null,"
                                + "\"last_event_at\":\"2026-01-01T00:00:00.000Z\",\"metadata\":{},"
                                + "\"event_count\":3,\"errors\":0,\"tokens_in\":6,"
                                + "\"tokens_out\":2,\"cache_read_tokens\":0,"
                                + "\"cache_write_tokens\":0,\"total_cost_usd\":0.3,"
                                + "\"unpriced_events\":1,\"files_edited\":0,\"lines_added\":0,"
                                + "\"lines_removed\":0,\"title\":null,\"activity\":null,"
                                + "\"model\":null,\"context_tokens\":null,"
                                + "\"context_window\":null,\"waiting\":null,\"subagents\":[]}");
    }

    @Test
    void showsASessionsNewestTenEvents() throws Exception {
        for (var i = 0; i < 12; i++) {
            post("s", "a", "tool_use", "");
        }

        var ten = TestLog.json(log.queries.session("s", Parameters.none()));
        var two = TestLog.json(log.queries.session("s", TestLog.parameters("event_limit", "2")));

        assertThat(ids(ten)).hasSize(10).startsWith(12, 11);
        assertThat(ids(two)).containsExactly(12, 11);
        assertThat(ten.path("session").path("event_count").intValue()).isEqualTo(12);
    }

    @Test
    void saysWhenASessionIsNotKnown() throws Exception {
        var reply = log.queries.session("nobody", Parameters.none());

        assertThat(reply.status()).isEqualTo(404);
        assertThat(TestLog.text(reply)).isEqualTo("{\"error\":\"Session not found\"}");
    }

    @Test
    void sumsEverything() throws Exception {
        fill();
        post(
                "s3",
                "claude_code",
                "llm_response",
                ",\"model\":\"m\",\"tokens_in\":7,\"cost_usd\":0.5");

        assertThat(log.stats().toString())
                .isEqualTo(
                        "{\"total_events\":5,\"active_sessions\":1,\"total_sessions\":3,"
                                + "\"live_sessions\":1,\"active_agents\":1,\"total_tokens_in\":7,"
                                + "\"total_tokens_out\":0,\"total_cost_usd\":0.5,"
                                + "\"tool_breakdown\":{\"Bash\":2,\"Edit\":1},"
                                + "\"agent_breakdown\":{\"claude_code\":4,\"codex\":1},"
                                + "\"model_breakdown\":{\"gpt-5\":1,\"m\":1},"
                                + "\"branches\":[\"next\",\"main\"]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-01-01T00:00:00Z | 4",
                "2026-01-01T00:00:01Z | 3",
                "2026-01-01T01:29:59Z | 3",
                "2026-01-01T01:30:00Z | 3",
                "2026-01-01T01:30:00.001Z | 2",
                "2026-01-01T03:00:00Z | 2",
                "2026-01-01T04:30:00.001Z | 0"
            })
    void sumsSinceAnyMomentExactly(String since, int events) throws Exception {
        fill();

        assertThat(log.stats("since", since).path("total_events").intValue()).isEqualTo(events);
    }

    @Test
    void sumsOneKindOfAgent() throws Exception {
        fill();

        var stats = log.stats("agent_type", "codex", "since", "2026-01-01T00:30:00Z");

        assertThat(stats.path("agent_breakdown").toString()).isEqualTo("{\"codex\":1}");
        assertThat(stats.path("tool_breakdown").toString()).isEqualTo("{}");
    }

    @Test
    void saysThatACostIsUnknownAndNotNothing() throws Exception {
        var empty = log.stats().path("total_cost_usd").toString();
        post("s", "a", "llm_response", ",\"tokens_in\":5");
        var unknown = log.stats().path("total_cost_usd").toString();
        post("s", "a", "llm_response", ",\"cost_usd\":0");
        var known = log.stats().path("total_cost_usd").toString();

        assertThat(List.of(empty, unknown, known)).containsExactly("0", "null", "0");
    }

    @Test
    void keepsAnsweringWhateverNumbersWereSent() throws Exception {
        var huge = ",\"tokens_in\":9007199254740991,\"cost_usd\":1000000000";
        var items =
                IntStream.range(0, 2_000)
                        .mapToObj(_ ->
                                "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\""
                                        + huge
                                        + "}")
                        .collect(Collectors.joining(",", "{\"events\":[", "]}"));

        assertThat(log.postAll(items).status()).isEqualTo(201);
        assertThat(log.postAll(items).status()).isEqualTo(201);

        assertThat(log.stats().path("total_tokens_in").longValue()).isPositive();
        assertThat(log.stats().path("total_cost_usd").decimalValue().signum()).isPositive();
        assertThat(log.session("s").path("tokens_in").longValue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void listsWhatFiltersCanHave() throws Exception {
        fill();
        post("s1", "claude_code", "tool_use", ",\"project\":\"shop\"");

        assertThat(TestLog.text(log.queries.filterOptions()))
                .isEqualTo(
                        "{\"agent_types\":[\"claude_code\",\"codex\"],"
                                + "\"event_types\":[\"error\",\"llm_response\",\"tool_use\"],"
                                + "\"tool_names\":[\"Bash\",\"Edit\"],\"models\":[\"gpt-5\"],"
                                + "\"projects\":[\"shop\"],\"sources\":[\"api\",\"otel\"],"
                                + "\"branches\":[{\"value\":\"main\",\"label\":\"shop / main\"},"
                                + "{\"value\":\"next\",\"label\":\"next\"}]}");
    }

    @Test
    void saysThatItIsWell() throws Exception {
        log.clock.turn(Duration.ofSeconds(65));

        var health = TestLog.json(log.queries.health(3, 2));

        assertThat(health.path("status").stringValue()).isEqualTo("ok");
        assertThat(health.path("uptime").intValue()).isEqualTo(65);
        assertThat(health.path("db_size_bytes").longValue()).isPositive();
        assertThat(health.path("sse_clients").intValue()).isEqualTo(3);
        assertThat(health.path("sse_dropped").intValue()).isEqualTo(2);
    }
}
