package dev.proa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An import into the log of a monitor that does not run. */
class RestingImportTest {
    private static final String TOKEN = "gh" + "p_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8";

    @TempDir Path folder;

    @Test
    void keepsToTheRulesOfPrivacyThatWereChosen() throws Exception {
        var history = Files.createDirectories(folder.resolve("home/.claude/projects/shop"));
        Files.writeString(
                history.resolve("s.jsonl"),
                """
                {"type":"user","uuid":"a","sessionId":"s","message":{"content":"use %s"}}
                {"type":"assistant","uuid":"b","sessionId":"s","message":{"content":[{"type":"text","text":"An answer."}]}}
                """
                        .formatted(TOKEN));
        var data = Files.createDirectory(folder.resolve("data"));
        Files.writeString(data.resolve("settings.json"), "{\"privacy\":{\"outputs\":\"drop\"}}");
        var around = new Surroundings(Map.of(), folder.resolve("home"), folder);

        try (var store =
                new EventStore.Resting(data, around, new PrintWriter(new StringWriter()))) {
            assertThat(store.startImport("{\"source\":\"claude\"}").status()).isEqualTo(202);
            Await.until(
                    "the import is done",
                    () -> new String(store.imports().json(), UTF_8).contains("\"done\""));
        }

        var stored = StoredEvents.newest(data, 10).toString();
        assertThat(stored).contains("use ***").doesNotContain(TOKEN).doesNotContain("An answer.");
    }
}
