package dev.proa.eventlog;

import dev.proa.core.MonotonicTime;
import dev.proa.core.Problem;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/**
 * Measures questions about costs in process, and how fast batches with usage are stored. Arguments:
 * events, events of a session.
 */
final class CostSpeed {
    private static final String[] MODELS = {
        "claude-opus-4-6", "claude-sonnet-4-6", "claude-haiku-4-5", "gpt-5-codex", "unheard-of"
    };
    private static final int DAYS = 90;
    private static final long DAY = 86_400_000;

    private CostSpeed() {}

    /** Prints what it measures. */
    public static void main(String[] arguments) throws Exception {
        var events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        var perSession = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 250;
        var folder = Files.createTempDirectory("cost-speed");
        EventLogListener deaf =
                new EventLogListener() {
                    @Override
                    public void committed(Commit commit) {}

                    @Override
                    public void troubled(Problem problem) {
                        System.out.println(problem);
                    }
                };
        try (var log = EventLog.open(folder, new MonotonicTime(), deaf)) {
            fill(log, events, perSession);
            var costs = new CostQueries(log);
            for (var by : CostReport.WORDS) {
                ask("costs by " + by, () -> costs.costs(with("by", by, "zone", "Europe/Berlin")));
            }
            ask("costs in Kolkata", () -> costs.costs(with("by", "day", "zone", "Asia/Kolkata")));
            ask("series by day", () -> costs.series(with("bucket", "day", "by", "model")));
            ask("series by hour", () -> costs.series(with("bucket", "hour", "by", "model")));
            ask("events", () -> costs.events(Parameters.none()));
            ask("unpriced events", () -> costs.events(with("unpriced", "true", "offset", "5000")));
            ask("of a project", () -> costs.events(with("project", "p3", "model", MODELS[2])));
            ask("stats/cost", () -> costs.contract(Parameters.none()));
            var from = System.nanoTime();
            costs.recalculate(false);
            System.out.printf("recalculate %.1f s%n", (System.nanoTime() - from) / 1e9);
            System.out.printf("%,d bytes%n", log.sizeBytes());
        }
    }

    private static Parameters with(String... names) {
        return name -> {
            for (var i = 0; i < names.length; i += 2) {
                if (names[i].equals(name)) {
                    return Optional.of(names[i + 1]);
                }
            }
            return Optional.empty();
        };
    }

    private interface Question {
        Reply ask() throws InterruptedException;
    }

    private static void ask(String name, Question question) throws InterruptedException {
        var times = new double[60];
        var bytes = 0;
        for (var i = 0; i < times.length; i++) {
            var from = System.nanoTime();
            bytes = question.ask().json().length;
            times[i] = (System.nanoTime() - from) / 1e6;
        }
        var warm = Arrays.copyOfRange(times, 10, times.length);
        Arrays.sort(warm);
        System.out.printf(
                "%-20s p50 %6.1f ms, p95 %6.1f ms, %,d bytes%n",
                name, warm[warm.length / 2], warm[(int) (warm.length * 0.95)], bytes);
    }

    private static void fill(EventLog log, int events, int perSession) throws InterruptedException {
        var random = new Random(7);
        var begin = log.now() - DAYS * DAY;
        var from = System.nanoTime();
        for (var next = 0; next < events; ) {
            var batch = new ArrayList<NewEvent>();
            for (; next < events && batch.size() < 1_000; next++) {
                var session = next / perSession;
                var start = begin + (long) ((double) session * perSession / events * DAYS * DAY);
                var at = start + (next % perSession) * (7_200_000L / perSession);
                var used = next % 3 == 0;
                batch.add(
                        new EventDraft(
                                        "s" + session,
                                        "claude_code",
                                        used ? "llm_response" : "tool_use")
                                .id("e" + next)
                                .project("p" + session % 12)
                                .branch("b" + session % 5)
                                .model(used ? MODELS[random.nextInt(MODELS.length)] : null)
                                .tokens(
                                        used
                                                ? new NewEvent.Tokens(
                                                        random.nextInt(9_000), 300, 20_000, 900)
                                                : NewEvent.Tokens.NONE)
                                .identity(
                                        used
                                                ? new NewEvent.Identity(
                                                        "msg" + next, "req" + next, null, false)
                                                : NewEvent.Identity.NONE)
                                .source("import")
                                .happened(at)
                                .event());
            }
            log.append(batch);
        }
        System.out.printf(
                "%,d events stored in %.1f s%n", events, (System.nanoTime() - from) / 1e9);
    }
}
