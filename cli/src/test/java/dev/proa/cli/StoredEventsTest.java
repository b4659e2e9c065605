package dev.proa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.MonotonicTime;
import dev.proa.core.Problem;
import dev.proa.eventlog.Commit;
import dev.proa.eventlog.EventIngest;
import dev.proa.eventlog.EventLog;
import dev.proa.eventlog.EventLogListener;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredEventsTest {
    @TempDir Path folder;

    @Test
    void printsTheNewestLastWhetherOrNotTheLogIsOwned() throws Exception {
        var clock = new MonotonicTime();
        try (var log = EventLog.open(folder, clock, new Deaf())) {
            var ingest = new EventIngest(log, clock);
            for (var session : List.of("one", "two", "three")) {
                var body =
                        "{\"session_id\":\"%s\",\"agent_type\":\"a\",\"event_type\":\"error\"}"
                                .formatted(session);
                assertThat(ingest.single(body.getBytes(StandardCharsets.UTF_8)).status())
                        .isEqualTo(201);
            }

            assertThat(sessions(2)).containsExactly("two", "three");
        }

        assertThat(sessions(2)).containsExactly("two", "three");
        try (var files = Files.list(folder)) {
            assertThat(files).doesNotContain(folder.resolve("events.db-wal"));
        }
    }

    @Test
    void givesNothingForAFolderWithoutALogAndMakesNone() throws Exception {
        assertThat(sessions(50)).isEmpty();

        assertThat(folder).isEmptyDirectory();
    }

    private List<String> sessions(int limit) {
        return StoredEvents.newest(folder, limit).stream()
                .map(event -> event.path("session_id").asString())
                .toList();
    }

    private static final class Deaf implements EventLogListener {
        @Override
        public void committed(Commit commit) {}

        @Override
        public void troubled(Problem problem) {
            throw new AssertionError(problem);
        }
    }
}
