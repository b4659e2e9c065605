package dev.proa.cli;

import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.eventlog.Commit;
import dev.proa.eventlog.EventLog;
import dev.proa.eventlog.EventLogListener;
import dev.proa.eventlog.EventQueries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The event log of an app that does not run. */
final class StoredEvents {
    private StoredEvents() {}

    /**
     * The newest events of a data folder, oldest first; none if it has no event log.
     *
     * @throws ProaException if another process owns the log, or it cannot be read
     */
    static List<JsonNode> newest(Path folder, int limit) throws InterruptedException {
        var events = new ArrayList<JsonNode>();
        if (!Files.exists(folder.resolve("events.db"))) {
            return events;
        }
        try (var log = EventLog.open(folder, new MonotonicTime(), new Silent())) {
            var reply =
                    new EventQueries(log)
                            .events(name ->
                                    name.equals("limit")
                                            ? Optional.of(Integer.toString(limit))
                                            : Optional.empty());
            new JsonMapper().readTree(reply.json()).path("events").forEach(events::add);
        }
        Collections.reverse(events);
        return events;
    }

    /** Nothing is written, so there is nothing to hear. */
    private static final class Silent implements EventLogListener {
        @Override
        public void committed(Commit commit) {}

        @Override
        public void troubled(Problem problem) {
            throw new IllegalStateException(
                    "an event log that is only read is in trouble: " + problem);
        }
    }
}
