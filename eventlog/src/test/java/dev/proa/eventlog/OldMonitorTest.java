package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;
import tools.jackson.databind.JsonNode;

/** The database of the monitor whose contract is kept comes over whole, and once. */
class OldMonitorTest {
    @TempDir Path folder;
    private Path old;
    private Path transcript;

    @BeforeEach
    void makeOld() throws Exception {
        transcript = TestImport.file(folder, "s1.jsonl", prompt(1), prompt(2));
        old = folder.resolve("agentmonitor.db");
        try (var connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + old)) {
            for (var step :
                    new String[] {
                        "CREATE TABLE agents (id TEXT PRIMARY KEY, agent_type TEXT NOT NULL, name TEXT, registered_at TEXT, last_seen_at TEXT)",
                        "CREATE TABLE sessions (id TEXT PRIMARY KEY, agent_id TEXT, agent_type TEXT, project TEXT, branch TEXT, status TEXT, started_at TEXT, ended_at TEXT, last_event_at TEXT, metadata TEXT)",
                        "CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT UNIQUE, schema_version INTEGER, session_id TEXT NOT NULL, agent_type TEXT NOT NULL, event_type TEXT NOT NULL, tool_name TEXT, status TEXT, tokens_in INTEGER, tokens_out INTEGER, branch TEXT, project TEXT, duration_ms INTEGER, created_at TEXT, client_timestamp TEXT, metadata TEXT, payload_truncated INTEGER, model TEXT, cost_usd REAL, cache_read_tokens INTEGER, cache_write_tokens INTEGER, source TEXT)",
                        "CREATE TABLE import_state (file_path TEXT PRIMARY KEY, file_hash TEXT, file_size INTEGER, source TEXT, events_imported INTEGER, imported_at TEXT)",
                        "INSERT INTO agents VALUES ('codex-default', 'codex', 'Codex', '2025-01-01 00:00:00', '2025-02-01 00:00:00')",
                        "INSERT INTO sessions VALUES ('s1', 'codex-default', 'codex', 'shop', 'main', 'ended', '2025-02-01 09:00:00', NULL, '2025-02-01 10:00:02', '{\"k\":1}')",
                        "INSERT INTO sessions VALUES ('empty', 'codex-default', 'codex', NULL, NULL, 'idle', '2025-02-01 09:00:00', NULL, '2025-02-01 09:00:00', NULL)",
                        "INSERT INTO events VALUES (3, 'e1', 1, 's1', 'codex', 'tool_use', 'Edit', 'error', 1, 2, 'b', 'p', 7, '2025-02-01 10:00:00', '2025-02-01T10:00:00.500Z', '{\"file_path\":\"/a\",\"lines_added\":4}', 1, 'gpt-5', 0.125, 3, 4, 'hook')",
                        "INSERT INTO events VALUES (5, NULL, 1, 's1', 'codex', 'response', NULL, 'success', NULL, NULL, NULL, NULL, NULL, '2025-02-01 10:00:01', NULL, 'not json', 0, NULL, NULL, NULL, NULL, NULL)",
                        "INSERT INTO events VALUES (6, NULL, 1, 's1', 'codex', 'response', NULL, 'success', 0, 0, NULL, NULL, NULL, '2025-02-01 10:00:01', NULL, NULL, 0, NULL, NULL, 0, 0, 'api')",
                        "INSERT INTO import_state VALUES ('"
                                + transcript
                                + "', '"
                                + hash()
                                + "', "
                                + Files.size(transcript)
                                + ", 'claude-code', 2, '2025-02-01 10:00:00')"
                    }) {
                Database.run(connection, step);
            }
        }
    }

    @Test
    void bringsEveryRowAndColumnOverOnce() throws Exception {
        var copy = Files.copy(old, folder.resolve("copy.db"));
        var before = Files.readAllBytes(old);
        try (var log = new TestLog(Files.createDirectory(folder.resolve("log")))) {
            var done = run(log, old);
            var again = run(log, old);
            var ofCopy = run(log, copy);

            assertThat(done.path("events").intValue()).isEqualTo(3);
            assertThat(again.path("events").intValue()).isZero();
            assertThat(ofCopy.path("events").intValue()).isZero();
            assertThat(done.path("counts"))
                    .isEqualTo(
                            Json.read(
                                    """
                                    {"agents":{"read":1,"before":0,"after":1},"events":{"read":3,"before":0,"after":3},
                                     "import_state":{"read":1,"before":0,"after":2},"sessions":{"read":2,"before":0,"after":2}}\
                                    """));
            assertThat(log.events("event_type", "tool_use").at("/events/0"))
                    .isEqualTo(
                            Json.read(
                                    """
                                    {"id":1,"event_id":"e1","schema_version":1,"session_id":"s1","agent_type":"codex","event_type":"tool_use","tool_name":"Edit",
                                     "status":"error","tokens_in":1,"tokens_out":2,"branch":"b","project":"p","duration_ms":7,"created_at":"2025-02-01T10:00:00.000Z",
                                     "client_timestamp":"2025-02-01T10:00:00.500Z","metadata":{"file_path":"/a","lines_added":4},"payload_truncated":1,"model":"gpt-5",
                                     "cost_usd":0.125,"cache_read_tokens":3,"cache_write_tokens":4,"source":"hook"}\
                                    """));
            var odd = log.events("event_type", "response").path("events").path(1);
            assertThat(odd.path("metadata").stringValue()).isEqualTo("not json");
            assertThat(odd.path("event_id").isNull()).isTrue();
            var session = log.session("s1");
            assertThat(session.path("started_at").stringValue())
                    .isEqualTo("2025-02-01T09:00:00.000Z");
            assertThat(session.path("last_event_at").stringValue())
                    .isEqualTo("2025-02-01T10:00:02.000Z");
            assertThat(session.path("metadata")).isEqualTo(Json.read("{\"k\":1}"));
            assertThat(session.path("lines_added").intValue()).isEqualTo(4);
            assertThat(session.path("files_edited").intValue()).isEqualTo(1);
            assertThat(session.path("project").stringValue()).isEqualTo("shop");
            assertThat(session.path("branch").stringValue()).isEqualTo("main");
            assertThat(session.path("status").stringValue()).isEqualTo("ended");
            assertThat(log.session("empty").path("event_count").intValue()).isZero();
            assertThat(agent(log)).isEqualTo("Codex 2025-01-01T00:00:00.000Z");
        }
        assertThat(Files.readAllBytes(old)).isEqualTo(before);
        try (var beside = Files.list(folder)) {
            assertThat(beside.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("agentmonitor.db", "copy.db", "s1.jsonl", "log");
        }
    }

    @Test
    void goesOnWhereTheOtherMonitorHadReadAFile() throws Exception {
        try (var log = new TestLog(Files.createDirectory(folder.resolve("log")))) {
            run(log, old);
            Files.writeString(
                    transcript, prompt(3) + "\n", java.nio.file.StandardOpenOption.APPEND);

            var grown = TestImport.of(log, HistorySource.CLAUDE, transcript);

            assertThat(grown.events).isEqualTo(1);
            assertThat(grown.skipped).isEmpty();
        }
    }

    @Test
    void bringsARowWithoutAnIdOverOnceHoweverItIsAskedFor() throws Exception {
        try (var log = new TestLog(Files.createDirectory(folder.resolve("log")))) {
            run(log, old);
            var forced = TestJobs.run(log, "{\"file\":\"" + old + "\",\"force\":true}");

            assertThat(log.events().path("total").intValue()).isEqualTo(3);
            assertThat(forced.path("duplicates").intValue()).isEqualTo(3);
            assertThat(log.events("event_type", "response").at("/events/0/event_id").isNull())
                    .isTrue();
        }
    }

    @Test
    void refusesADatabaseOfAnotherProgram() throws Exception {
        var other = folder.resolve("other.db");
        try (var connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + other)) {
            Database.run(connection, "CREATE TABLE songs (id INTEGER)");
        }
        try (var log = new TestLog(Files.createDirectory(folder.resolve("log")))) {
            assertThat(run(log, other).at("/skipped/0/what").stringValue())
                    .contains("no database of an agent monitor");
        }
    }

    /**
     * What a dry run tells is not stored, and a database that grows is read on from its last row.
     */
    @Test
    void storesNothingInADryRunAndTakesWhatHasComeSince() throws Exception {
        try (var log = new TestLog(Files.createDirectory(folder.resolve("log")))) {
            var dry = TestJobs.run(log, "{\"file\":\"" + old + "\",\"dry_run\":true}");
            assertThat(dry.path("events").intValue()).isEqualTo(3);
            assertThat(log.events().path("total").intValue()).isZero();
            assertThat(log.sessions().path("total").intValue()).isZero();

            run(log, old);
            try (var connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + old)) {
                Database.run(
                        connection,
                        "INSERT INTO events (id, session_id, agent_type, event_type, created_at)"
                                + " VALUES (7, 's1', 'codex', 'response', '2025-02-01 10:00:03')");
            }

            assertThat(run(log, old).path("events").intValue()).isEqualTo(1);
            assertThat(log.events().path("total").intValue()).isEqualTo(4);
        }
    }

    private static String agent(TestLog log) throws InterruptedException {
        return log.log.read(connection -> {
            try (var statement = connection.createStatement();
                    var row =
                            statement.executeQuery(
                                    "SELECT name, registered_at FROM agents WHERE id = 'codex-default'")) {
                return row.next() ? row.getString(1) + " " + Json.iso(row.getLong(2)) : "";
            }
        });
    }

    private String hash() throws Exception {
        return HexFormat.of().formatHex(Lines.sha256().digest(Files.readAllBytes(transcript)));
    }

    private static JsonNode run(TestLog log, Path file) throws Exception {
        return TestJobs.run(log, "{\"file\":\"" + file + "\"}");
    }

    private static String prompt(int n) {
        return new String(
                "{\"type\":\"user\",\"sessionId\":\"s1\",\"message\":{\"content\":\"p%d\"}}"
                        .formatted(n)
                        .getBytes(StandardCharsets.UTF_8),
                StandardCharsets.UTF_8);
    }
}
