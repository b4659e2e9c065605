package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Random events against a model that keeps everything in plain maps. */
class ModelTest {
    private static final int TURNS = 400;
    private static final List<String> AGENTS = List.of("claude_code", "codex", "other");
    private static final List<String> TYPES =
            List.of("tool_use", "session_start", "session_end", "error", "llm_response");
    private static final List<String> TOOLS = List.of("Bash", "Edit", "Write", "Read");

    @TempDir Path folder;

    private static final class ModelSession {
        String status = "";
        long lastEvent;
        long events;
        long tokens;
        @Nullable Long nanos;
        final Set<String> files = new HashSet<>();
        long lines;
        @Nullable String project;

        String status(long now) {
            var silence = now - lastEvent;
            if (status.equals("ended") || silence > 600_000) {
                return "ended";
            }
            return silence > 300_000 ? "idle" : status;
        }
    }

    private final Map<String, ModelSession> sessions = new TreeMap<>();
    private final Map<String, Long> tools = new TreeMap<>();
    private final Map<String, Long> agents = new TreeMap<>();
    private final Set<String> eventIds = new HashSet<>();
    private final List<Long> times = new ArrayList<>();
    private long tokens;
    private long nanos;

    @ParameterizedTest
    @ValueSource(longs = {1, 20_261_120, 77})
    void agreesWithAModel(long seed) throws Exception {
        var random = new Random(seed);
        try (var log = new TestLog(folder)) {
            for (var turn = 0; turn < TURNS; turn++) {
                var where = "seed " + seed + ", turn " + turn;
                switch (random.nextInt(10)) {
                    case 0 -> log.clock.turn(Duration.ofSeconds(random.nextInt(700)));
                    case 1 -> log.log.ageSessions();
                    case 2 -> batch(log, random, where);
                    default -> single(log, random, where);
                }
                if (turn % 20 == 19) {
                    compare(log, random, where);
                }
            }
            compare(log, random, "seed " + seed + ", at the end");
        }
    }

    /** A random event, as JSON, and what the model makes of it: false if it is known. */
    private record Made(String json, boolean fresh) {}

    private Made made(TestLog log, Random random) {
        var session = "s" + random.nextInt(6);
        var agent = AGENTS.get(random.nextInt(AGENTS.size()));
        var type = TYPES.get(random.nextInt(TYPES.size()));
        var tool = random.nextBoolean() ? TOOLS.get(random.nextInt(TOOLS.size())) : null;
        var eventId = random.nextInt(3) == 0 ? "e" + random.nextInt(60) : null;
        var tokensIn = random.nextInt(1_000);
        var cost = random.nextInt(3) == 0 ? (Long) (long) random.nextInt(2_000_000) : null;
        var file = "/f" + random.nextInt(5);
        var lines = random.nextInt(9);
        var project = random.nextInt(4) == 0 ? "p" + random.nextInt(3) : null;
        var json =
                Json.text(out ->
                        Json.object(
                                out,
                                o -> {
                                    Json.text(o, "session_id", session);
                                    Json.text(o, "agent_type", agent);
                                    Json.text(o, "event_type", type);
                                    Json.text(o, "tool_name", tool);
                                    Json.text(o, "event_id", eventId);
                                    Json.text(o, "project", project);
                                    Json.whole(o, "tokens_in", (long) tokensIn);
                                    Json.dollars(o, "cost_usd", cost);
                                    o.writeName("metadata");
                                    o.writeStartObject();
                                    Json.text(o, "file_path", file);
                                    Json.whole(o, "lines_added", (long) lines);
                                    o.writeEndObject();
                                }));
        if (eventId != null && !eventIds.add(eventId)) {
            return new Made(json, false);
        }
        var model = sessions.computeIfAbsent(session, _ -> new ModelSession());
        model.status =
                !type.equals("session_end")
                        ? "active"
                        : agent.equals("claude_code") ? "idle" : "ended";
        model.lastEvent = log.clock.millis();
        model.events++;
        model.tokens += tokensIn;
        model.lines += lines;
        model.project = project == null ? model.project : project;
        if (cost != null) {
            model.nanos = (model.nanos == null ? 0 : model.nanos) + cost;
            nanos += cost;
        }
        if (tool != null) {
            tools.merge(tool, 1L, Long::sum);
            if (tool.equals("Edit") || tool.equals("Write")) {
                model.files.add(file);
            }
        }
        agents.merge(agent, 1L, Long::sum);
        tokens += tokensIn;
        times.add(model.lastEvent);
        return new Made(json, true);
    }

    private void single(TestLog log, Random random, String where) throws InterruptedException {
        var made = made(log, random);

        var reply = log.post(made.json());

        assertThat(reply.status()).as(where).isEqualTo(made.fresh() ? 201 : 200);
    }

    private void batch(TestLog log, Random random, String where) throws InterruptedException {
        var items = new ArrayList<String>();
        var fresh = 0;
        for (var i = random.nextInt(30); i > 0; i--) {
            var made = made(log, random);
            items.add(made.json());
            fresh += made.fresh() ? 1 : 0;
        }

        var reply = TestLog.json(log.postAll("{\"events\":[" + String.join(",", items) + "]}"));

        assertThat(reply.path("received").intValue()).as(where).isEqualTo(fresh);
        assertThat(reply.path("duplicates").intValue()).as(where).isEqualTo(items.size() - fresh);
    }

    private void compare(TestLog log, Random random, String where) throws InterruptedException {
        var now = log.clock.millis();
        for (var entry : sessions.entrySet()) {
            var model = entry.getValue();
            var row = log.session(entry.getKey());
            assertThat(
                            "%s %s %s %s %s %s %s"
                                    .formatted(
                                            row.path("status").stringValue(),
                                            row.path("event_count"),
                                            row.path("tokens_in"),
                                            row.path("files_edited"),
                                            row.path("lines_added"),
                                            row.path("project").stringValue("null"),
                                            row.path("total_cost_usd")))
                    .as(where + " " + entry.getKey())
                    .isEqualTo(
                            "%s %s %s %s %s %s %s"
                                    .formatted(
                                            model.status(now),
                                            model.events,
                                            model.tokens,
                                            model.files.size(),
                                            model.lines,
                                            model.project,
                                            dollars(model.nanos)));
        }
        compareStats(log, now, where);
        compareSince(log, random, now, where);
    }

    private void compareStats(TestLog log, long now, String where) throws InterruptedException {
        var stats = log.stats();
        assertThat(stats.path("total_events").intValue()).as(where).isEqualTo(times.size());
        assertThat(stats.path("total_tokens_in").longValue()).as(where).isEqualTo(tokens);
        assertThat(stats.path("total_sessions").intValue()).as(where).isEqualTo(sessions.size());
        assertThat(stats.path("active_sessions").longValue())
                .as(where)
                .isEqualTo(count("active", now));
        assertThat(stats.path("live_sessions").longValue())
                .as(where)
                .isEqualTo(count("active", now) + count("idle", now));
        assertThat(counts(stats.path("tool_breakdown"))).as(where).isEqualTo(tools);
        assertThat(counts(stats.path("agent_breakdown"))).as(where).isEqualTo(agents);
        assertThat(log.events().path("total").intValue()).as(where).isEqualTo(times.size());
        if (nanos > 0) {
            assertThat(stats.path("total_cost_usd").toString()).as(where).isEqualTo(dollars(nanos));
        }
    }

    private void compareSince(TestLog log, Random random, long now, String where)
            throws InterruptedException {
        var since = now - random.nextInt(4 * 3_600_000);
        var expected = times.stream().filter(time -> time >= since).count();
        assertThat(log.stats("since", Json.iso(since)).path("total_events").longValue())
                .as(where + " since " + Json.iso(since))
                .isEqualTo(expected);
        assertThat(log.events("since", Json.iso(since)).path("total").longValue())
                .as(where + " since " + Json.iso(since))
                .isEqualTo(expected);
    }

    private long count(String status, long now) {
        return sessions.values().stream().filter(s -> s.status(now).equals(status)).count();
    }

    private static Map<String, Long> counts(JsonNode breakdown) {
        var counts = new TreeMap<String, Long>();
        breakdown.properties().forEach(e -> counts.put(e.getKey(), e.getValue().longValue()));
        return counts;
    }

    private static String dollars(@Nullable Long nanos) {
        return nanos == null
                ? "null"
                : Json.read(Json.text(out -> Json.object(out, o -> Json.dollars(o, "c", nanos))))
                        .path("c")
                        .toString();
    }
}
