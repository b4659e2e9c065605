package dev.proa.cli;

import dev.proa.core.ProaException;
import dev.proa.eventlog.StoredEventLog;
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
     * @throws ProaException if the log cannot be read
     */
    static List<JsonNode> newest(Path folder, int limit) {
        var reply =
                new StoredEventLog(folder)
                        .events(name ->
                                name.equals("limit")
                                        ? Optional.of(Integer.toString(limit))
                                        : Optional.empty());
        var events = new ArrayList<JsonNode>();
        new JsonMapper().readTree(reply.json()).path("events").forEach(events::add);
        Collections.reverse(events);
        return events;
    }
}
