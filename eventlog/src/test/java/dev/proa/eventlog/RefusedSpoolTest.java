package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A spool beside a log that takes nothing. */
class RefusedSpoolTest {
    @TempDir Path folder;

    @Test
    void whatCannotBeStoredNowStaysAndHoldsUpWhatCameAfterIt() throws Exception {
        var payload =
                "{\"session_id\":\"s\",\"hook_event_name\":\"Stop\",\"cwd\":\"%s\"}"
                        .formatted(folder);
        var spool = Files.createDirectory(folder.resolve("spool"));
        for (int i = 1; i <= 2; i++) {
            Files.writeString(spool.resolve("176360000000%d-%032x.json".formatted(i, i)), payload);
        }
        var log = new TestLog(folder);
        log.close();
        var reading = new CountDownLatch(1);
        var hooks =
                new ClaudeHooks(
                        log.log,
                        () -> {
                            reading.countDown(); // asked for the branch of the payload's folder
                            return Instant.EPOCH;
                        });

        try (var _ = HookSpool.open(spool, hooks)) {
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
        }

        try (var left = Files.list(spool)) {
            assertThat(left).hasSize(2);
        }
    }
}
