package dev.proa.cli;

import dev.proa.core.MonotonicTime;
import dev.proa.core.Problem;
import dev.proa.profile.Profile;
import dev.proa.profile.SidecarSpec;
import dev.proa.runtime.HandedOver;
import dev.proa.runtime.RunListener;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What {@code proa run} prints: three lines for a person, or one JSON object a line. */
final class RunScreen implements RunListener {
    /** What stops faster than this many milliseconds needs no explanation. */
    private static final int FIRST_NEWS = 300;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final Profile profile;
    private final InstantSource time = new MonotonicTime();
    private final StopProgress progress; // guarded by this
    private boolean hurrying; // guarded by this
    private final Map<String, ObjectNode> last = new HashMap<>(); // by sidecar; guarded by this
    private final Map<String, Problem> told = new HashMap<>(); // by place; guarded by this

    private RunScreen(PrintWriter out, PrintWriter err, boolean json, Profile profile) {
        this.out = out;
        this.err = err;
        this.json = json;
        this.profile = profile;
        this.progress =
                new StopProgress(
                        profile.sidecars().stream()
                                .collect(
                                        Collectors.toMap(
                                                SidecarSpec::id, each -> each.stop().grace())));
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
        progress.changed(id, state, time.instant());
        var line = event("sidecar").put("id", id).put("state", state).put("reason", reason);
        if (json && !line.equals(last.put(id, line))) {
            print(line);
        }
    }

    @Override
    public synchronized void remote(String address, String state, String reason) {
        if (json) {
            print(event("remote").put("url", address).put("state", state).put("reason", reason));
            return;
        }
        out.println(
                "The remote backend %s is %s"
                        .formatted(
                                address,
                                reason.isEmpty() ? state + "." : "not reachable. " + reason));
        out.flush();
    }

    @Override
    public synchronized void mode(String mode) {
        if (json) {
            print(event("mode").put("mode", mode));
        } else {
            out.println("The app runs in the mode " + mode + " now.");
            out.flush();
        }
    }

    /** Says which sidecars follow their files. */
    synchronized void watching() {
        if (json) {
            return;
        }
        var watched =
                profile.sidecars().stream()
                        .filter(each -> each.watch().isPresent())
                        .map(SidecarSpec::id)
                        .toList();
        out.println(
                watched.isEmpty()
                        ? "No sidecar has watch.paths, so no changed file restarts anything."
                        : "Changed files restart: " + String.join(", ", watched));
        out.flush();
    }

    @Override
    public synchronized void fileChanged(String sidecar, String file) {
        if (json) {
            print(event("file_changed").put("sidecar", sidecar).put("file", file));
        } else {
            out.println(file + " changed: restarting " + sidecar);
            out.flush();
        }
    }

    @Override
    public synchronized void problem(Problem problem) {
        if (problem.equals(told.put(problem.where().toString(), problem))) {
            return; // it is told again with every change of its sidecar
        }
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

    @Override
    public synchronized void waiting(String holder) {
        if (json) {
            print(event("waiting_for_first").put("holder", holder));
        } else {
            out.println("Waiting for the instance that holds the data folder: " + holder);
            out.flush();
        }
    }

    @Override
    public synchronized void migrating(int from, int to, Path backup) {
        var line =
                event("migrating").put("from", from).put("to", to).put("backup", backup.toString());
        if (json) {
            print(line);
        } else {
            out.println(migrating(line));
            out.flush();
        }
    }

    static String migrating(JsonNode event) {
        return "The data folder is brought from form %d to form %d; a copy of what it was is in %s"
                .formatted(
                        event.path("from").asInt(),
                        event.path("to").asInt(),
                        event.path("backup").asString());
    }

    /** Says that another instance has taken over. */
    synchronized void second(HandedOver to) {
        second(out, json, profile.app().name(), to);
    }

    /** As {@link #second(HandedOver)}, for a start of which no more than a name is known. */
    static void second(PrintWriter out, boolean json, String name, HandedOver to) {
        var running =
                event("already_running")
                        .put("pid", to.pid())
                        .put("base_url", to.baseUrl())
                        .put("data_dir", to.dataFolder().toString())
                        .put("raised", to.raised())
                        .put("arguments", to.arguments())
                        .put("page", to.page());
        if (json) {
            running.remove("page"); // the line after it has it
            out.println(running);
            out.println(event("open").put("url", to.page()).put("window", to.raised()));
        } else {
            out.println(alreadyRunning(name, running));
        }
        out.flush();
    }

    static String alreadyRunning(String name, JsonNode event) {
        var count = event.path("arguments").asInt();
        var page = event.path("page").asString("");
        return "%s is already running (pid %d, %s, data in %s).%s%s%s"
                .formatted(
                        name,
                        event.path("pid").asLong(),
                        event.path("base_url").asString(),
                        event.path("data_dir").asString(),
                        event.path("raised").asBoolean() ? " Its window was raised." : "",
                        count == 0
                                ? ""
                                : " It was given "
                                        + count
                                        + (count == 1 ? " argument." : " arguments."),
                        event.path("raised").asBoolean() || page.isEmpty()
                                ? ""
                                : " Its page is at " + page);
    }

    synchronized void stopping(String reason) {
        if (json) {
            print(event("stopping").put("reason", reason));
            return;
        }
        out.println("Stopping (" + reason + "); Ctrl-C again ends everything at once.");
        out.flush();
    }

    synchronized void hurrying() {
        hurrying = true;
        if (!json) {
            out.println("Ending everything at once.");
            out.flush();
        }
    }

    /** Says once a second what the stop waits for, until it is interrupted. */
    void showWaiting() {
        try {
            TimeUnit.MILLISECONDS.sleep(FIRST_NEWS);
            while (true) {
                sayWaiting();
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the stop is over
        }
    }

    private synchronized void sayWaiting() {
        if (hurrying) {
            return;
        }
        for (var each : progress.waiting(time.instant())) {
            if (json) {
                print(
                        event("waiting")
                                .put("sidecar", each.sidecar())
                                .put("grace_left_ms", each.left().toMillis()));
            } else {
                out.println("  " + each);
            }
        }
        out.flush();
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
