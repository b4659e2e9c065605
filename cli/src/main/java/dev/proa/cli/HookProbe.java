package dev.proa.cli;

import dev.proa.core.ProaException;
import dev.proa.runtime.HookCommand;
import dev.proa.runtime.RunningInstance;
import dev.proa.runtime.StateFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends a probe the way an agent's event goes, follows it, and says how far it came. It leaves
 * nothing behind: monitors store no probes, and one that ended in the spool is taken out again.
 */
final class HookProbe {
    private static final String APP = "dev.proa.agent-monitor";

    /** The time that Claude Code gives our hooks. */
    private static final Duration HOOK = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int WORDS = 200;

    /** A payload that lies in the spool is smaller than a page. */
    private static final int MOST_BYTES = 4096;

    private final HookPlaces places;
    private final Duration patience;
    private final String id = UUID.randomUUID().toString().replace("-", "");

    /**
     * A probe that is not sent yet.
     *
     * @param places those of the hook, with the environment that its agent gives it
     * @param patience how long the hook's second process may take
     */
    HookProbe(HookPlaces places, Duration patience) {
        this.places = places;
        this.patience = patience;
    }

    /**
     * What became of a probe.
     *
     * @param lost what to do, as it got lost; null if it arrived
     */
    record Fate(String found, @Nullable String lost) {}

    /** Runs a command of the settings as Claude Code does. */
    Fate claude(String command) throws InterruptedException {
        var environment = new HashMap<>(places.env());
        environment.putIfAbsent("CLAUDE_PROJECT_DIR", Path.of("").toAbsolutePath().toString());
        var outcome = HookCommand.run(command, environment, ProbeRequest.payload(id), HOOK);
        var fate =
                switch (outcome) {
                    case HookCommand.Outcome.NotStarted(var why) ->
                            new Fate(
                                    command + " could not be started: " + why,
                                    "See that /bin/sh and the folder for temporary files can be"
                                            + " used");
                    case HookCommand.Outcome.TimedOut(var said) ->
                            new Fate(
                                    command + " did not end within 10 s" + wrote(said),
                                    "Run it in a shell, and see what it waits for");
                    case HookCommand.Outcome.Ended(var code, var said) ->
                            ended(command, code, said);
                };
        takeOut();
        return fate;
    }

    private Fate ended(String command, int code, String said) throws InterruptedException {
        if (code == 126 || code == 127) { // POSIX sh, 2.8.2: found and not executable, not found
            return new Fate(
                    command + " could not be run" + wrote(said), "Run: proa hooks install claude");
        }
        if (code != 0 || !said.isEmpty()) {
            return new Fate(
                    command
                            + " ended with "
                            + code
                            + wrote(said)
                            + "; an agent would take that for an answer",
                    "Run: proa hooks install claude");
        }
        var instances = instances();
        for (long left = patience.toMillis(); left >= 0; left -= LOOK.toMillis()) {
            var fate = arrived(instances);
            if (fate.isPresent()) {
                return fate.get();
            }
            if (!mayBeOnItsWay() && spooled().isPresent()) {
                break;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
        }
        var file = spooled();
        return file.isPresent() ? inSpool(file.get()) : nowhere(instances);
    }

    private static String wrote(String said) {
        var line = said.replaceAll("\\s+", " ");
        return line.isEmpty()
                ? ""
                : " and wrote \"" + line.substring(0, Math.min(WORDS, line.length())) + "\"";
    }

    /** To a host that has to be looked up, the hook program sends what it has spooled before. */
    private boolean mayBeOnItsWay() {
        var uri = HookIngest.of(places).uri();
        return uri != null && !HookIngest.isLoopback(uri);
    }

    private Fate inSpool(Path file) throws InterruptedException {
        var found =
                "the hook ran and put the probe into the spool ("
                        + file.getFileName()
                        + ", taken out again): ";
        var ingest = HookIngest.of(places);
        if (ingest.uri() == null) {
            return new Fate(
                    found + "\"" + places.address() + "\" is no address",
                    "Correct or unset AGENTMONITOR_URL");
        }
        var request = ProbeRequest.claude(ingest.uri(), id);
        return switch (request.send()) {
            case ProbeRequest.Answer.Nothing(var why) ->
                    new Fate(found + request.to() + ": " + why, remedyOf(ingest));
            case ProbeRequest.Answer.Status status when status.good() ->
                    new Fate(
                            found
                                    + request.to()
                                    + " takes it from this command, but did not from the hook",
                            "Stop what listens there if it is another user's, else try again");
            case ProbeRequest.Answer.Status(var code) ->
                    new Fate(found + request.to() + " answered " + code, stranger());
        };
    }

    private static String remedyOf(HookIngest ingest) {
        return ingest.from().equals("AGENTMONITOR_URL")
                ? "Correct or unset AGENTMONITOR_URL, or start what it names"
                : "Start the agent monitor; until then the hooks keep what they have to say";
    }

    private static String stranger() {
        return "Something else listens there, or another version of the monitor: look at its answer"
                + " with curl";
    }

    /** It is in no log that is known, nor in the spool. */
    private Fate nowhere(List<RunningInstance> instances) throws InterruptedException {
        var ingest = HookIngest.of(places);
        var spool = places.state().resolve("spool");
        if (ingest.uri() == null) {
            return new Fate(
                    "the hook ran, and the probe is not in " + spool,
                    "Correct or unset AGENTMONITOR_URL, and see that the folder can be written");
        }
        var request = ProbeRequest.claude(ingest.uri(), id);
        return switch (request.send()) {
            case ProbeRequest.Answer.Nothing(var why) ->
                    new Fate(
                            "the hook ran, "
                                    + request.to()
                                    + " took no probe ("
                                    + why
                                    + "), and it is not in "
                                    + spool
                                    + " either",
                            "Start the agent monitor, and see that the folder can be written and"
                                    + " has room");
            case ProbeRequest.Answer.Status status when status.good() ->
                    taken(request.to(), instances);
            case ProbeRequest.Answer.Status(var code) ->
                    new Fate("the hook ran, and " + request.to() + " answered " + code, stranger());
        };
    }

    /** As Codex sends a log record to its exporter's endpoint. */
    Fate codex(URI logs) throws InterruptedException {
        var request = ProbeRequest.codex(logs, id);
        return switch (request.send()) {
            case ProbeRequest.Answer.Nothing(var why) ->
                    new Fate(
                            request.to() + " took no probe: " + why,
                            HookIngest.missedByCodex(places).orElse("Start the agent monitor"));
            case ProbeRequest.Answer.Status(var code) when code != 200 ->
                    new Fate(request.to() + " answered " + code, stranger());
            case ProbeRequest.Answer.Status _ -> {
                var instances = instances();
                var fate = arrived(instances);
                yield fate.isPresent() ? fate.get() : taken(request.to(), instances);
            }
        };
    }

    /** It was taken, but by whom? */
    private static Fate taken(URI by, List<RunningInstance> instances) {
        var origin = by.getScheme() + "://" + by.getAuthority();
        return instances.stream()
                .filter(each -> each.file().ingestUrl().filter(origin::equals).isPresent())
                .findFirst()
                .map(each ->
                        new Fate(
                                "the monitor of "
                                        + each.dataFolder()
                                        + " took the probe, but it did not come to its log",
                                "Look at proa doctor; restart the monitor if it is of another Proa"))
                .orElseGet(() ->
                        new Fate(
                                by + " took the probe; whose log it is in cannot be told",
                                "No monitor of this user listens there: stop what does, or correct"
                                        + " AGENTMONITOR_URL"));
    }

    private Optional<Fate> arrived(List<RunningInstance> instances) {
        var has = instances.stream().filter(this::has).findFirst();
        return has.map(taker -> {
            var others =
                    instances.stream()
                            .filter(each -> each != taker)
                            .map(each -> each.dataFolder().toString())
                            .collect(Collectors.joining(", "));
            var found = "a probe went the whole way to the log in " + taker.dataFolder();
            return new Fate(others.isEmpty() ? found : found + ", not to " + others, null);
        });
    }

    private boolean has(RunningInstance instance) {
        try {
            return instance.call("GET", "/api/hooks/probes/" + id).status() == 200;
        } catch (ProaException e) {
            return false; // it ends just now, or hangs: then it has no probe to show
        }
    }

    /** The agent monitors of this user. */
    private List<RunningInstance> instances() {
        try {
            return RunningInstance.all(StateFolder.of(places.env(), places.home())).stream()
                    .filter(each -> each.file().appId().equals(APP))
                    .toList();
        } catch (IOException | ProaException e) {
            return List.of(); // none that could be asked
        }
    }

    private Optional<Path> spooled() {
        var spool = places.state().resolve("spool");
        if (!Files.isDirectory(spool)) {
            return Optional.empty();
        }
        try (var files = Files.list(spool)) {
            return files.filter(this::isProbe).findFirst();
        } catch (IOException e) {
            return Optional.empty(); // the check of the spool says so
        }
    }

    private boolean isProbe(Path file) {
        try {
            return file.getFileName().toString().endsWith(".json")
                    && Files.isRegularFile(file)
                    && Files.size(file) <= MOST_BYTES
                    && Files.readString(file).contains(id);
        } catch (IOException e) {
            return false; // taken by somebody else meanwhile, or no text
        }
    }

    private void takeOut() {
        spooled()
                .ifPresent(file -> {
                    try {
                        Files.deleteIfExists(file);
                    } catch (IOException e) {
                        return; // no monitor stores it
                    }
                });
    }
}
