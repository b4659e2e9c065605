package dev.proa.product;

import static dev.proa.product.ParityMonitor.json;
import static dev.proa.product.ParityMonitor.unique;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The event contract's cases about sessions and statistics, from outside. */
class ParitySessionsIT {
    private static ParityMonitor monitor;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        monitor = new ParityMonitor(folder, Map.of());
    }

    @AfterAll
    static void stop() {
        monitor.close();
    }

    private static JsonNode row(JsonNode rows, String name, String value) {
        return rows.valueStream()
                .filter(row -> row.path(name).asString("").equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError(value + " is not among " + rows));
    }

    @Test
    void aListOfNoSessionsHasItsShape() throws IOException {
        var none = monitor.read("/api/sessions?agent_type=__parity_no_match__");

        assertThat(none.path("sessions").isArray()).isTrue();
        assertThat(none.path("sessions").isEmpty()).isTrue();
        assertThat(none.path("total").asInt(-1)).isZero();
    }

    @Test
    void sessionsAreFilteredByAgent() throws IOException {
        var agent = unique("agent");
        var session = unique("s");
        monitor.event(session, agent, "tool_use", "");
        monitor.event(unique("s"), "codex", "tool_use", "");

        var sessions = monitor.read("/api/sessions?limit=50&agent_type=" + agent).path("sessions");

        assertThat(sessions.size()).isEqualTo(1);
        assertThat(sessions.path(0).path("id").asString()).isEqualTo(session);
    }

    @Test
    void aSessionComesWithAsManyEventsAsAreAskedFor() throws IOException {
        var session = unique("s");
        monitor.event(session, "claude_code", "user_prompt", "");
        monitor.event(session, "claude_code", "tool_use", ",\"tool_name\":\"Read\"");

        var answer = monitor.read("/api/sessions/" + session + "?event_limit=1");

        assertThat(answer.path("session").path("id").asString()).isEqualTo(session);
        assertThat(answer.path("events").size()).isEqualTo(1);
    }

    @Test
    void anUnknownSessionIs404() throws IOException {
        var answer = monitor.get("/api/sessions/" + unique("s"));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(json(answer).path("error").asString()).isEqualTo("Session not found");
    }

    @Test
    void aTranscriptHasRoles() throws IOException {
        var session = unique("s");
        monitor.event(
                session, "claude_code", "user_prompt", ",\"metadata\":{\"message\":\"Sum it up\"}");
        monitor.event(session, "claude_code", "tool_use", ",\"tool_name\":\"Read\"");

        var transcript = monitor.read("/api/sessions/" + session + "/transcript");

        assertThat(transcript.path("session_id").asString()).isEqualTo(session);
        assertThat(transcript.path("entries").valueStream().map(e -> e.path("role").asString()))
                .containsExactly("user", "tool");
        assertThat(transcript.path("entries").path(0).path("detail").asString())
                .isEqualTo("Sum it up");
        assertThat(transcript.path("entries").path(0).has("tool_name")).isFalse();
        assertThat(transcript.path("entries").path(1).path("tool_name").asString())
                .isEqualTo("Read");
    }

    @Test
    void aTranscriptOfNothingIs404() throws IOException {
        var answer = monitor.get("/api/sessions/" + unique("s") + "/transcript");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(json(answer).path("error").asString())
                .isEqualTo("No transcript data for this session");
    }

    @Test
    void filterOptionsHoldWhatWasSent() throws IOException {
        var agent = unique("agent");
        var project = unique("project");
        var branch = unique("branch");
        monitor.event(
                unique("s"),
                agent,
                "tool_use",
                ",\"tool_name\":\"Edit\",\"model\":\"gpt-4.1-mini\",\"source\":\"api\",\"project\":\"%s\",\"branch\":\"%s\""
                        .formatted(project, branch));

        var options = monitor.read("/api/filter-options");

        for (var expected :
                List.of(
                        Map.entry("agent_types", agent),
                        Map.entry("event_types", "tool_use"),
                        Map.entry("tool_names", "Edit"),
                        Map.entry("models", "gpt-4.1-mini"),
                        Map.entry("projects", project),
                        Map.entry("sources", "api"))) {
            assertThat(options.path(expected.getKey()).valueStream().map(JsonNode::asString))
                    .contains(expected.getValue());
        }
        assertThat(row(options.path("branches"), "value", branch).path("label").asString())
                .isEqualTo(project + " / " + branch);
    }

    @Test
    void toolsHaveTheirShapeAndCounts() throws IOException {
        var tool = unique("Tool");
        var use = ",\"tool_name\":\"%s\",\"status\":\"%s\",\"duration_ms\":%d";
        var session = unique("s");
        monitor.event(session, "claude_code", "tool_use", use.formatted(tool, "success", 120));
        monitor.event(session, "claude_code", "tool_use", use.formatted(tool, "error", 300));

        var tools =
                monitor.read("/api/stats/tools?agent_type=claude_code&since=1970-01-01T00:00:00Z");
        var row = row(tools.path("tools"), "tool_name", tool);

        assertThat(row.path("total_calls").asInt()).isEqualTo(2);
        assertThat(row.path("error_count").asInt()).isEqualTo(1);
        assertThat(row.path("error_rate").asDouble()).isEqualTo(0.5);
        assertThat(row.path("avg_duration_ms").asInt()).isEqualTo(210);
        assertThat(row.path("by_agent").path("claude_code").asInt()).isEqualTo(2);
    }

    @Test
    void costsHaveTheirShapeAndSums() throws IOException {
        var project = unique("project");
        var model = unique("model");
        var session = unique("s");
        for (var cost : List.of("0.75", "0.25")) {
            monitor.event(
                    session,
                    "codex",
                    "llm_response",
                    ",\"project\":\"%s\",\"model\":\"%s\",\"tokens_in\":50,\"tokens_out\":100,\"cost_usd\":%s"
                            .formatted(project, model, cost));
        }

        var cost =
                monitor.read(
                        "/api/stats/cost?agent_type=codex&since=1970-01-01T00:00:00Z&limit=50");

        assertThat(row(cost.path("by_project"), "project", project).path("cost_usd").decimalValue())
                .isEqualByComparingTo("1");
        assertThat(row(cost.path("by_model"), "model", model).path("cost_usd").decimalValue())
                .isEqualByComparingTo("1");
        assertThat(cost.path("timeline").isEmpty()).isFalse();
    }

    @Test
    void theUsageMonitorShowsWindowsAndWhatProvidersSay() throws IOException {
        monitor.event(unique("s"), "claude_code", "llm_response", ",\"tokens_in\":321");
        monitor.event(unique("s"), "codex", "llm_response", ",\"cost_usd\":1.23");
        monitor.post(
                "/api/provider-quotas/claude/statusline",
                "{\"rate_limits\":{\"five_hour\":{\"used_percentage\":12,\"resets_at\":1776933923}}}");

        var rows = monitor.read("/api/stats/usage-monitor");
        var claude = row(rows, "agent_type", "claude_code");
        var codex = row(rows, "agent_type", "codex");

        assertThat(claude.path("limitType").asString()).isEqualTo("tokens");
        assertThat(claude.path("session").path("used").asLong()).isGreaterThanOrEqualTo(321);
        assertThat(claude.path("session").path("limit").asInt()).isEqualTo(44_000);
        assertThat(claude.path("session").path("windowHours").asInt()).isEqualTo(5);
        assertThat(claude.path("extended").isNull()).isTrue();
        assertThat(claude.path("primary").path("used_percent").asInt()).isEqualTo(12);
        assertThat(codex.path("limitType").asString()).isEqualTo("cost");
        assertThat(codex.path("extended").path("windowHours").asInt()).isEqualTo(168);
    }

    @Test
    void providersQuotasAreShownAsTheySayThem() throws IOException {
        monitor.post(
                "/api/provider-quotas/claude/statusline",
                "{\"rate_limits\":{\"five_hour\":{\"used_percentage\":12},\"seven_day\":{\"used_percentage\":34,\"resets_at\":1777416387}}}");
        var taken =
                monitor.post(
                        "/api/provider-quotas/codex",
                        """
                        {"status":"available","source":"parity-test","plan_type":"plus",
                         "primary":{"used_percent":5,"resets_at":"2026-04-23T08:45:23Z","window_minutes":300},
                         "secondary":{"used_percent":24,"resets_at":"2026-04-28T22:46:27Z","window_minutes":10080},
                         "credits":{"has_credits":false,"unlimited":false,"balance":"0"}}\
                        """);

        assertThat(taken.statusCode()).isEqualTo(202);
        var rows = monitor.read("/api/stats/usage-monitor");
        var claude = row(rows, "provider", "claude");
        assertThat(claude.path("agent_type").asString()).isEqualTo("claude_code");
        assertThat(claude.path("status").asString()).isEqualTo("available");
        assertThat(claude.at("/primary/window_minutes").asInt()).isEqualTo(300);
        assertThat(claude.at("/secondary/used_percent").asInt()).isEqualTo(34);
        assertThat(claude.at("/secondary/window_minutes").asInt()).isEqualTo(10_080);
        assertThat(claude.at("/secondary/resets_at").asString())
                .isEqualTo("2026-04-28T22:46:27.000Z");
        var codex = row(rows, "provider", "codex");
        assertThat(codex.path("agent_type").asString()).isEqualTo("codex");
        assertThat(codex.path("status").asString()).isEqualTo("available");
        assertThat(codex.path("plan_type").asString()).isEqualTo("plus");
        assertThat(codex.at("/primary/used_percent").asInt()).isEqualTo(5);
        assertThat(codex.at("/secondary/used_percent").asInt()).isEqualTo(24);
        assertThat(codex.at("/credits/has_credits").asBoolean(true)).isFalse();
    }
}
