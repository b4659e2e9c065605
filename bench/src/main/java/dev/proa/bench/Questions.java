package dev.proa.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** What readers ask about a long history; no two questions in a row are the same. */
final class Questions {
    /**
     * A kind of question.
     *
     * @param goal whether its answer is to come within 20 ms
     * @param path the address of each single one
     */
    record Question(String label, boolean goal, IntFunction<String> path) {}

    private final List<Question> all = new ArrayList<>();
    private final MadeEvents events;
    private final Instant now;

    private Questions(MadeEvents events, Instant now) {
        this.events = events;
        this.now = now;
    }

    static List<Question> about(MadeEvents events, Instant now) {
        var questions = new Questions(events, now);
        questions.sessions();
        questions.stats();
        questions.costs();
        questions.search();
        questions.rest();
        return questions.all;
    }

    private void goal(String label, IntFunction<String> path) {
        all.add(new Question(label, true, path));
    }

    private void other(String label, IntFunction<String> path) {
        all.add(new Question(label, false, path));
    }

    private Instant ago(int i, int days) {
        return now.minus(Duration.ofDays(days)).minus(Duration.ofMinutes(37L * i));
    }

    private static String project(int i) {
        return "project-" + i * 7 % MadeEvents.PROJECTS;
    }

    private static String of(List<String> list, int i) {
        return list.get(i % list.size());
    }

    private void sessions() {
        goal("sessions", i -> "/api/sessions?limit=50&offset=" + i % 10 * 50);
        goal("sessions, 500", i -> "/api/sessions?limit=500&since=" + ago(i, 60));
        goal("sessions of a project", i -> "/api/sessions?limit=50&project=" + project(i));
        goal(
                "sessions of a branch",
                i -> "/api/sessions?limit=50&branch=branch-" + i % MadeEvents.BRANCHES);
        goal("sessions by title", i -> "/api/sessions?limit=50&q=word" + i);
        goal("sessions by cost", i -> "/api/sessions?order=cost&limit=" + (50 + i % 10));
    }

    private void stats() {
        goal("stats", i -> "/api/stats?agent_type=" + agent(i));
        goal("stats of some days", i -> "/api/stats?since=" + ago(i, 1 + i % 60));
        goal("tools", i -> "/api/stats/tools?agent_type=" + agent(i));
        goal("tools of some days", i -> "/api/stats/tools?since=" + ago(i, 1 + i % 60));
    }

    private static String agent(int i) {
        // Every fourth question is about all of them.
        return i % 4 == 3 ? "" : of(MadeEvents.AGENTS, i);
    }

    private void costs() {
        goal("costs by day", i -> "/api/costs?by=day&agent_type=" + agent(i));
        goal(
                "costs by day elsewhere",
                i -> "/api/costs?by=day&zone=Europe/Berlin&from=" + ago(i, 30));
        for (var by : List.of("model", "project", "branch", "agent", "session")) {
            goal(
                    "costs by " + by,
                    i -> "/api/costs?by=%s&from=%s".formatted(by, ago(i, 1 + i % 80)));
        }
        goal(
                "costs of a project",
                i -> "/api/costs?by=day&project=%s&from=%s".formatted(project(i), ago(i, 60)));
        goal("costs of a session", i -> "/api/costs?by=day&session_id=" + session(i));
        goal("cost series by day", i -> "/api/costs/series?bucket=day&by=model&from=" + ago(i, 60));
        goal(
                "cost series by hour",
                i -> "/api/costs/series?bucket=hour&by=project&from=" + ago(i, 7));
        goal("costs of the contract", i -> "/api/stats/cost?since=" + ago(i, 1 + i % 80));
    }

    private String session(int i) {
        return MadeEvents.session(i * 9_973L % events.count());
    }

    private void search() {
        goal("search, a common word", i -> "/api/search?q=check&offset=" + i % 20 * 50);
        goal("search, some word", i -> "/api/search?q=word" + i * 31 % 400);
        goal("search, a rare word", i -> "/api/search?q=word" + (1_000 + i * 31 % 900));
        goal("search, two words", i -> "/api/search?q=word%d%%20word%d".formatted(i, 2 * i + 1));
        goal("search, a phrase", i -> "/api/search?q=%22make%20check%20word" + i + "%22");
        goal("search, a beginning", i -> "/api/search?q=word" + (10 + i % 90) + "*");
        goal(
                "search in errors",
                i -> "/api/search?kind=error&q=word%d&project=%s".formatted(i, project(i)));
        goal(
                "search of some days",
                i -> "/api/search?q=word%d&since=%s".formatted(i, ago(i, 1 + i % 60)));
    }

    private void rest() {
        other("events", i -> "/api/events?limit=200&offset=" + i % 5 * 200);
        other("events of a session", i -> "/api/events?limit=200&session_id=" + session(i));
        other(
                "events of an agent",
                i -> "/api/events?limit=50&event_type=tool_use&agent_type=" + agent(i));
        other("a session", i -> "/api/sessions/" + session(i));
        other("transcript", i -> "/api/sessions/%s/transcript".formatted(session(i)));
        other("filter options", _ -> "/api/filter-options");
        other("limits", _ -> "/api/limits");
        other("usage monitor", _ -> "/api/stats/usage-monitor");
        other("budgets", _ -> "/api/budgets");
        other("storage", _ -> "/api/storage");
    }
}
