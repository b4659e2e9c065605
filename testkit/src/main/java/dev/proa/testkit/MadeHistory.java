package dev.proa.testkit;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;

/**
 * Histories of coding agents in the form that the agents write, made up by a seed: the same seed
 * and size give the same bytes. Nine sessions of ten are Claude Code's, every fifth of those has a
 * file of a sub-agent, and the rest are Codex's.
 */
public final class MadeHistory {
    private static final Instant BEGIN = Instant.parse("2025-06-01T08:00:00Z");
    private static final String WORDS =
            "the quick brown fox jumps over a lazy dog and reads its log ";

    private final Path home;
    private final Random random;
    private long written;
    private long messages;
    private long prompts;
    private long calls;
    private long tokens;

    /**
     * What was made.
     *
     * @param messages answers of models, each counted once
     * @param tokens all of their classes together
     */
    public record Made(
            long bytes, int files, long messages, long prompts, long calls, long tokens) {}

    private MadeHistory(Path home, long seed) {
        this.home = home;
        this.random = new Random(seed);
    }

    /** Writes at least so many bytes below {@code home/.claude} and {@code home/.codex}. */
    public static Made in(Path home, long bytes, long seed) throws IOException {
        return new MadeHistory(home, seed).make(bytes);
    }

    private Made make(long bytes) throws IOException {
        var files = 0;
        // Ten sessions at least, so that there is something of everything.
        for (var session = 0; written < bytes || session < 10; session++) {
            var size = Math.clamp(bytes / 20, 20_000, 8_000_000);
            if (session % 10 == 9) {
                codex(session, size);
            } else {
                claude(session, size, false);
                if (session % 5 == 0) {
                    claude(session, size / 8, true);
                    files++;
                }
            }
            files++;
        }
        return new Made(written, files, messages, prompts, calls, tokens);
    }

    private static String id(String kind, long number) {
        return String.format(
                Locale.ROOT, "%08x-%04x-4000-8000-%012x", number, kind.hashCode() & 0xffff, number);
    }

    private static String time(int session, long seconds) {
        return BEGIN.plusSeconds(session * 5_400L + seconds).toString();
    }

    private String words(int length) {
        var text = new StringBuilder();
        while (text.length() < length) {
            text.append(WORDS).append(random.nextInt(1_000_000)).append(' ');
        }
        return text.substring(0, length);
    }

    private void claude(int session, long size, boolean subagent) throws IOException {
        var name = id("claude", session);
        var folder = home.resolve(".claude/projects/-home-me-shop-" + session % 7);
        var file =
                subagent
                        ? folder.resolve(name + "/subagents/agent-" + session + ".jsonl")
                        : folder.resolve(name + ".jsonl");
        var common =
                "\"sessionId\":\"%s\",\"cwd\":\"/home/me/shop-%d\",\"gitBranch\":\"%s\",\"version\":\"2.0.1\",\"isSidechain\":%s%s"
                        .formatted(
                                name,
                                session % 7,
                                session % 3 == 0 ? "main" : "feature-" + session % 3,
                                subagent,
                                subagent ? ",\"agentId\":\"a" + session + "\"" : "");
        Files.createDirectories(file.getParent());
        var begin = written;
        var seconds = 0L;
        try (var out = Files.newBufferedWriter(file)) {
            if (!subagent) {
                line(
                        out,
                        "{\"type\":\"file-history-snapshot\",\"messageId\":\"m\",\"snapshot\":{}}");
            }
            for (var turn = 0; written - begin < size || turn < 2; turn++) {
                var message = "msg_" + session + (subagent ? "s" : "") + "_" + turn;
                line(
                        out,
                        "{\"type\":\"user\",\"uuid\":\"%s-u\",\"timestamp\":\"%s\",%s,\"message\":{\"role\":\"user\",\"content\":\"%s\"}}"
                                .formatted(
                                        message,
                                        time(session, seconds),
                                        common,
                                        words(20 + random.nextInt(400))));
                prompts += subagent ? 0 : 1;
                seconds += 2;
                var model = turn % 4 == 0 ? "claude-haiku-4-5" : "claude-sonnet-4-5";
                var in = 3 + random.nextInt(40);
                var outTokens = 10 + random.nextInt(800);
                var read = random.nextInt(90_000);
                var write = random.nextInt(3_000);
                var usage =
                        "\"usage\":{\"input_tokens\":%d,\"output_tokens\":%d,\"cache_read_input_tokens\":%d,\"cache_creation_input_tokens\":%d,\"cache_creation\":{\"ephemeral_5m_input_tokens\":%d,\"ephemeral_1h_input_tokens\":0},\"service_tier\":\"standard\"}"
                                .formatted(in, outTokens, read, write, write);
                messages++;
                tokens += in + outTokens + read + write;
                assistant(
                        out,
                        message,
                        "t",
                        time(session, seconds),
                        common,
                        model,
                        usage,
                        "{\"type\":\"text\",\"text\":\"%s\"}"
                                .formatted(words(100 + random.nextInt(2_000))));
                for (var call = 0; call < 1 + turn % 3; call++) {
                    var use = "toolu_" + message + "_" + call;
                    seconds++;
                    assistant(
                            out,
                            message,
                            "c" + call,
                            time(session, seconds),
                            common,
                            model,
                            usage,
                            use(use, turn + call));
                    seconds += random.nextInt(5);
                    result(out, use, time(session, seconds), common, turn + call);
                    calls++;
                }
            }
        }
        Files.setLastModifiedTime(
                file, FileTime.from(BEGIN.plusSeconds(session * 5_400L + seconds)));
    }

    private void assistant(
            BufferedWriter out,
            String message,
            String part,
            String time,
            String common,
            String model,
            String usage,
            String block)
            throws IOException {
        line(
                out,
                "{\"type\":\"assistant\",\"uuid\":\"%s-%s\",\"timestamp\":\"%s\",%s,\"requestId\":\"req_%s\",\"message\":{\"id\":\"%s\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"%s\",\"content\":[%s],%s}}"
                        .formatted(
                                message, part, time, common, message, message, model, block,
                                usage));
    }

    private String use(String id, int kind) {
        var input =
                switch (kind % 3) {
                    case 0 ->
                            "\"name\":\"Bash\",\"input\":{\"command\":\"make test-" + kind + "\"}";
                    case 1 ->
                            "\"name\":\"Edit\",\"input\":{\"file_path\":\"/home/me/shop/src/file%d.txt\",\"old_string\":\"%s\",\"new_string\":\"%s\"}"
                                    .formatted(kind % 40, words(60), words(90));
                    default ->
                            "\"name\":\"Read\",\"input\":{\"file_path\":\"/home/me/shop/src/file%d.txt\"}"
                                    .formatted(kind % 40);
                };
        return "{\"type\":\"tool_use\",\"id\":\"%s\",%s}".formatted(id, input);
    }

    private void result(BufferedWriter out, String use, String time, String common, int kind)
            throws IOException {
        var patch =
                kind % 3 == 1
                        ? ",\"toolUseResult\":{\"structuredPatch\":[{\"lines\":[\" a\",\"-b\",\"+c\",\"+d\"]}]}"
                        : "";
        line(
                out,
                "{\"type\":\"user\",\"uuid\":\"%s-r\",\"timestamp\":\"%s\",%s,\"message\":{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"%s\",\"is_error\":%s,\"content\":\"%s\"}]}%s}"
                        .formatted(
                                use,
                                time,
                                common,
                                use,
                                kind % 17 == 0,
                                words(200 + random.nextInt(6_000)),
                                patch));
    }

    private void codex(int session, long size) throws IOException {
        var name = id("codex", session);
        var file =
                home.resolve(
                        ".codex/sessions/2025/06/rollout-2025-06-01T08-00-00-%s.jsonl"
                                .formatted(name));
        Files.createDirectories(file.getParent());
        var begin = written;
        var seconds = 0L;
        long in = 0;
        long cached = 0;
        long outTokens = 0;
        try (var out = Files.newBufferedWriter(file)) {
            codexLine(
                    out,
                    session,
                    seconds,
                    "session_meta",
                    "{\"id\":\"%s\",\"cwd\":\"/home/me/shop-%d\",\"originator\":\"codex_cli_rs\",\"cli_version\":\"0.65.0\",\"git\":{\"branch\":\"main\"}}"
                            .formatted(name, session % 7));
            for (var turn = 0; written - begin < size || turn < 2; turn++) {
                codexLine(out, session, seconds++, "turn_context", "{\"model\":\"gpt-5-codex\"}");
                codexLine(
                        out,
                        session,
                        seconds++,
                        "event_msg",
                        "{\"type\":\"user_message\",\"message\":\"%s\"}"
                                .formatted(words(20 + random.nextInt(400))));
                prompts++;
                codexLine(
                        out,
                        session,
                        seconds++,
                        "response_item",
                        "{\"type\":\"function_call\",\"name\":\"exec_command\",\"call_id\":\"call_%d_%d\",\"arguments\":\"{\\\"cmd\\\":\\\"make\\\"}\"}"
                                .formatted(session, turn));
                codexLine(
                        out,
                        session,
                        seconds++,
                        "response_item",
                        "{\"type\":\"function_call_output\",\"call_id\":\"call_%d_%d\",\"output\":\"Exit code: 0\\nWall time: 0.5 seconds\\nOutput:\\n%s\"}"
                                .formatted(session, turn, words(random.nextInt(6_000))));
                calls++;
                var newCached = random.nextInt(20_000);
                var newIn = newCached + random.nextInt(5_000);
                var newOut = 1 + random.nextInt(900);
                in += newIn;
                cached += newCached;
                outTokens += newOut;
                messages++;
                tokens += newIn + newOut;
                codexLine(
                        out,
                        session,
                        seconds++,
                        "event_msg",
                        "{\"type\":\"token_count\",\"info\":{\"total_token_usage\":{\"input_tokens\":%d,\"cached_input_tokens\":%d,\"output_tokens\":%d},\"last_token_usage\":{\"input_tokens\":%d,\"cached_input_tokens\":%d,\"output_tokens\":%d}}}"
                                .formatted(in, cached, outTokens, newIn, newCached, newOut));
            }
        }
        Files.setLastModifiedTime(
                file, FileTime.from(BEGIN.plusSeconds(session * 5_400L + seconds)));
    }

    private void codexLine(
            BufferedWriter out, int session, long seconds, String type, String payload)
            throws IOException {
        line(
                out,
                "{\"timestamp\":\"%s\",\"type\":\"%s\",\"payload\":%s}"
                        .formatted(time(session, seconds), type, payload));
    }

    private void line(BufferedWriter out, String line) throws IOException {
        out.write(line);
        out.write('\n');
        written += line.length() + 1; // all of it is ASCII
    }
}
