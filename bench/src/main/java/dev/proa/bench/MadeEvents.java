package dev.proa.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/**
 * Made-up events of coding agents, as many as one likes: the same number gives the same event. Four
 * sessions go on at a time, and 300 events are one session's; of ten events one is a prompt, three
 * are answers of a model, and the rest calls of tools, of which a twelfth fails.
 *
 * @param count how many events there are before now
 * @param from when the first one happened
 */
record MadeEvents(int count, Instant from, Duration span) {
    static final int PROJECTS = 40;
    static final int BRANCHES = 90;
    static final List<String> AGENTS = List.of("claude_code", "codex", "gemini_cli");
    static final List<String> MODELS =
            List.of(
                    "claude-sonnet-4-5",
                    "gpt-5-codex",
                    "gemini-2.5-pro",
                    "claude-opus-4-1",
                    "model-without-a-price");

    private static final int AT_A_TIME = 4;
    private static final int EVENTS = 300;
    private static final int COMMON_WORDS = 2_000;
    private static final List<String> TOOLS =
            List.of("Bash", "Edit", "Read", "Write", "Grep", "Glob", "Task", "WebFetch");

    static String session(long number) {
        var block = number / (AT_A_TIME * EVENTS);
        return "session-" + (block * AT_A_TIME + number % AT_A_TIME);
    }

    int sessions() {
        return count / EVENTS;
    }

    /** Writes all events before now, in the form of an export. */
    void write(Path file) throws IOException {
        try (var out = Files.newBufferedWriter(file)) {
            for (var i = 0; i < count; i++) {
                var at = from.plusNanos(span.toNanos() / count * i);
                var times = "\"created_at\":\"%s\",\"client_timestamp\":\"%s\",".formatted(at, at);
                out.write("{" + times + rest(i));
                out.write('\n');
            }
        }
    }

    /** An event that happens now. */
    static String now(long number) {
        return "{" + rest(number);
    }

    private static String rest(long number) {
        var random = new Random(number);
        var session = session(number);
        var kind = (int) (Long.parseLong(session.substring("session-".length())) % 1_000_000);
        var start =
                "\"event_id\":\"e%d\",\"session_id\":\"%s\",\"agent_type\":\"%s\",\"project\":\"project-%d\",\"branch\":\"branch-%d\",\"source\":\"api\","
                        .formatted(
                                number,
                                session,
                                AGENTS.get(kind % AGENTS.size()),
                                kind % PROJECTS,
                                kind % BRANCHES);
        return start
                + switch (random.nextInt(10)) {
                    case 0 ->
                            "\"event_type\":\"user_prompt\",\"metadata\":{\"message\":\"%s\"}}"
                                    .formatted(words(random, 30));
                    case 1, 2, 3 -> answer(random, kind);
                    default -> call(random);
                };
    }

    private static String answer(Random random, int session) {
        var model = random.nextInt(10) == 0 ? random.nextInt(MODELS.size()) : session;
        return "\"event_type\":\"llm_response\",\"model\":\"%s\",\"tokens_in\":%d,\"tokens_out\":%d,\"cache_read_tokens\":%d,\"metadata\":{\"content_preview\":\"%s\"}}"
                .formatted(
                        MODELS.get(model % MODELS.size()),
                        random.nextInt(9_000),
                        random.nextInt(2_000),
                        random.nextInt(90_000),
                        words(random, 40));
    }

    private static String call(Random random) {
        var failed = random.nextInt(12) == 0;
        return "\"event_type\":\"tool_use\",\"tool_name\":\"%s\",\"status\":\"%s\",\"duration_ms\":%d,\"metadata\":{\"command\":\"make check %s\",\"file_path\":\"/home/me/src/part%d/file%d.java\"%s}}"
                .formatted(
                        TOOLS.get(random.nextInt(TOOLS.size())),
                        failed ? "error" : "success",
                        random.nextInt(60_000),
                        words(random, 6),
                        random.nextInt(30),
                        random.nextInt(5_000),
                        failed ? ",\"error\":\"failed: " + words(random, 3) + "\"" : "");
    }

    private static String words(Random random, int count) {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(word(random));
        }
        return text.toString();
    }

    /** Some words are common, most are not: the square of an even spread. */
    private static String word(Random random) {
        var spread = random.nextDouble();
        return "word" + (int) (spread * spread * COMMON_WORDS);
    }
}
