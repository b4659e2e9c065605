package dev.proa.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That benchmarks still run and find something; how fast it is, is nothing to test here. */
class BenchmarksTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("proa.checkout"));

    @TempDir Path work;

    @ParameterizedTest
    @ValueSource(strings = {"start", "ingest", "delivery", "memory", "history", "live", "guard"})
    void aShortRunMeasuresSomething(String name) throws Exception {
        var setting = new Setting(CHECKOUT, work, Setting.Sizes.SMOKE);

        var result = Main.benchmark(name).run(setting);

        assertThat(result.measures())
                .isNotEmpty()
                .filteredOn(measure -> !measure.label().contains("from the 201"))
                // A window of a second may see no tick of the clock.
                .filteredOn(measure -> !measure.label().contains("sidecars, CPU"))
                // What is to be none is none.
                .filteredOn(measure -> measure.goal().filter(g -> g.limit() == 0).isEmpty())
                .allSatisfy(measure -> assertThat(measure.least()).isPositive());
        assertThat(work).isDirectoryNotContaining("glob:**/run*");
    }

    @Test
    void whatIsComparedStandsInColumns() throws Exception {
        var proa = Measure.of("stop: Proa", "ms", Goal.atMost(10), List.of(4.0));
        var other = Measure.of("stop: other", "ms", List.of(40.0, 60.0));
        var alone = Measure.of("other / Proa", "ratio", List.of(12.5));
        var columns = List.of("Proa", "other", "absent");
        var result = new Result("By turns.", List.of(proa, other, alone), Map.of(), columns);
        var json = ResultFile.json("s", result);
        ResultFile.circumstances(json, CHECKOUT, Instant.EPOCH, "0.5 0.5 0.5");
        ResultFile.write(work.resolve("s.json"), json);

        var page = Table.page(work, List.of("s"));

        assertThat(page)
                .contains(
                        "| measure | unit | goal | Proa | other | absent |\n|---|---|---|---|---|---|")
                .contains(
                        "| stop | ms | ≤ 10.0, met | 4.00 (4.00 – 4.00, 1) | 50.0 (40.0 – 60.0, 2), ×12.5 | – |")
                .contains("| other / Proa | ratio |  | 12.5 (12.5 – 12.5, 1) | – | – |");
    }

    @Test
    void theGateShowsWhatEachLeftAndWhoIsMissing() throws Exception {
        Files.writeString(
                Files.createDirectory(work.resolve("faults")).resolve("paired-gate.json"),
                """
                {"title": "A tree", "at": "now", "missing": {"gone": "gone is not to be had"},
                 "systems": {"pm2": {"version": "7",
                   "kill -9": {"trials": 5, "trials_with_survivors": 4, "survivors": 40},
                   "orderly stop": {"trials": 5, "trials_with_survivors": 0, "survivors": 0}}}}
                """);

        var page = Table.page(work, List.of());

        assertThat(page)
                .contains("| pm2 | 7 | 4 of 5, 40 | 0 of 5, 0 |")
                .contains("Missing: gone is not to be had.");
    }

    @Test
    void theTableShowsWhatWasMeasuredAndWhetherItIsGoodEnough() throws Exception {
        var good = Measure.of("short", "ms", Goal.atMost(10), List.of(4.0, 2.0, 30.0));
        var bad = Measure.of("many", "events/s", Goal.atLeast(500), List.of(480.0, 490.25));
        var json = ResultFile.json("start", Result.of("By a clock.", List.of(good, bad)));
        ResultFile.circumstances(json, CHECKOUT, Instant.EPOCH, "0.5 0.5 0.5");
        ResultFile.write(work.resolve("start.json"), json);

        var page = Table.page(work, List.of("start", "ingest"));

        assertThat(page)
                .contains("## start", "By a clock.", "1970-01-01", "load before 0.5 0.5 0.5")
                .contains("| short | ms | ≤ 10.0, met | 4.00 | 2.00 – 30.0 | 3 |")
                .contains("| many | events/s | ≥ 500, **missed** | 485 | 480 – 490 | 2 |")
                .doesNotContain("## ingest");
    }
}
