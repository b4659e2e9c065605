package dev.proa.cli;

import dev.proa.core.Problem;
import dev.proa.profile.Profile;
import dev.proa.runtime.RunListener;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import picocli.CommandLine;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What {@code proa run} prints: three lines for a person, or one JSON object a line. */
final class RunScreen implements RunListener {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final Profile profile;

    private RunScreen(PrintWriter out, PrintWriter err, boolean json, Profile profile) {
        this.out = out;
        this.err = err;
        this.json = json;
        this.profile = profile;
    }

    static RunScreen on(CommandLine commandLine, boolean json, Profile profile) {
        return new RunScreen(commandLine.getOut(), commandLine.getErr(), json, profile);
    }

    @Override
    public synchronized void opened(URI page, boolean inWindow, String ingestUrl) {
        if (json) {
            var line = event("open").put("url", page.toString()).put("window", inWindow);
            print(ingestUrl.isEmpty() ? line : line.put("ingest_url", ingestUrl));
            return;
        }
        var name = profile.app().name();
        out.println(
                inWindow
                        ? name + " is open in its own window; another one: proa open"
                        : name
                                + " is at "
                                + page
                                + " (opens once, within 10 minutes; another address: proa open)");
        if (!ingestUrl.isEmpty()) {
            out.println("It takes events in at " + ingestUrl + eventPath());
        }
        out.println("To stop it: Ctrl-C here, or proa stop");
        out.flush();
    }

    private String eventPath() {
        return profile.ingest().flatMap(ingest -> ingest.paths().stream().findFirst()).orElse("");
    }

    @Override
    public synchronized void ready(Duration after) {
        if (json) {
            print(event("ready").put("after_ms", after.toMillis()));
        }
    }

    @Override
    public synchronized void sidecar(String id, String state, String reason) {
        if (json) {
            print(event("sidecar").put("id", id).put("state", state).put("reason", reason));
        }
    }

    @Override
    public synchronized void problem(Problem problem) {
        if (json) {
            print(
                    event("problem")
                            .put("where", problem.where().toString())
                            .put("what", problem.what())
                            .put("remedy", problem.remedy()));
        } else {
            err.println(problem);
            err.flush();
        }
    }

    synchronized void stopping(String reason) {
        if (json) {
            print(event("stopping").put("reason", reason));
            return;
        }
        var sidecars = profile.sidecars().size();
        out.println(
                "Stopping ("
                        + reason
                        + ")"
                        + (sidecars == 0 ? "" : ": waiting for " + names())
                        + ".");
        out.flush();
    }

    private String names() {
        return String.join(", ", profile.sidecars().stream().map(each -> each.id()).toList());
    }

    synchronized void stopped() {
        if (json) {
            print(event("stopped"));
        } else {
            out.println("Stopped.");
            out.flush();
        }
    }

    static ObjectNode event(String name) {
        return JsonNodeFactory.instance.objectNode().put("event", name);
    }

    private void print(ObjectNode line) {
        out.println(line);
        out.flush();
    }
}
