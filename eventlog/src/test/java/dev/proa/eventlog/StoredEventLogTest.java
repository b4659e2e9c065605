package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConfig;
import tools.jackson.databind.JsonNode;

class StoredEventLogTest {
    // Whatever a URI or the driver could take for its own.
    private static final String ODD = "a b%41#c?mode=rwc&d'é";

    @TempDir Path parent;
    private Path folder;

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Files.createDirectory(parent.resolve(ODD));
    }

    @Test
    void readsALogThatIsOpenWithoutItsOwnersNotice() throws Exception {
        try (var log = new TestLog(folder)) {
            store(log, "one", "two", "three");

            var page = stored("limit", "2");

            assertThat(names(page)).containsExactly("three", "two");
            assertThat(page).isEqualTo(log.events("limit", "2"));
            store(log, "four");
            assertThat(names(stored())).containsExactly("four", "three", "two", "one");
            assertThat(log.problems).isEmpty();
        }
    }

    @Test
    void readsAClosedLogAndChangesNothingInItsFolder() throws Exception {
        JsonNode answered;
        try (var log = new TestLog(folder)) {
            store(log, "one", "two");
            answered = log.events();
        }
        var before = files(folder);

        assertThat(stored()).isEqualTo(answered);

        assertThat(files(folder))
                .isEqualTo(before)
                .containsOnlyKeys("events.db", "events.lock", "events-words.db");
    }

    @Test
    void readsWhatAKilledOwnerLeftInItsWalFile() throws Exception {
        var copy = Files.createDirectory(parent.resolve("copy"));
        try (var log = new TestLog(folder)) {
            store(log, "one", "two");
            for (var part : List.of("events.db", "events.db-wal", "events.db-shm")) {
                Files.copy(
                        folder.resolve(part),
                        copy.resolve(part),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        var before = files(copy);

        var page = read(copy);

        assertThat(names(page)).containsExactly("two", "one");
        var after = files(copy);
        before.remove("events.db-shm"); // an index of the -wal file, made anew from it
        assertThat(after).containsAllEntriesOf(before);
    }

    @Test
    void aLogCanBeOpenedWhileItIsRead() throws Exception {
        try (var log = new TestLog(folder)) {
            store(log, "one");
        }
        var reader = new StoredEventLog(folder);
        reader.events(Parameters.none());

        try (var log = new TestLog(folder)) {
            store(log, "two");

            assertThat(names(TestLog.json(reader.events(Parameters.none()))))
                    .containsExactly("two", "one");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsAgainIfAWriterCameMeanwhile(boolean stays) throws Exception {
        new TestLog(folder).close();
        var writers = new ArrayList<TestLog>();

        var readings = new ArrayList<Database.Access>();
        var found =
                new StoredEventLog(folder)
                        .settled(access -> {
                            readings.add(access);
                            if (writers.isEmpty()) {
                                writers.add(new TestLog(folder));
                                store(writers.getFirst(), "one");
                                if (!stays) {
                                    writers.getFirst().close();
                                }
                            }
                            return access;
                        });

        writers.getFirst().close();
        assertThat(readings).containsExactly(Database.Access.AT_REST, Database.Access.SHARED);
        assertThat(found).isEqualTo(Database.Access.SHARED);
    }

    @Test
    void givesNothingWhereThereIsNoLogYet() throws Exception {
        assertThat(names(stored())).isEmpty();
        assertThat(files(folder)).isEmpty();

        Files.createFile(folder.resolve("events.db"));

        assertThat(names(stored())).isEmpty();
        assertThat(files(folder)).containsOnlyKeys("events.db");
    }

    @Test
    void refusesANewerVersionAsTheOwnerWould() throws Exception {
        try (var log = new TestLog(folder)) {
            log.log.onWriter(sql ->
                    Database.run(
                            sql.connection(), "PRAGMA user_version = " + (Schema.VERSION + 1)));
        }
        var before = files(folder);

        var refusal = catchThrowableOfType(ProaException.class, this::stored);

        assertThat(files(folder)).isEqualTo(before);
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.BAD_DATA);
        assertThatExceptionOfType(ProaException.class)
                .isThrownBy(() -> new TestLog(folder).close())
                .satisfies(other -> assertThat(refusal.problems()).isEqualTo(other.problems()));
    }

    @Test
    void seesEveryAcknowledgedEventWhileOwnersComeAndGo() throws Exception {
        var acknowledged = new AtomicInteger();
        try (var owners = Executors.newSingleThreadExecutor()) {
            var done =
                    owners.submit(() -> {
                        for (var i = 1; i <= 40; i++) {
                            try (var log = new TestLog(folder)) {
                                store(log, "event " + i);
                                acknowledged.set(i);
                            }
                        }
                        return true;
                    });
            while (!done.isDone()) {
                var least = acknowledged.get();
                assertThat(names(stored())).hasSizeGreaterThanOrEqualTo(least);
            }
            assertThat(done.get()).isTrue();
        }
        assertThat(names(stored())).hasSize(40);
    }

    @Test
    void refusesTheDatabaseOfAnotherProgramAndAFileThatIsNone() throws Exception {
        var plain = Files.createDirectory(parent.resolve("plain"));
        var file = plain.resolve("events.db");
        try (var connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + file)) {
            Database.run(connection, "CREATE TABLE events (id INTEGER)");
        }

        assertThatExceptionOfType(ProaException.class)
                .isThrownBy(() -> read(plain))
                .withMessageContaining("not written by Proa");
        Files.writeString(file, "this was never a database ".repeat(100));
        assertThatExceptionOfType(ProaException.class)
                .isThrownBy(() -> read(plain))
                .withMessageContaining("cannot be read");
    }

    private static void store(TestLog log, String... names) {
        try {
            for (var name : names) {
                log.log.append(List.of(TestLog.event(name, name)));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private JsonNode stored(String... parameters) {
        return TestLog.json(new StoredEventLog(folder).events(TestLog.parameters(parameters)));
    }

    private static JsonNode read(Path folder) {
        return TestLog.json(new StoredEventLog(folder).events(Parameters.none()));
    }

    private static List<String> names(JsonNode page) {
        return page.path("events").valueStream().map(e -> e.path("session_id").asString()).toList();
    }

    /** Names, contents and times of change. */
    private static Map<String, String> files(Path folder) throws Exception {
        var files = new TreeMap<String, String>();
        try (var entries = Files.list(folder)) {
            for (var file : entries.toList()) {
                files.put(
                        file.getFileName().toString(),
                        Files.getLastModifiedTime(file)
                                + " "
                                + Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
            }
        }
        return files;
    }
}
