package dev.proa.cli;

import dev.proa.profile.Profile;
import dev.proa.runtime.DetachedRun;
import dev.proa.runtime.StopRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code proa run --detach}: starts a run that outlives this command, and ends as soon as its page
 * can be opened, or with the exit code and the problems of a start that failed.
 */
final class DetachedStart {
    /** What the process that goes on is told, in place of {@code --detach}. */
    static final String DETACHED = "--detached";

    private static final JsonMapper JSON = new JsonMapper();

    /** How many looks of 50 ms are made before it is said what is waited for. */
    private static final int UNSAID = 20;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final Profile profile;
    private final List<String> unread = new ArrayList<>();

    DetachedStart(CommandLine commandLine, boolean json, Profile profile) {
        this.out = commandLine.getOut();
        this.err = commandLine.getErr();
        this.json = json;
        this.profile = profile;
    }

    /** The words for the process that goes on, made from those of this one. */
    static List<String> words(List<String> words) {
        var result = new ArrayList<>(words);
        int end = words.indexOf("--") < 0 ? words.size() : words.indexOf("--");
        for (int i = 0; i < end; i++) {
            if (words.get(i).matches("--detach(=.*)?")) {
                result.set(i, DETACHED);
            }
        }
        if (!words.subList(0, end).contains("--json")) {
            result.add(end, "--json");
        }
        return List.copyOf(result);
    }

    /** Follows the start to its end and gives the exit code. */
    int follow(DetachedRun run, StopRequest stop) throws IOException, InterruptedException {
        var second = false;
        for (int looks = 0; ; looks++) {
            var ended = run.exit();
            for (var line : run.lines()) {
                var event = told(line);
                second |= event.equals("already_running");
                if (event.equals("open") && !second) {
                    started(run);
                    return 0;
                }
            }
            if (ended.isPresent()) {
                unread.forEach(err::println);
                return ended.getAsInt();
            }
            if (stop.asked()) {
                run.stop();
            } else if (looks == UNSAID && !json) {
                out.println("Starting " + profile.app().name() + " ...");
                out.flush();
            }
        }
    }

    /** Passes one line on; its event, or nothing if it has none. */
    private String told(String line) {
        JsonNode event;
        try {
            event = JSON.readTree(line);
        } catch (JacksonException e) {
            unread.add(line); // of the launcher or the JVM; only of use if the start fails
            return "";
        }
        if (json) {
            out.println(line);
            out.flush();
        } else {
            say(event);
        }
        return event.path("event").asString("");
    }

    private void say(JsonNode event) {
        switch (event.path("event").asString("")) {
            case "open" -> out.println(opened(event));
            case "already_running" ->
                    out.println(RunScreen.alreadyRunning(profile.app().name(), event));
            case "problem" -> err.println(problem(event));
            case "migrating" -> out.println(RunScreen.migrating(event));
            default -> event.path("problems").forEach(each -> err.println(problem(each)));
        }
        out.flush();
    }

    private String opened(JsonNode event) {
        return event.path("window").asBoolean()
                ? profile.app().name() + " is open in its own window"
                : "Its page is at "
                        + event.path("url").asString()
                        + " (opens once, within 10 minutes; another address: proa open)";
    }

    private static String problem(JsonNode json) {
        return "%s: %s. %s."
                .formatted(
                        json.path("where").asString(),
                        json.path("what").asString(),
                        json.path("remedy").asString());
    }

    private void started(DetachedRun run) throws IOException {
        var output = run.keep();
        if (json) {
            out.println(
                    RunScreen.event("detached")
                            .put("pid", run.pid())
                            .put("output", output.toString()));
        } else {
            out.printf(
                    "%s goes on by itself (pid %d); what it says is in %s%nTo stop it: proa stop%n",
                    profile.app().name(), run.pid(), output);
        }
        out.flush();
    }
}
