package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * OpenTelemetry's Python SDK delivers to the ingest listener; counts are equal. Its packages come
 * from the network, so this is for the long form of the tests.
 */
class OtlpPythonIT {
    private static final Path SCRIPT =
            Home.CHECKOUT.resolve("product/src/test/python/otlp_export.py");
    private static final Path FOLDER = Home.CHECKOUT.resolve("product/target/otlp-venv");

    @TempDir Path folder;

    @BeforeAll
    static void longForm() {
        Assumptions.assumeTrue(Boolean.getBoolean("proa.long"), "for ./check --long");
    }

    private static String output(Home home, List<String> command)
            throws IOException, InterruptedException {
        var process = home.prepare(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output.strip();
    }

    @ParameterizedTest
    @CsvSource({
        "protobuf, none",
        "protobuf, gzip",
        "protobuf, deflate",
        "json, none",
        "json, gzip"
    })
    void everythingArrives(String encoding, String compression) throws Exception {
        try (var home = new Home(folder);
                var proa = home.monitor("d")) {
            var python =
                    output(
                            home,
                            List.of(
                                    Home.CHECKOUT.resolve("build/otlp-venv.sh").toString(),
                                    FOLDER.toString()));
            var session = encoding + "-" + compression;

            var sent =
                    new JsonMapper()
                            .readTree(
                                    output(
                                            home,
                                            List.of(
                                                    python,
                                                    SCRIPT.toString(),
                                                    proa.instance().ingestUrl().orElseThrow(),
                                                    session,
                                                    encoding,
                                                    compression)));

            new Exported(
                            sent.path("logs").asLong(),
                            sent.path("tokens").asLong(),
                            BigDecimal.valueOf(sent.path("cost_nanos").asLong(), 9),
                            sent.path("spans").asLong())
                    .isStored(proa, session);
        }
    }
}
