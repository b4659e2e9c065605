package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventReplayTest {
    @TempDir Path folder;
    private TestLog log;

    @BeforeEach
    void open() throws Exception {
        log = new TestLog(Files.createDirectory(folder.resolve("log")));
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void repeatsWhatWasNewsAndNoHistory() throws Exception {
        log.post(event());
        var now = log.clock.instant();
        TestImport.of(
                log,
                HistorySource.CLAUDE,
                TestImport.file(
                        folder,
                        "s1.jsonl",
                        prompt(now.minus(Duration.ofDays(3)).toString()),
                        prompt(now.minus(Duration.ofMinutes(3)).toString())));
        log.post(event());

        var told = new EventReplay(log.log).after(0, 100, WantedEvents.ALL);

        assertThat(told).extracting(Commit.StoredEvent::id).isEqualTo(List.of(1L, 3L, 4L));
    }

    @Test
    void countsOnlyNearEventsOneByOne() throws Exception {
        var wanted = WantedEvents.of(name -> Optional.of(name.equals("agent_type") ? "b" : ""));
        for (var agent : List.of("b", "b", "a", "a", "b", "b", "a", "a", "b", "b")) {
            log.post(event().replace("\"a\"", "\"" + agent + "\""));
        }
        var replay = new EventReplay(log.log);

        assertThat(replay.newest(0, 2, wanted, 100)).isEqualTo(new EventReplay.Newest(6, 4));
        // Of the ids 1 to 6 the last three are looked at, and two of them are wanted.
        assertThat(replay.newest(0, 2, wanted, 3)).isEqualTo(new EventReplay.Newest(6, 3 + 2));
        assertThat(replay.newest(0, 6, wanted, 3)).isEqualTo(new EventReplay.Newest(0, 0));
        assertThat(replay.newest(0, 5, wanted, 3)).isEqualTo(new EventReplay.Newest(1, 1));
    }

    /** Otherwise all events since would be read for a page of one session or kind. */
    @ParameterizedTest
    @CsvSource({
        "session_id, USING INDEX events_session (session_id=? AND rowid>?)",
        "event_type, zone_values USING PRIMARY KEY (name=? AND value=? AND zone>?)",
        "agent_type, zone_values USING PRIMARY KEY (name=? AND value=? AND zone>?)"
    })
    void findsWhatIsWantedInItsOrder(String parameter, String first) throws Exception {
        var wanted = WantedEvents.of(name -> Optional.of(name.equals(parameter) ? "x" : ""));
        var news = new EventReplay(log.log).news(5, wanted);

        for (var direction : List.of("", " DESC")) {
            var steps =
                    plan("SELECT events.*" + news.from() + news.order(direction), news.filter());

            assertThat(steps.getFirst()).contains(first);
            assertThat(steps).allMatch(step -> step.startsWith("SEARCH ")); // nothing is sorted
        }
    }

    private List<String> plan(String query, Filter filter) throws InterruptedException {
        return log.log.read(connection -> {
            var steps = new ArrayList<String>();
            try (var statement = connection.prepareStatement("EXPLAIN QUERY PLAN " + query)) {
                filter.bind(statement, 1);
                try (var rows = statement.executeQuery()) {
                    while (rows.next()) {
                        steps.add(rows.getString("detail"));
                    }
                }
            }
            return steps;
        });
    }

    private static String event() {
        return "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\"}";
    }

    private static String prompt(String at) {
        return "{\"type\":\"user\",\"sessionId\":\"s1\",\"timestamp\":\"%s\",\"message\":{\"content\":\"p\"}}"
                .formatted(at);
    }
}
