package dev.proa.cli;

import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import dev.proa.eventlog.QuickCheck;
import dev.proa.eventlog.StoredEventLog;
import dev.proa.runtime.RunningInstance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whether an event log is sound: what its running app has found, else a short look of our own. */
final class EventLogFinding {
    private static final String NAME = "event log";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int SHOWN = 3;

    private EventLogFinding() {}

    /**
     * At most one.
     *
     * @param running the instance of that folder, if one runs
     */
    static List<Finding> of(Path dataFolder, Optional<RunningInstance> running) {
        var file = dataFolder.resolve("events.db");
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            var told = running.flatMap(EventLogFinding::told);
            return told.isPresent()
                    ? List.of(told(file, told.get()))
                    : new StoredEventLog(dataFolder)
                            .check(new MonotonicTime(), PATIENCE).stream()
                                    .map(check -> looked(file, check))
                                    .toList();
        } catch (ProaException e) {
            return e.problems().stream()
                    .map(each ->
                            Finding.wrong(NAME, each.where() + ": " + each.what(), each.remedy()))
                    .toList();
        }
    }

    /** What the instance has found; empty if it has not looked since its start. */
    private static Optional<JsonNode> told(RunningInstance instance) {
        try {
            var answer = instance.call("GET", "/api/storage");
            return Optional.of(answer)
                    .filter(each -> each.status() == 200)
                    .map(each -> new JsonMapper().readTree(each.body()).path("integrity"))
                    .filter(integrity -> integrity.path("ok").isBoolean());
        } catch (ProaException e) {
            return Optional.empty(); // the finding of the instance says why
        }
    }

    private static Finding told(Path file, JsonNode integrity) {
        return integrity.path("ok").asBoolean()
                ? Finding.ok(
                        NAME,
                        file
                                + " is sound, looked through at "
                                + integrity.path("checked_at").asString())
                : damaged(
                        file,
                        integrity.path("faults").valueStream().map(JsonNode::asString).toList());
    }

    private static Finding looked(Path file, QuickCheck check) {
        if (!check.faults().isEmpty()) {
            return damaged(file, check.faults());
        }
        var size = "%s, %,d MB".formatted(file, Math.ceilDiv(check.bytes(), 1_000_000L));
        return Finding.ok(
                NAME,
                check.whole()
                        ? size + ", is sound"
                        : size
                                + ", shows no fault as far as "
                                + PATIENCE.toSeconds()
                                + " s were enough to look");
    }

    private static Finding damaged(Path file, List<String> faults) {
        return Finding.wrong(
                NAME,
                file
                        + " is damaged: "
                        + faults.stream().limit(SHOWN).collect(Collectors.joining("; ")),
                "Stop the app, copy the file away, and put a backup in its place, or export what can"
                        + " be read with: proa events export -o events.ndjson");
    }
}
