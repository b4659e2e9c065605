package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickCheckTest {
    private static final Duration AMPLE = Duration.ofMinutes(1);

    @TempDir Path folder;

    private void fill() throws InterruptedException {
        try (var log = new TestLog(folder)) {
            for (int i = 0; i < 2_000; i++) {
                log.log.append(List.of(TestLog.event("s" + i % 7, "e" + i)));
            }
        }
    }

    private Optional<QuickCheck> check(Duration patience) {
        return new StoredEventLog(folder).check(new MonotonicTime(), patience);
    }

    @Test
    void findsNoFaultInASoundLogAndNothingWhereThereIsNone() throws Exception {
        assertThat(check(AMPLE)).isEmpty();
        fill();

        var check = check(AMPLE).orElseThrow();

        assertThat(check.faults()).isEmpty();
        assertThat(check.whole()).isTrue();
        assertThat(check.bytes()).isEqualTo(Files.size(folder.resolve("events.db")));
    }

    @Test
    void looksBesideTheWriterToo() throws Exception {
        fill();
        try (var log = new TestLog(folder)) {
            log.log.append(List.of(TestLog.event("s", "new")));

            assertThat(check(AMPLE).orElseThrow().whole()).isTrue();
        }
    }

    @Test
    void saysWhatIsDamaged() throws Exception {
        fill();
        overwritePages();

        var check = check(AMPLE).orElseThrow();

        assertThat(check.faults()).hasSizeBetween(1, 10);
        assertThat(check.faults()).anySatisfy(fault -> assertThat(fault).contains("page "));
    }

    /** Every second page of the later half holds other bytes than were written. */
    private void overwritePages() throws IOException {
        try (var file = FileChannel.open(folder.resolve("events.db"), StandardOpenOption.WRITE)) {
            int page = 4096;
            for (long at = file.size() / 2 / page * page; at < file.size(); at += 2L * page) {
                file.write(ByteBuffer.wrap("x".repeat(page).getBytes(StandardCharsets.UTF_8)), at);
            }
        }
    }

    @Test
    void stopsWhenItsTimeIsOver() throws Exception {
        fill();

        var check = check(Duration.ZERO).orElseThrow();

        assertThat(check.whole()).isFalse();
        assertThat(check.faults()).isEmpty();
    }

    /** A sound table of another program would pass for a sound log. */
    @Test
    void refusesWhatIsNoLogOfOurs() throws Exception {
        try (var other = DriverManager.getConnection("jdbc:sqlite:" + folder + "/events.db")) {
            Database.run(other, "CREATE TABLE diary (day, text)");
        }

        assertThatThrownBy(() -> check(AMPLE))
                .isInstanceOf(ProaException.class)
                .hasMessageContaining("this SQLite database was not written by Proa");
    }

    @Test
    void refusesWhatIsNoDatabase() throws Exception {
        Files.writeString(folder.resolve("events.db"), "a diary\n".repeat(1_000));

        assertThatThrownBy(() -> check(AMPLE))
                .isInstanceOf(ProaException.class)
                .hasMessageContaining("file is not a database");
    }
}
