package dev.proa.eventlog;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What agents may use and have used: by the limits of the settings in rolling windows, and by what
 * providers say themselves. A window's edge is right to the minute. Safe to use from any thread.
 */
public final class LimitQueries {
    private static final int NANO_DIGITS = 9;

    private final EventLog log;
    private final Supplier<SettingValues> settings;

    public LimitQueries(EventLog log, Supplier<SettingValues> settings) {
        this.log = log;
        this.settings = settings;
    }

    /** A rolling window of an agent with what was used in it. */
    private record Rolling(
            String agentType,
            SettingValues.Measure kind,
            int hours,
            BigDecimal limit,
            UsageMinutes.Used used) {
        BigDecimal amount() {
            return switch (kind) {
                case TOKENS -> BigDecimal.valueOf(used.tokens());
                case COST -> BigDecimal.valueOf(used.costNanos(), NANO_DIGITS).stripTrailingZeros();
            };
        }

        boolean limited() {
            return limit.signum() > 0;
        }
    }

    private record Agent(String type, Rolling session, Rolling extended) {}

    /**
     * {@code GET /api/stats/usage-monitor}: for each agent that has used something and has a limit,
     * {@code {agent_type, limitType, session: {used, limit, windowHours}, extended}}; with what its
     * provider says, if it says something.
     */
    public Reply usageMonitor() throws InterruptedException {
        return Reply.of(200, usage()::write);
    }

    private Usage usage() throws InterruptedException {
        var limits = settings.get().limits();
        var now = log.now();
        return log.read(connection -> Usage.read(connection, limits, now));
    }

    private record Usage(List<Agent> agents, List<Quota> quotas) {
        static Usage read(Connection connection, Map<String, SettingValues.Limit> limits, long now)
                throws SQLException {
            var seen = seen(connection);
            var agents = new ArrayList<Agent>();
            for (var entry : limits.entrySet()) {
                var limit = entry.getValue();
                var type = entry.getKey();
                var agent =
                        new Agent(
                                type,
                                rolling(connection, type, limit, false, now),
                                rolling(connection, type, limit, true, now));
                if (seen.contains(type)
                        && (agent.session().limited() || agent.extended().limited())) {
                    agents.add(agent);
                }
            }
            return new Usage(agents, Quotas.read(connection));
        }

        private static Set<String> seen(Connection connection) throws SQLException {
            var seen = new LinkedHashSet<String>();
            try (var statement = connection.createStatement();
                    var found = statement.executeQuery("SELECT agent_type FROM agents")) {
                while (found.next()) {
                    seen.add(found.getString(1));
                }
            }
            return seen;
        }

        private static Rolling rolling(
                Connection connection,
                String type,
                SettingValues.Limit limit,
                boolean extended,
                long now)
                throws SQLException {
            var hours = extended ? limit.extendedHours() : limit.sessionHours();
            var used =
                    UsageMinutes.since(connection, type, now - Duration.ofHours(hours).toMillis());
            var most = extended ? limit.extendedLimit() : limit.sessionLimit();
            return new Rolling(type, limit.kind(), hours, most, used);
        }

        /** One row for each agent; what a provider says stands in the row of its agent. */
        void write(JsonGenerator out) {
            var left = new ArrayList<>(quotas);
            left.removeIf(quota -> quota.updatedMillis() == null);
            out.writeStartArray();
            for (var agent : agents) {
                out.writeStartObject();
                var own = left.stream().filter(q -> q.agentType().equals(agent.type())).findFirst();
                if (own.isPresent()) {
                    own.get().properties(out);
                    left.remove(own.get());
                } else {
                    Json.text(out, "agent_type", agent.type());
                }
                limits(out, agent);
                out.writeEndObject();
            }
            left.forEach(quota -> quota.write(out));
            out.writeEndArray();
        }

        private static void limits(JsonGenerator out, Agent agent) {
            out.writeStringProperty("limitType", word(agent.session().kind()));
            out.writeName("session");
            window(out, agent.session());
            out.writeName("extended");
            if (agent.extended().limited()) {
                window(out, agent.extended());
            } else {
                out.writeNull();
            }
        }

        private static void window(JsonGenerator out, Rolling window) {
            out.writeStartObject();
            out.writeNumberProperty("used", window.amount());
            out.writeNumberProperty("limit", window.limit());
            out.writeNumberProperty("windowHours", window.hours());
            out.writeEndObject();
        }
    }

    private static String word(SettingValues.Measure kind) {
        return switch (kind) {
            case TOKENS -> "tokens";
            case COST -> "cost";
        };
    }

    /** {@code GET /api/stats} with {@code usage_monitor}, as the stream tells it. */
    public Reply stats(EventQueries queries) throws InterruptedException {
        var stats = new String(queries.stats(Parameters.none()).json(), StandardCharsets.UTF_8);
        var usage = new String(usageMonitor().json(), StandardCharsets.UTF_8);
        var whole = stats.substring(0, stats.length() - 1) + ",\"usage_monitor\":" + usage + "}";
        return new Reply(200, whole.getBytes(StandardCharsets.UTF_8), Optional.empty());
    }

    /** {@code GET /api/limits}: {@code {windows}}, those of the settings first. */
    public Reply limits() throws InterruptedException {
        var usage = usage();
        return Reply.of(
                200,
                out -> {
                    out.writeStartObject();
                    out.writeName("windows");
                    out.writeStartArray();
                    for (var agent : usage.agents()) {
                        configured(out, agent.session());
                        if (agent.extended().limited()) {
                            configured(out, agent.extended());
                        }
                    }
                    for (var quota : usage.quotas()) {
                        quota.windows().forEach(window -> provided(out, quota, window));
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                });
    }

    /** A window rolls: it has room again when its oldest use leaves it. */
    private static void configured(JsonGenerator out, Rolling window) {
        var first = window.used().first();
        var started = first.isPresent() ? (Long) first.getAsLong() : null;
        out.writeStartObject();
        Json.text(out, "agent_type", window.agentType());
        Json.text(out, "name", name(Duration.ofHours(window.hours())));
        Json.text(out, "kind", word(window.kind()));
        out.writeNumberProperty("used", window.amount());
        number(out, "limit", window.limited() ? window.limit() : null);
        Json.time(out, "started_at", started);
        Json.time(
                out,
                "resets_at",
                started == null
                        ? null
                        : (Long) (started + Duration.ofHours(window.hours()).toMillis()));
        Json.text(out, "source", "configured");
        number(out, "used_percent", window.limited() ? percent(window) : null);
        out.writeEndObject();
    }

    private static BigDecimal percent(Rolling window) {
        return window.amount().movePointRight(2).divide(window.limit(), 1, RoundingMode.HALF_UP);
    }

    private static void provided(JsonGenerator out, Quota quota, Quota.Window window) {
        var minutes = window.windowMinutes();
        out.writeStartObject();
        Json.text(out, "agent_type", quota.agentType());
        Json.text(out, "name", minutes == null ? null : name(Duration.ofMinutes(minutes)));
        Json.text(out, "kind", "tokens");
        number(out, "used", null);
        number(out, "limit", null);
        Json.time(out, "started_at", window.startedMillis());
        Json.time(out, "resets_at", window.resetsMillis());
        Json.text(out, "source", "provider");
        number(out, "used_percent", window.usedPercent());
        out.writeEndObject();
    }

    private static void number(JsonGenerator out, String name, @Nullable BigDecimal value) {
        out.writeName(name);
        if (value == null) {
            out.writeNull();
        } else {
            out.writeNumber(value);
        }
    }

    /** Days from two on, else hours, else minutes. */
    static String name(Duration window) {
        var hours = window.toHours();
        if (window.toMinutes() % 60 != 0) {
            return window.toMinutes() + " min";
        }
        return hours % 24 == 0 && hours > 24 ? hours / 24 + " d" : hours + " h";
    }

    /** {@code GET /api/provider-quotas}: what each provider said last. */
    public Reply quotas() throws InterruptedException {
        var quotas = log.read(Quotas::read);
        return Reply.of(
                200,
                out -> {
                    out.writeStartArray();
                    quotas.forEach(quota -> quota.write(out));
                    out.writeEndArray();
                });
    }

    /**
     * {@code POST /api/provider-quotas/{provider}}: 202 {@code {accepted: true}}, 404 for another
     * provider, 400 for what is no JSON object.
     */
    public Reply quota(String provider, byte[] body) throws InterruptedException {
        if (!Quota.PROVIDERS.contains(provider)) {
            return Reply.error(404, "Unknown provider");
        }
        var input = BodyText.read(body);
        if (input.isEmpty() || !input.get().isObject()) {
            return Reply.error(400, "Expected JSON object body");
        }
        return save(Quota.of(provider, input.get(), log.now()));
    }

    /**
     * {@code POST /api/provider-quotas/claude/statusline}: what Claude Code hands to a status line;
     * 202 {@code {accepted: false, reason}} if it names no limits.
     */
    public Reply statusline(byte[] body) throws InterruptedException {
        var limits = BodyText.read(body).map(input -> input.path("rate_limits"));
        var five = limits.map(each -> each.path("five_hour")).filter(JsonNode::isObject);
        var seven = limits.map(each -> each.path("seven_day")).filter(JsonNode::isObject);
        if (five.isEmpty() && seven.isEmpty()) {
            return accepted(false, "missing rate_limits payload");
        }
        var input = JsonNodeFactory.instance.objectNode();
        input.put("status", "available");
        input.put("source", "claude-statusline");
        five.ifPresent(each -> input.set("primary", window(each, Duration.ofHours(5))));
        seven.ifPresent(each -> input.set("secondary", window(each, Duration.ofDays(7))));
        return save(Quota.of("claude", input, log.now()));
    }

    private static JsonNode window(JsonNode said, Duration length) {
        var window = JsonNodeFactory.instance.objectNode();
        window.set("used_percent", said.path("used_percentage"));
        window.set("resets_at", said.path("resets_at"));
        window.put("window_minutes", length.toMinutes());
        return window;
    }

    private Reply save(Quota quota) throws InterruptedException {
        var now = log.now();
        var saved = log.onWriter(sql -> Quotas.save(sql.connection(), quota, now));
        return saved
                ? accepted(true, null)
                : Reply.later(503, "The quota was not stored.", Duration.ofSeconds(5));
    }

    private static Reply accepted(boolean accepted, @Nullable String reason) {
        return Reply.of(
                202,
                out -> {
                    out.writeStartObject();
                    out.writeBooleanProperty("accepted", accepted);
                    if (reason != null) {
                        out.writeStringProperty("reason", reason);
                    }
                    out.writeEndObject();
                });
    }
}
