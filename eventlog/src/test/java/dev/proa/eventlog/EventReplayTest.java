package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private static String event() {
        return "{\"session_id\":\"s\",\"agent_type\":\"a\",\"event_type\":\"error\"}";
    }

    private static String prompt(String at) {
        return "{\"type\":\"user\",\"sessionId\":\"s1\",\"timestamp\":\"%s\",\"message\":{\"content\":\"p\"}}"
                .formatted(at);
    }
}
