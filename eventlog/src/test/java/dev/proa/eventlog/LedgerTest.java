package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts once, and whether every sum says so. */
class LedgerTest {
    private static final String OPUS = "claude-opus-4-6"; // 5 and 25 dollars, cache 0.5, 6.25, 10

    @TempDir Path folder;
    private TestLog log;

    @BeforeEach
    void open() {
        log = new TestLog(folder);
    }

    @AfterEach
    void close() throws Exception {
        SheetsAgree.in(log);
        log.close();
    }

    private static EventDraft draft(String session, String source) {
        return new EventDraft(session, "claude_code", "llm_response").source(source).model(OPUS);
    }

    private static NewEvent line(
            String session, @Nullable String message, @Nullable String request, long out) {
        return draft(session, "import")
                .tokens(new NewEvent.Tokens(10, out, 1_000, 100))
                .identity(new NewEvent.Identity(message, request, null, false))
                .happened(1_000L)
                .event();
    }

    /** A request that OTLP tells of, with its cost. */
    private static NewEvent request(String session, @Nullable String request, long out) {
        return draft(session, "otel")
                .tokens(new NewEvent.Tokens(10, out, 1_000, 100))
                .cost(5_000_000L)
                .identity(new NewEvent.Identity(null, request, null, false))
                .event();
    }

    private static NewEvent tokenMeter(String session, long in) {
        return draft(session, "otel")
                .tokens(new NewEvent.Tokens(in, 0, 0, 0))
                .identity(new NewEvent.Identity(null, null, null, true))
                .event();
    }

    private static NewEvent costMeter(String session, long nanos) {
        return draft(session, "otel")
                .cost(nanos)
                .identity(new NewEvent.Identity(null, null, null, true))
                .event();
    }

    private void append(NewEvent... events) throws InterruptedException {
        for (var event : events) {
            log.log.append(List.of(event));
        }
    }

    private String session(String id) throws InterruptedException {
        var row = log.session(id);
        return row.path("tokens_in")
                + " in, "
                + row.path("tokens_out")
                + " out, "
                + row.path("total_cost_usd");
    }

    @Test
    void countsALaterLineOfTheSameAnswerInsteadOfThePartialOne() throws Exception {
        append(line("s", "m1", "r1", 1), line("s", "m1", "r1", 300), line("s", "m1", "r1", 1));

        // 10 x 5000 + 300 x 25000 + 1000 x 500 + 100 x 6250 nano-dollars
        assertThat(session("s")).isEqualTo("10 in, 300 out, 0.008675");
        assertThat(log.session("s").path("event_count").intValue()).isEqualTo(3);
    }

    @Test
    void countsAResumedSessionsOldLinesOnce() throws Exception {
        append(line("first", "m1", "r1", 300), line("second", "m1", "r1", 300));

        assertThat(session("first")).startsWith("10 in, 300 out");
        assertThat(session("second")).isEqualTo("0 in, 0 out, null");
    }

    @Test
    void countsTheSameMessageOfAnotherRequest() throws Exception {
        append(line("s", "m1", "r1", 300), line("s", "m1", "r2", 300));

        assertThat(session("s")).startsWith("20 in, 600 out");
    }

    @Test
    void findsTheSameRequestInAHistoryAndInOtlp() throws Exception {
        append(request("s", "r1", 300), line("s", "m1", "r1", 1), line("s", "m1", "r1", 300));

        // OTLP told what it cost.
        assertThat(session("s")).isEqualTo("10 in, 300 out, 0.005");
    }

    @Test
    void letsALinkBetweenTwoThatCountedApartLeaveOne() throws Exception {
        append(line("s", "m1", null, 300), request("s", "r1", 300));
        assertThat(session("s")).startsWith("20 in, 600 out");

        append(line("s", "m1", "r1", 300));

        assertThat(session("s")).isEqualTo("10 in, 300 out, 0.005");
    }

    @Test
    void letsDuplicatesFollowWhatCountsInTheEnd() throws Exception {
        append(line("s", "m1", "r1", 1), line("s", "m1", null, 1), line("s", null, "r1", 300));

        append(line("s", "m1", null, 2));

        assertThat(session("s")).startsWith("10 in, 300 out");
    }

    @Test
    void takesBackAMeterWhenRequestsAreTold() throws Exception {
        append(tokenMeter("s", 700), tokenMeter("s", 300), costMeter("s", 9_000_000));
        assertThat(session("s")).isEqualTo("1000 in, 0 out, 0.009");

        append(request("s", "r1", 300), tokenMeter("s", 50));

        assertThat(session("s")).isEqualTo("10 in, 300 out, 0.005");
    }

    @Test
    void paysAMetersTokensOnceWhicheverMeterComesFirst() throws Exception {
        append(costMeter("a", 9_000_000), tokenMeter("a", 1_000));
        append(tokenMeter("b", 1_000), costMeter("b", 9_000_000));

        assertThat(session("a")).isEqualTo("1000 in, 0 out, 0.009");
        assertThat(session("b")).isEqualTo("1000 in, 0 out, 0.009");
    }

    @Test
    void believesAHistoryRatherThanRequestsWithoutIds() throws Exception {
        append(request("a", null, 299), line("a", "m1", "r1", 300));
        append(line("b", "m2", "r2", 300), request("b", null, 299));

        assertThat(session("a")).isEqualTo("10 in, 300 out, 0.008675");
        assertThat(session("b")).isEqualTo("10 in, 300 out, 0.008675");
    }

    @Test
    void believesARolloutOfCodexRatherThanRequestsWhoseIdsItDoesNotHave() throws Exception {
        var told =
                new EventDraft("a", CodexHistory.AGENT, "llm_response")
                        .source("otel")
                        .tokens(new NewEvent.Tokens(10, 299, 0, 0))
                        .identity(new NewEvent.Identity(null, "req-9", null, false))
                        .event();
        var read =
                new EventDraft("a", CodexHistory.AGENT, "llm_response")
                        .source("import")
                        .tokens(new NewEvent.Tokens(10, 300, 0, 0))
                        .event();
        append(told, read);
        assertThat(session("a")).startsWith("10 in, 300 out");

        append(told);

        assertThat(session("a")).startsWith("10 in, 300 out");
    }

    @Test
    void countsWhatHasNoNameAsOftenAsItIsSaid() throws Exception {
        var event = draft("s", "api").tokens(new NewEvent.Tokens(7, 0, 0, 0)).event();

        append(event, event);

        assertThat(session("s")).startsWith("14 in");
    }

    @Test
    void keepsAnUnknownModelsCostUnknown() throws Exception {
        append(
                draft("s", "api")
                        .model("nobody-knows")
                        .tokens(new NewEvent.Tokens(7, 0, 0, 0))
                        .event());

        assertThat(session("s")).isEqualTo("7 in, 0 out, null");
        assertThat(log.stats().path("total_cost_usd").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 14, 15_926})
    void givesTheSameTotalsInWhateverOrderTheyCome(long seed) throws Exception {
        var random = new Random(seed);
        var told = new ArrayList<NewEvent>();
        for (var i = 0; i < 150; i++) {
            told.addAll(answer(random, "s" + i % 7, i));
        }
        var totals = new ArrayList<String>();
        for (var round = 0; round < 3; round++) {
            Collections.shuffle(told, random);
            try (var other = new TestLog(Files.createTempDirectory(folder, "o"))) {
                for (var next = 0; next < told.size(); ) {
                    var to = Math.min(told.size(), next + 1 + random.nextInt(40));
                    other.log.append(told.subList(next, to));
                    next = to;
                }
                SheetsAgree.in(other);
                totals.add(
                        other.stats().path("total_tokens_in")
                                + " "
                                + other.stats().path("total_tokens_out")
                                + " "
                                + other.stats().path("total_cost_usd"));
            }
        }

        assertThat(totals).as("seed " + seed).allMatch(total -> total.equals(totals.getFirst()));
    }

    /** Several lines of one answer, perhaps told by OTLP and metered as well. */
    private static List<NewEvent> answer(Random random, String session, int i) {
        var events = new ArrayList<NewEvent>();
        var out = 1 + random.nextInt(500);
        for (var line = random.nextInt(3); line >= 0; line--) {
            var name = random.nextInt(4) == 0 ? null : "r" + i;
            events.add(line(session, "m" + i, name, line == 0 ? out : 1));
        }
        events.add(line(session, "m" + i, "r" + i, out));
        if (random.nextBoolean()) {
            events.add(request(session, "r" + i, out));
        }
        if (random.nextInt(3) == 0) {
            events.add(request(session, null, out));
            events.add(tokenMeter(session, 10));
            events.add(costMeter(session, random.nextInt(1_000)));
        }
        return events;
    }
}
