package dev.proa.product;

import static dev.proa.product.Home.MONITOR;
import static dev.proa.product.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.proa.runtime.InstanceFile;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A full disk, and event logs that are not what they should be. */
class TroubledStorageIT {
    private static final String SMALL_DISK =
            """
            mount -t tmpfs -o size=3m,mode=0700 tmpfs "$1" && head -c 1800000 /dev/zero >"$1/filler" || exit 1
            shift
            exec "$@"
            """;

    private Home home;

    @BeforeEach
    void moveIn(@TempDir Path folder) throws IOException {
        home = new Home(folder);
    }

    @AfterEach
    void nothingIsLeft() {
        home.close();
    }

    @Test
    void onAFullDiskNothingAcknowledgedIsLostAndStoringGoesOnWhenThereIsRoom() throws Exception {
        assumeTrue(Home.ROOT, "only root can mount a small disk");
        var data = Files.createDirectory(home.data("d"));
        var runner = Home.runner(data, MONITOR, "--ingest-port", "0");
        var command =
                Stream.concat(
                                Stream.of(
                                        "unshare",
                                        "--mount",
                                        "sh",
                                        "-c",
                                        SMALL_DISK,
                                        "sh",
                                        data.toString()),
                                runner.stream())
                        .toList();
        var started = home.prepare(command).start();
        var inside =
                Path.of(
                        "/proc/"
                                + started.pid()
                                + "/root"
                                + data); // the disk that only this process sees
        try (var proa = new Proa(started, inside);
                var wire = wire(proa)) {
            var acknowledged = fill(wire);
            assertThat(acknowledged).as(proa::toString).isNotEmpty();
            assertThat(proa.json("/api/events?limit=1").path("total").asInt())
                    .isEqualTo(acknowledged.size());

            Files.delete(inside.resolve("filler"));
            Await.until(
                    "events are stored again: " + proa, () -> store(wire, "room").status() == 201);

            assertThat(store(wire, acknowledged.size() + "").status()).isEqualTo(201);
            acknowledged.forEach(id -> assertThat(post(wire, id).status()).as(id).isEqualTo(200));
            assertThat(proa.json("/api/events?limit=1").path("total").asInt())
                    .isEqualTo(acknowledged.size() + 2);
            assertThat(proa.json("/_proa/status").path("state").asString()).isEqualTo("READY");

            proa.signal("TERM");
            assertThat(proa.exit()).as(proa::toString).isZero();
        }
    }

    private static Wire wire(Proa proa) throws IOException {
        proa.event("ready");
        return new Wire(proa.ingestPort());
    }

    /** Sends until the disk takes no more; what was acknowledged until then. */
    private static List<String> fill(Wire wire) throws IOException {
        var acknowledged = new ArrayList<String>();
        while (true) {
            var id = Integer.toString(acknowledged.size());
            var answer = store(wire, id);
            if (answer.status() != 201) {
                assertThat(answer.status()).as(answer::toString).isEqualTo(503);
                assertThat(answer.field("retry-after")).isNotEmpty();
                assertThat(new JsonMapper().readTree(answer.body()).path("error").asString())
                        .contains("disk is full");
                assertThat(store(wire, id).status()).isEqualTo(503);
                return acknowledged;
            }
            acknowledged.add(id);
            assertThat(acknowledged.size()).as("a 3 MB disk is full long before").isLessThan(1_000);
        }
    }

    private static Wire.Answer store(Wire wire, String id) throws IOException {
        return wire.post("/api/events", event(id, "x".repeat(9_000)));
    }

    private static Wire.Answer post(Wire wire, String id) {
        try {
            return store(wire, id);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aBrokenEventLogEndsTheRunWith65AndStaysAsItIs() throws Exception {
        var log = storedOnce();
        try (var file = Files.newByteChannel(log, StandardOpenOption.WRITE)) {
            file.write(
                    StandardCharsets.US_ASCII.encode(
                            "this is not a database any more, nor will it ever be"));
        }

        refuses(log, "cannot be read", "Restore the file from a backup");
    }

    @Test
    void anEventLogOfANewerVersionEndsTheRunWith65AndStaysAsItIs() throws Exception {
        var log = storedOnce();
        sql(log, "PRAGMA user_version = 99");

        refuses(log, "version 99", "newer Proa");
    }

    @Test
    void aDatabaseOfAnotherProgramEndsTheRunWith65AndStaysAsItIs() throws Exception {
        Files.createDirectories(home.data("d"));
        var log = home.data("d").resolve("events.db");
        sql(log, "CREATE TABLE letters (a)");

        refuses(log, "not written by Proa", "Rename it");
    }

    @Test
    void aDataFolderOfANewerVersionEndsTheRunWith65() throws Exception {
        var version =
                Files.createDirectories(home.data("d").resolve("runtime")).resolve("data-version");
        Files.writeString(version, "99\n");

        refuses(version, "version 99", "newer Proa");
    }

    private Path storedOnce() throws Exception {
        try (var proa = home.monitor("d")) {
            assertThat(proa.ingest("/api/events", event("e1")).statusCode()).isEqualTo(201);
            proa.signal("TERM");
            assertThat(proa.exit()).isZero();
        }
        var log = home.data("d").resolve("events.db");
        assertThat(home.data("d").resolve("events.db-wal")).doesNotExist();
        return log;
    }

    private static void sql(Path database, String command) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                var statement = connection.createStatement()) {
            statement.execute(command);
        }
    }

    private void refuses(Path file, String found, String remedy) throws Exception {
        var before = Files.readAllBytes(file);
        var data = home.data("d");
        var command =
                Home.launcher(
                        "run",
                        MONITOR,
                        "--window",
                        "none",
                        "--data-dir",
                        data.toString(),
                        "--ingest-port",
                        "0");
        try (var proa = home.start(data, command)) {
            assertThat(proa.exit()).as(proa::toString).isEqualTo(65);

            assertThat(proa.err().lines()).as(proa::toString).hasSize(1);
            assertThat(proa.err()).contains(file.toString()).contains(found).contains(remedy);
            assertThat(proa.out()).isEmpty();
            assertThat(file).hasBinaryContent(before);
            assertThat(InstanceFile.in(data)).doesNotExist();
            assertThat(home.ingestUrlFile()).doesNotExist();
        }
    }
}
