package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Many writers, and a runtime that is killed under them again and again. */
class AcknowledgedEventsIT {
    private static final int KILLS = 20;
    private static final int WRITERS = 16;
    private static final int BATCH = 2_000;
    private static final int MOST_EACH_TIME = 200;

    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger repeated = new AtomicInteger();
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
    void twentyKillsUnderSixteenWritersLoseNothingAndStoreNothingTwice() throws Exception {
        long seed = RandomGenerator.getDefault().nextLong();
        var dice = new Random(seed);
        for (int round = 1; round <= KILLS; round++) {
            try (var proa = home.monitor("d")) {
                killUnderLoad(proa, round, 1 + dice.nextInt(MOST_EACH_TIME));
            }
        }

        try (var proa = home.monitor("d")) {
            var told =
                    "seed %d, %d sent, %d acknowledged, %d repeated"
                            .formatted(seed, sent.size(), acknowledged.size(), repeated.get());
            assertThat(acknowledged.size()).as(told).isGreaterThan(KILLS * 2);
            assertThat(proa.json("/api/events?limit=1").path("total").asInt())
                    .as(told)
                    .isBetween(acknowledged.size(), sent.size());

            sendAllAgain(proa, told);

            assertThat(proa.json("/api/events?limit=1").path("total").asInt())
                    .as(told)
                    .isEqualTo(sent.size());
            assertThat(proa.json("/api/stats").path("total_events").asInt())
                    .as(told)
                    .isEqualTo(sent.size());
        }
        assertThat(stored()).containsExactlyInAnyOrderElementsOf(sent);
    }

    /**
     * Every writer sends one event after the other; the runtime is killed when so many have been
     * acknowledged.
     */
    private void killUnderLoad(Proa proa, int round, int events) throws Exception {
        int port = proa.ingestPort();
        var writers = new ArrayList<Thread>();
        for (int writer = 0; writer < WRITERS; writer++) {
            var prefix = round + "-" + writer + "-";
            writers.add(Thread.ofPlatform().start(() -> write(port, prefix)));
        }
        int enough = acknowledged.size() + events;
        Await.until(events + " more events: " + proa, () -> acknowledged.size() >= enough);
        proa.process().toHandle().destroyForcibly();
        proa.exit();
        for (var writer : writers) {
            writer.join();
        }
    }

    private void write(int port, String prefix) {
        try (var wire = new Wire(port)) {
            for (int number = 0; ; number++) {
                var id = prefix + number;
                sent.add(id);
                var answer = wire.post("/api/events", Samples.event(id));
                if (answer.status() == 201) {
                    acknowledged.add(id);
                } else {
                    throw new AssertionError(id + " was answered " + answer);
                }
            }
        } catch (IOException e) {
            // The runtime was killed: what this writer sent last is not acknowledged.
            assertThat(e).isNotNull();
        }
    }

    /** What was acknowledged must come back as a duplicate; the rest may be new. */
    private void sendAllAgain(Proa proa, String told) throws IOException {
        var unsure = new HashSet<>(sent);
        unsure.removeAll(acknowledged);
        try (var wire = new Wire(proa.ingestPort())) {
            assertThat(newOnes(wire, acknowledged)).as("acknowledged but lost: " + told).isZero();
            repeated.addAndGet(newOnes(wire, unsure));
            assertThat(newOnes(wire, sent)).as("stored twice: " + told).isZero();
        }
    }

    private static int newOnes(Wire wire, Set<String> ids) throws IOException {
        int received = 0;
        var all = new ArrayList<>(ids);
        for (int from = 0; from < all.size(); from += BATCH) {
            List<String> some = all.subList(from, Math.min(all.size(), from + BATCH));
            var body =
                    some.stream()
                            .map(Samples::event)
                            .collect(Collectors.joining(",", "{\"events\":[", "]}"));
            var answer = wire.post("/api/events/batch", body);
            assertThat(answer.status()).as(answer::toString).isEqualTo(201);
            var json = new JsonMapper().readTree(answer.body());
            received += json.path("received").asInt();
            assertThat(json.path("received").asInt() + json.path("duplicates").asInt())
                    .isEqualTo(some.size());
        }
        return received;
    }

    private List<String> stored() throws SQLException {
        var ids = new ArrayList<String>();
        try (var connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + home.data("d").resolve("events.db"));
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT event_id FROM events")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }
}
