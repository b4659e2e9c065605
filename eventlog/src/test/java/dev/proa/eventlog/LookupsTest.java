package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookupsTest {
    @TempDir Path folder;

    private static NewEvent event(int number) {
        return TestLog.event("s" + number % 50, "e" + number);
    }

    private static List<NewEvent> events(IntStream numbers) {
        return numbers.mapToObj(LookupsTest::event).toList();
    }

    private static int duplicates(Appended appended) {
        return ((Appended.Stored) appended).duplicates();
    }

    /** More than one question's worth of both, and what is known is in any of the places. */
    @Test
    void findsEachEventThatTheLogHasAmongMany() throws Exception {
        try (var log = new TestLog(folder)) {
            log.log.append(events(IntStream.of(0, 31, 32, 69, 96)));

            var appended = log.log.append(events(IntStream.range(0, 97)));

            assertThat(duplicates(appended)).isEqualTo(5);
            assertThat(duplicates(log.log.append(events(IntStream.range(0, 97))))).isEqualTo(97);
            assertThat(log.events("limit", "500").path("total").asInt()).isEqualTo(97);
        }
    }

    /** Each session goes on where it was, whichever of many it is. */
    @Test
    void findsEachSessionThatTheLogHasAmongMany() throws Exception {
        var random = new Random(1);
        try (var log = new TestLog(folder)) {
            var counts = new int[50];
            for (var number = 0; number < 1_000; ) {
                var next = number + 1 + random.nextInt(80);
                log.log.append(events(IntStream.range(number, next)));
                IntStream.range(number, next).forEach(each -> counts[each % 50]++);
                number = next;
            }

            for (var session = 0; session < 50; session++) {
                assertThat(log.session("s" + session).path("event_count").asInt())
                        .isEqualTo(counts[session]);
            }
        }
    }

    /** Those who come together are looked up together. */
    @Test
    void countsEachEventOnceThatManyBringAtTheSameTime() throws Exception {
        try (var log = new TestLog(folder);
                var senders = Executors.newFixedThreadPool(16)) {
            var done = new ArrayList<Future<Appended>>();
            for (var sender = 0; sender < 400; sender++) {
                var number = sender % 100;
                done.add(senders.submit(() -> log.log.append(List.of(event(number)))));
            }
            var known = 0;
            for (var one : done) {
                known += duplicates(one.get());
            }

            assertThat(known).isEqualTo(300);
            assertThat(log.stats().path("total_events").asInt()).isEqualTo(100);
        }
    }
}
