package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionCubeTest {
    @TempDir Path folder;
    private TestLog log;
    private SessionCube cube;

    @BeforeEach
    void open() {
        log = new TestLog(folder);
        cube = log.log.usage().sessions();
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void use(String session, long tokens, @Nullable String project) throws Exception {
        log.log.append(
                List.of(
                        new EventDraft(session, "codex", "llm_response")
                                .happened(log.clock.millis())
                                .project(project)
                                .tokens(new NewEvent.Tokens(tokens, 0, 0, 0))
                                .event()));
    }

    private Map<String, Long> tokens() throws InterruptedException {
        return log.log.read(this::tokens);
    }

    /** What each session used, by its name and project. */
    private Map<String, Long> tokens(Connection connection) throws SQLException {
        var found = new TreeMap<String, Long>();
        cube.view(connection)
                .orElseThrow()
                .forEach((session, lines) ->
                        lines.forEach(line ->
                                found.merge(
                                        session + " " + line.key().project(),
                                        line.use().tokensIn(),
                                        Long::sum)));
        return found;
    }

    @Test
    void knowsWhatHasChangedSinceItWasAsked() throws Exception {
        use("s", 5, "p");
        use("t", 3, "p");
        assertThat(tokens()).isEqualTo(Map.of("s p", 5L, "t p", 3L));

        use("s", 2, "p");
        use("u", 1, null);
        assertThat(tokens()).isEqualTo(Map.of("s p", 7L, "t p", 3L, "u ", 1L));

        use("u", 1, "q");
        assertThat(tokens()).isEqualTo(Map.of("s p", 7L, "t p", 3L, "u q", 2L));
    }

    @Test
    void givesEachReaderWhatItsConnectionSees() throws Exception {
        use("s", 5, "p");
        var database = new Database(folder.resolve("events.db"));
        try (var old = database.reader()) {
            Database.run(old, "BEGIN");
            assertThat(tokens(old)).isEqualTo(Map.of("s p", 5L));
            use("s", 2, "p");
            use("new", 1, "p");
            var now = Map.of("s p", 7L, "new p", 1L);
            assertThat(tokens()).isEqualTo(now);

            assertThat(tokens(old)).isEqualTo(Map.of("s p", 5L));

            assertThat(tokens()).isEqualTo(now);
        }
    }

    @Test
    void readsAllAnewAfterMuchHasChanged() throws Exception {
        use("s0", 1, "p");
        assertThat(tokens()).hasSize(1);
        for (var i = 0; i < 250; i++) {
            use("s" + i, 1, "p");
        }

        assertThat(tokens()).hasSize(250).containsEntry("s0 p", 2L).containsEntry("s249 p", 1L);
    }

    @Test
    void holdsNothingThatIsTooMuch() throws Exception {
        var small = new SessionCube(2);
        use("s", 1, "p");
        use("t", 1, "p");
        assertThat(log.log.read(small::view)).isPresent();

        var smaller = new SessionCube(1);

        assertThat(log.log.read(smaller::view)).isEmpty();
        assertThat(log.log.read(smaller::view)).isEmpty();
    }
}
