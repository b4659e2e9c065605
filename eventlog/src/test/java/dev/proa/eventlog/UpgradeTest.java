package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;
import tools.jackson.databind.JsonNode;

/** A log of version 1 is read as it is, and brought up to date by its owner with all it holds. */
class UpgradeTest {
    @TempDir Path folder;

    @BeforeEach
    void writeVersion1() throws Exception {
        try (var connection = database("events.db")) {
            Database.run(connection, "PRAGMA journal_mode = WAL");
            for (var step : Schema.FIRST) {
                Database.run(connection, step);
            }
            Database.run(connection, "PRAGMA application_id = " + Schema.APPLICATION_ID);
            Database.run(connection, "PRAGMA user_version = 1");
            for (var i = 1; i <= 300; i++) {
                Database.run(
                        connection,
                        """
                        INSERT INTO events VALUES (%d, 'e%d', 1, 's%d', 'codex', '%s', %s, 'success',
                            10, 2, 'main', 'shop', NULL, %d, NULL, '{"command":"make %d"}', 0, %s, %s, 3, 4, 'api')\
                        """
                                .formatted(
                                        i,
                                        i,
                                        i % 3,
                                        i % 2 == 0 ? "llm_response" : "tool_use",
                                        i % 2 == 0 ? "NULL" : "'shell'",
                                        1_767_225_600_000L + i,
                                        i,
                                        i % 2 == 0 ? "'gpt-5'" : "NULL",
                                        i % 4 == 0 ? "1000000" : "NULL"));
            }
            for (var s = 0; s < 3; s++) {
                Database.run(
                        connection,
                        """
                        INSERT INTO sessions VALUES ('s%d', 'codex-default', 'codex', 'shop', 'main', 'ended',
                            1767225600001, 1767225900000, 1767225600300, '{}', 100, 1000, 200, 25000000, 0, 0, 0, NULL, NULL)\
                        """
                                .formatted(s));
            }
            Database.run(
                    connection,
                    "INSERT INTO rollup VALUES (1767225600000, 'codex', 'llm_response', '', 'gpt-5',"
                            + " 'api', 150, 0, 1500, 300, 450, 600, 75000000, 75, 75, 0, 0)");
            Database.run(
                    connection,
                    "INSERT INTO rollup VALUES (1767225600000, 'codex', 'tool_use', 'shell', '',"
                            + " 'api', 150, 0, 1500, 300, 450, 600, 0, 0, 150, 0, 0)");
        }
    }

    @Test
    void isReadAsItIsWithoutAChange() throws Exception {
        var before = Files.readAllBytes(folder.resolve("events.db"));

        var page =
                TestLog.json(new StoredEventLog(folder).events(TestLog.parameters("limit", "3")));

        assertThat(page.path("total").intValue()).isEqualTo(300);
        assertThat(page.path("events").findValuesAsString("event_id"))
                .containsExactly("e300", "e299", "e298");
        assertThat(page.at("/events/0/cost_usd").decimalValue()).isEqualByComparingTo("0.001");
        assertThat(Files.readAllBytes(folder.resolve("events.db"))).isEqualTo(before);
    }

    @Test
    void keepsEverythingWhenItsOwnerBringsItUpToDate() throws Exception {
        var before =
                TestLog.json(new StoredEventLog(folder).events(TestLog.parameters("limit", "300")));

        try (var log = new TestLog(folder)) {
            assertThat(log.events("limit", "300")).isEqualTo(before);
            log.log.read(connection -> {
                SheetsAgree.zones(connection);
                return true;
            });
            assertThat(log.stats().path("total_events").intValue()).isEqualTo(300);
            assertThat(log.stats().path("total_tokens_in").intValue()).isEqualTo(3_000);
            assertThat(log.sessions().path("sessions").size()).isEqualTo(3);
            assertThat(
                            log.post(
                                            "{\"session_id\":\"s1\",\"agent_type\":\"codex\",\"event_type\":\"tool_use\",\"event_id\":\"e1\"}")
                                    .status())
                    .isEqualTo(200);
            assertThat(
                            log.post(
                                            "{\"session_id\":\"s1\",\"agent_type\":\"codex\",\"event_type\":\"tool_use\"}")
                                    .status())
                    .isEqualTo(201);
            assertThat(log.session("s1").path("event_count").intValue()).isEqualTo(101);
            assertThat(number(log, "PRAGMA user_version")).isEqualTo(Schema.VERSION);
            assertThat(number(log, "PRAGMA auto_vacuum")).isEqualTo(2);
            assertThat(
                            number(
                                    log,
                                    "SELECT count(*) FROM events WHERE given_cost_nanos = cost_nanos"))
                    .isEqualTo(75);
            assertThat(log.problems).isEmpty();
        }
    }

    @Test
    void leavesACopyOfTheOldOne() throws Exception {
        new TestLog(folder).close();

        var copy = folder.resolve("events.version-1.db");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
                .isEqualTo("rw-------");
        try (var connection = database("events.version-1.db")) {
            assertThat(Schema.number(connection, "PRAGMA user_version")).isEqualTo(1);
            assertThat(Schema.number(connection, "PRAGMA application_id"))
                    .isEqualTo(Schema.APPLICATION_ID);
            assertThat(Schema.number(connection, "SELECT count(*) FROM events")).isEqualTo(300);
        }
        try (var entries = Files.list(folder)) {
            assertThat(entries.map(file -> file.getFileName().toString()).toList())
                    .containsExactlyInAnyOrder(
                            "events.db", "events.lock", "events.version-1.db", "events-words.db");
        }
    }

    @Test
    void hasTheTablesOfALogThatIsBegunAnew() throws Exception {
        var fresh = Files.createDirectory(folder.resolve("fresh"));
        try (var old = new TestLog(folder);
                var begun = new TestLog(fresh)) {
            assertThat(tables(old)).isEqualTo(tables(begun));
        }
    }

    @Test
    void bringsALogOfVersion2UpToDateWithItsSums() throws Exception {
        var second = Files.createDirectory(folder.resolve("second"));
        try (var connection = database("second/events.db")) {
            Database.run(connection, "PRAGMA auto_vacuum = INCREMENTAL");
            Database.run(connection, "PRAGMA journal_mode = WAL");
            for (var step : Schema.steps(0, 2)) {
                Database.run(connection, step);
            }
            Database.run(connection, "PRAGMA application_id = " + Schema.APPLICATION_ID);
            Database.run(connection, "PRAGMA user_version = 2");
            Database.run(
                    connection,
                    "INSERT INTO rollup VALUES (1767225600000, 'codex', 'tool_use', 'shell', '',"
                            + " 'otel', 2, 1, 0, 0, 0, 0, 0, 0, 0, 40, 2)");
        }
        try (var log = new TestLog(second);
                var begun = new TestLog(Files.createDirectory(folder.resolve("fresh")))) {
            for (var agentsId : new String[] {"otel", "hook", "otel"}) {
                log.post(
                        """
                        {"session_id":"s","agent_type":"codex","event_type":"tool_use","tool_name":"shell",
                         "source":"%s","metadata":{"call_id":"c"}}\
                        """
                                .formatted(agentsId));
            }

            var tools = TestLog.json(log.queries.tools(Parameters.none())).path("tools");
            assertThat(tools.path(0).path("total_calls").intValue()).isEqualTo(4);
            assertThat(tools.path(0).path("error_count").intValue()).isEqualTo(1);
            assertThat(log.stats().path("total_events").intValue()).isEqualTo(5);
            assertThat(tables(log)).isEqualTo(tables(begun));
            assertThat(log.problems).isEmpty();
        }
        assertThat(second.resolve("events.version-2.db")).exists();
    }

    @Test
    void keepsInNewSumsWhatEventsThatAreGoneUsed() throws Exception {
        var third = Files.createDirectory(folder.resolve("third"));
        try (var connection = database("third/events.db")) {
            for (var step : Schema.steps(0, 3)) {
                Database.run(connection, step);
            }
            Database.run(connection, "PRAGMA application_id = " + Schema.APPLICATION_ID);
            Database.run(connection, "PRAGMA user_version = 3");
            // Three events of 12 tokens at 00:00, 00:10 and 00:40, of which the last is left.
            for (var row :
                    List.of(
                            "sessions (id, agent_id, agent_type, project, status, started_at,"
                                    + " last_event_at, metadata, event_count, tokens_in,"
                                    + " tokens_out, files_edited, lines_added, lines_removed)"
                                    + " VALUES ('s', 'codex-default', 'codex', 'p', 'ended',"
                                    + " 1767225600000, 1767228000000, '{}', 1, 12, 0, 0, 0, 0)",
                            "events (id, schema_version, session_id, agent_type, event_type,"
                                    + " status, tokens_in, tokens_out, created_at, metadata,"
                                    + " payload_truncated, cache_read_tokens, cache_write_tokens,"
                                    + " source) VALUES (3, 1, 's', 'codex', 'llm_response',"
                                    + " 'success', 5, 0, 1767228000000, '{}', 0, 0, 0, 'api')",
                            "usage_hour VALUES (1767225600000, 's', 'codex', '', '', '', 3, 0, 12,"
                                    + " 0, 0, 0, 0, 0, 3, 12, 1767225600000, 1767228000000, 9)",
                            "usage_pruned VALUES (1767225600000, 's', 'codex', '', '', '', 2, 2)",
                            "event_hour VALUES (1767225600000, 'codex', 3)")) {
                Database.run(connection, "INSERT INTO " + row);
            }
        }
        try (var log = new TestLog(third)) {
            var costs = new CostQueries(log.log);
            var all = TestLog.json(costs.costs(TestLog.parameters("by", "project")));
            var late =
                    TestLog.json(costs.costs(TestLog.parameters("from", "2026-01-01T00:30:00Z")));
            var events = TestLog.json(costs.events(Parameters.none()));
            var hours = TestLog.json(costs.contract(Parameters.none())).path("timeline");

            assertThat(all.path("rows").path(0).path("key").stringValue()).isEqualTo("p");
            assertThat(all.path("rows").path(0).path("tokens_in").intValue()).isEqualTo(12);
            assertThat(late.path("total").path("tokens_in").intValue()).isEqualTo(5);
            assertThat(events.path("pruned").intValue()).isEqualTo(2);
            assertThat(events.path("events").size()).isEqualTo(1);
            assertThat(hours.path(0).path("tokens_in").intValue()).isEqualTo(12);
        }
    }

    private Connection database(String name) throws SQLException {
        return new SQLiteConfig().createConnection("jdbc:sqlite:" + folder.resolve(name));
    }

    private static long number(TestLog log, String query) throws InterruptedException {
        return log.log.read(connection -> Schema.number(connection, query));
    }

    private static List<String> tables(TestLog log) throws InterruptedException {
        return log.log.read(connection -> {
            try (var statement = connection.createStatement();
                    var rows =
                            statement.executeQuery(
                                    "SELECT json_group_array(type || ' ' || name || ' ' || coalesce(sql, ''))"
                                            + " FROM (SELECT * FROM sqlite_schema ORDER BY type, name)")) {
                JsonNode all = Json.read(rows.next() ? rows.getString(1) : "[]");
                return all.valueStream().map(JsonNode::asString).toList();
            }
        });
    }
}
