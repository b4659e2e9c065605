package dev.proa.bench;

import dev.proa.core.MonotonicTime;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How long the agent monitor's readers wait for answers about a long history, and what it takes.
 */
final class HistoryBenchmark implements Benchmark {
    private static final double MOST_MILLIS = 20;
    private static final double MOST_MIB = 250;
    private static final Duration SPAN = Duration.ofDays(90);
    private static final List<String> TOOLS =
            List.of("Bash", "Edit", "Read", "Write", "Grep", "Glob", "Task", "WebFetch");
    private static final List<String> AGENTS = List.of("claude_code", "codex", "gemini_cli");
    private static final List<String> MODELS =
            List.of("claude-sonnet-4-5", "gpt-5", "gemini-2.5-pro", "claude-opus-4-1");

    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        var smoke = setting.sizes().equals(Setting.Sizes.SMOKE);
        var count = smoke ? 50_000 : 1_000_000;
        var now = new MonotonicTime().instant();
        var lines = setting.work().resolve("events.ndjson");
        write(lines, count, now.minus(SPAN));
        var folder = Files.createDirectories(setting.work().resolve("history"));
        var began = System.nanoTime();
        fill(setting, folder, lines);
        var filled = (System.nanoTime() - began) / 1e9;
        Files.delete(lines);
        var measures = new ArrayList<Measure>();
        measures.add(Measure.of("taking the events in", "s", List.of(filled)));
        measures.add(
                Measure.of(
                        "size of the log",
                        "MiB",
                        List.of(Files.size(folder.resolve("events.db")) / 1024.0 / 1024)));
        try (var product = Product.over(setting, folder)) {
            var address = product.ready();
            for (var question : questions(now).entrySet()) {
                measures.add(asked(address, question.getKey(), question.getValue(), smoke));
            }
            measures.add(
                    Measure.of(
                            "runtime afterwards, RSS",
                            "MiB",
                            Goal.atMost(MOST_MIB),
                            List.of(ProcessFacts.memory(product.pid()).rss())));
        }
        var how =
                "%,d events of %d days in %,d sessions, taken in by `proa events import`; then each question asked one after the other over one connection of the gateway, p95 of five rounds of 40."
                        .formatted(count, SPAN.toDays(), count / 300);
        return Result.of(how, measures);
    }

    private static Map<String, String> questions(Instant now) {
        var month = now.minus(Duration.ofDays(30));
        var questions = new LinkedHashMap<String, String>();
        questions.put("sessions", "/api/sessions?limit=50");
        questions.put("sessions of a project", "/api/sessions?limit=50&project=project-7");
        questions.put("sessions by cost", "/api/sessions?limit=50&order=cost");
        questions.put("stats", "/api/stats");
        questions.put("stats of 30 days", "/api/stats?since=" + month);
        questions.put("tools", "/api/stats/tools");
        questions.put("filter options", "/api/filter-options");
        questions.put("costs by day", "/api/costs?by=day");
        questions.put("costs by model", "/api/costs?by=model");
        questions.put("costs by project", "/api/costs?by=project");
        questions.put("costs by branch", "/api/costs?by=branch");
        questions.put("costs, a series by day", "/api/costs/series?bucket=day&by=model");
        questions.put("costs of the contract", "/api/stats/cost");
        questions.put("search, a common word", "/api/search?q=check");
        questions.put("search, a rare word", "/api/search?q=word399");
        questions.put("search, a phrase", "/api/search?q=%22make%20check%22");
        return questions;
    }

    private static Measure asked(Product.Address address, String label, String path, boolean smoke)
            throws IOException {
        var request =
                Texts.head(
                        "GET " + path + " HTTP/1.1",
                        "Host: 127.0.0.1:" + address.port(),
                        "X-Proa-Token: " + address.token());
        var rounds = new ArrayList<Double>();
        try (var http = new RawHttp(address.port())) {
            for (var i = 0; i < (smoke ? 1 : 20); i++) {
                ask(http, path, request);
            }
            for (var round = 0; round < (smoke ? 1 : 5); round++) {
                var waits = new long[smoke ? 2 : 40];
                for (var i = 0; i < waits.length; i++) {
                    var asked = System.nanoTime();
                    ask(http, path, request);
                    waits[i] = System.nanoTime() - asked;
                }
                rounds.add(new Durations(waits).millis(0.95));
            }
        }
        return Measure.of(label + ", p95", "ms", Goal.atMost(MOST_MILLIS), rounds);
    }

    private static void ask(RawHttp http, String path, byte[] request) throws IOException {
        var status = http.exchange(request);
        if (status != 200) {
            throw new IOException(path + " was answered " + status);
        }
    }

    private static void fill(Setting setting, Path folder, Path lines)
            throws IOException, InterruptedException {
        var builder =
                new ProcessBuilder(
                        setting.checkout().resolve("proa").toString(),
                        "events",
                        "import",
                        lines.toString(),
                        "--data-dir",
                        folder.toString());
        Product.separate(builder, setting.work());
        builder.redirectErrorStream(true).redirectOutput(setting.work().resolve("fill").toFile());
        var status = builder.start().waitFor();
        if (status != 0) {
            throw new IOException(Files.readString(setting.work().resolve("fill")));
        }
    }

    private static void write(Path file, int count, Instant from) throws IOException {
        var random = new Random(1);
        try (var out = Files.newBufferedWriter(file)) {
            for (var i = 0; i < count; i++) {
                event(out, i, from.plusMillis(SPAN.toMillis() / count * i), random);
            }
        }
    }

    private static void event(BufferedWriter out, int number, Instant at, Random random)
            throws IOException {
        var session = number / 300;
        out.write(
                "{\"event_id\":\"e%d\",\"session_id\":\"session-%d\",\"agent_type\":\"%s\",\"project\":\"project-%d\",\"branch\":\"branch-%d\",\"created_at\":\"%s\",\"client_timestamp\":\"%s\",\"source\":\"api\""
                        .formatted(
                                number,
                                session,
                                AGENTS.get(session % AGENTS.size()),
                                session % 40,
                                session % 90,
                                at,
                                at));
        out.write(
                switch (number % 10) {
                    case 0 ->
                            ",\"event_type\":\"user_prompt\",\"metadata\":{\"message\":\"%s\"}}\n"
                                    .formatted(words(random));
                    case 1, 2, 3 ->
                            ",\"event_type\":\"llm_response\",\"model\":\"%s\",\"tokens_in\":%d,\"tokens_out\":300}\n"
                                    .formatted(
                                            MODELS.get(session % MODELS.size()),
                                            random.nextInt(9_000));
                    default ->
                            ",\"event_type\":\"tool_use\",\"tool_name\":\"%s\",\"status\":\"%s\",\"duration_ms\":%d,\"metadata\":{\"command\":\"make check %s\",\"file_path\":\"/home/me/src/file%d.java\"}}\n"
                                    .formatted(
                                            TOOLS.get(random.nextInt(TOOLS.size())),
                                            number % 20 == 5 ? "error" : "success",
                                            random.nextInt(60_000),
                                            words(random),
                                            random.nextInt(5_000));
                });
    }

    private static String words(Random random) {
        var text = new StringBuilder();
        for (var i = 0; i < 8; i++) {
            text.append("word").append((int) Math.abs(random.nextGaussian() * 200)).append(' ');
        }
        return text.toString();
    }
}
