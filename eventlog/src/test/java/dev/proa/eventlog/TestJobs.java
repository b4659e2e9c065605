package dev.proa.eventlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** Runs imports as jobs. */
final class TestJobs {
    private TestJobs() {}

    /** Starts one, and gives it as it is when it has ended. */
    static JsonNode run(TestLog log, String body) throws Exception {
        try (var imports = new Imports(log.log, HistoryPlaces.NONE, () -> Duration.ZERO, _ -> {})) {
            return run(imports, body);
        }
    }

    static JsonNode run(Imports imports, String body) throws Exception {
        var reply = imports.start(body.getBytes(StandardCharsets.UTF_8));
        assertThat(reply.status()).as(TestLog.text(reply)).isEqualTo(202);
        var id = TestLog.json(reply).path("id").longValue();
        Await.until(
                "the import has ended",
                () -> !job(imports, id).path("state").stringValue().equals("running"));
        return job(imports, id);
    }

    static JsonNode job(Imports imports, long id) {
        return TestLog.json(imports.list())
                .path("jobs")
                .valueStream()
                .filter(job -> job.path("id").longValue() == id)
                .findFirst()
                .orElseThrow();
    }
}
