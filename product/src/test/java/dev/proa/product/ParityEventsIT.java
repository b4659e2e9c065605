package dev.proa.product;

import static dev.proa.product.ParityMonitor.json;
import static dev.proa.product.ParityMonitor.text;
import static dev.proa.product.ParityMonitor.unique;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** The event contract's cases about events and totals, from outside. */
class ParityEventsIT {
    private static ParityMonitor monitor;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        monitor = new ParityMonitor(folder, Map.of());
    }

    @AfterAll
    static void stop() {
        monitor.close();
    }

    @Test
    void healthHasItsShape() throws IOException {
        var health = monitor.read("/api/health");

        assertThat(health.path("status").asString()).isEqualTo("ok");
        assertThat(health.path("uptime").isNumber()).isTrue();
        assertThat(health.path("sse_clients").isNumber()).isTrue();
        assertThat(health.path("db_size_bytes").isNumber()).isTrue();
    }

    @Test
    void aValidEventIs201WithItsId() throws IOException {
        var answer =
                monitor.post(
                        "/api/events",
                        text(
                                unique("s"),
                                "claude_code",
                                "tool_use",
                                ",\"tokens_in\":100,\"tokens_out\":50,\"cost_usd\":0.01"));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(json(answer).path("received").asInt()).isEqualTo(1);
        assertThat(json(answer).path("ids").size()).isEqualTo(1);
        assertThat(json(answer).path("duplicates").asInt()).isZero();
    }

    @Test
    void aCostIsComputedWhenModelAndTokensAreKnown() throws IOException {
        var session = unique("s");
        monitor.event(
                session,
                "claude_code",
                "llm_response",
                ",\"model\":\"claude-sonnet-4-20250514\",\"tokens_in\":1000,\"tokens_out\":500");

        var event = monitor.read("/api/sessions/" + session).path("events").path(0);

        assertThat(event.path("cost_usd").decimalValue()).isEqualByComparingTo("0.0105");
    }

    @Test
    void aGivenCostIsKept() throws IOException {
        var session = unique("s");
        monitor.event(
                session,
                "claude_code",
                "llm_response",
                ",\"model\":\"claude-sonnet-4-20250514\",\"tokens_in\":1000,\"cost_usd\":0.42");

        var event = monitor.read("/api/sessions/" + session).path("events").path(0);

        assertThat(event.path("cost_usd").decimalValue()).isEqualByComparingTo("0.42");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'session_id':'s'}                              | agent_type event_type",
                "{'session_id':'s','event_type':'tool_use'}      | agent_type",
                "{'session_id':'s','agent_type':'claude_code'}   | event_type"
            })
    void whatLacksAFieldIs400AndNamesIt(String body, String fields) throws IOException {
        var answer = monitor.post("/api/events", body.replace('\'', '"'));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).path("error").asString()).isEqualTo("Invalid event payload");
        assertThat(json(answer).path("details").valueStream().map(d -> d.path("field").asString()))
                .contains(fields.split(" "));
        assertThat(json(answer).path("details").path(0).path("message").asString())
                .isEqualTo("must be a string");
    }

    @Test
    void whatIsNoObjectIs400() throws IOException {
        for (var body : List.of("\"just a string\"", "42", "null", "[1]")) {
            var answer = monitor.post("/api/events", body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(json(answer).path("details").toString())
                    .isEqualTo("[{\"field\":\"body\",\"message\":\"must be a JSON object\"}]");
        }
    }

    @Test
    void whatIsQuotedUpToThreeTimesTooOftenIsTakenAndOnceMoreIsNot() throws IOException {
        var body = text(unique("s"), "codex", "tool_use", "");
        var answers = new ArrayList<Integer>();
        for (var times = 0; times <= 4; times++) {
            answers.add(monitor.post("/api/events", body).statusCode());
            body = new JsonMapper().writeValueAsString(body);
        }

        assertThat(answers).containsExactly(201, 201, 201, 201, 400);
        assertThat(json(monitor.post("/api/events", "{")).path("error").asString())
                .isEqualTo("Invalid JSON payload");
    }

    @Test
    void theSameEventIdIs200AndStoredOnce() throws IOException {
        var session = unique("s");
        var event = text(session, "codex", "tool_use", ",\"event_id\":\"" + unique("e") + "\"");

        var first = monitor.post("/api/events", event);
        var second = monitor.post("/api/events", event);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(json(second).path("duplicates").asInt()).isEqualTo(1);
        assertThat(json(second).path("received").asInt(-1)).isZero();
        assertThat(json(second).path("ids").isArray()).isTrue();
        assertThat(json(second).path("ids").isEmpty()).isTrue();
        assertThat(monitor.read("/api/events?session_id=" + session).path("total").asInt())
                .isEqualTo(1);
    }

    @Test
    void noEventIdIsNoRepeat() throws IOException {
        var event = text(unique("s"), "codex", "tool_use", ",\"event_id\":null");

        assertThat(monitor.post("/api/events", event).statusCode()).isEqualTo(201);
        assertThat(monitor.post("/api/events", event).statusCode()).isEqualTo(201);
    }

    @Test
    void aBatchIs201WithItsIds() throws IOException {
        var answer =
                monitor.post(
                        "/api/events/batch",
                        "{\"events\":[%s,%s]}"
                                .formatted(
                                        text(unique("s"), "claude_code", "tool_use", ""),
                                        text(unique("s"), "codex", "llm_request", "")));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(json(answer).path("received").asInt()).isEqualTo(2);
        assertThat(json(answer).path("ids").size()).isEqualTo(2);
        assertThat(json(answer).path("duplicates").asInt(-1)).isZero();
        assertThat(json(answer).path("rejected").isArray()).isTrue();
        assertThat(json(answer).path("rejected").isEmpty()).isTrue();
    }

    @Test
    void aBatchWithoutEventsIs400() throws IOException {
        var answer = monitor.post("/api/events/batch", "{\"not_events\":[]}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).path("error").asString()).isEqualTo("Expected { events: [...] }");
    }

    @Test
    void aBatchNamesWhatItRefuses() throws IOException {
        var answer =
                monitor.post(
                        "/api/events/batch",
                        "{\"events\":[%s,{\"session_id\":\"s\"}]}"
                                .formatted(text(unique("s"), "claude_code", "tool_use", "")));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(json(answer).path("received").asInt()).isEqualTo(1);
        assertThat(json(answer).path("rejected").size()).isEqualTo(1);
        assertThat(json(answer).path("rejected").path(0).path("index").asInt()).isEqualTo(1);
        assertThat(json(answer).path("rejected").path(0).path("errors").path(0).asString())
                .isEqualTo("agent_type: must be a string");
    }

    @Test
    void aBatchCountsRepeatsApart() throws IOException {
        var known = text(unique("s"), "codex", "tool_use", ",\"event_id\":\"" + unique("e") + "\"");
        monitor.post("/api/events", known);

        var answer =
                monitor.post(
                        "/api/events/batch",
                        "{\"events\":[%s,%s]}"
                                .formatted(known, text(unique("s"), "codex", "response", "")));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(json(answer).path("received").asInt()).isEqualTo(1);
        assertThat(json(answer).path("duplicates").asInt()).isEqualTo(1);
    }

    @Test
    void totalsHaveTheirShapeAndGrow() throws IOException {
        monitor.event(unique("s"), "claude_code", "tool_use", ",\"cost_usd\":0.005");
        var before = monitor.read("/api/stats");
        monitor.event(
                unique("s"),
                "claude_code",
                "tool_use",
                ",\"tokens_in\":100,\"tokens_out\":50,\"cost_usd\":0.005");
        var after = monitor.read("/api/stats");

        for (var name :
                new String[] {
                    "total_events",
                    "active_sessions",
                    "total_sessions",
                    "live_sessions",
                    "active_agents",
                    "total_tokens_in",
                    "total_tokens_out",
                    "total_cost_usd"
                }) {
            assertThat(after.path(name).isNumber()).as(name).isTrue();
        }
        assertThat(after.path("total_events").asLong() - before.path("total_events").asLong())
                .isEqualTo(1);
        assertThat(after.path("total_tokens_in").asLong())
                .isEqualTo(before.path("total_tokens_in").asLong() + 100);
        assertThat(after.path("total_tokens_out").asLong())
                .isEqualTo(before.path("total_tokens_out").asLong() + 50);
    }
}
