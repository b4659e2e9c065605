package dev.proa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The exporters of Codex in real files, through the command. */
final class CodexHooksTest {
    private static final String OURS =
            """
            exporter = { otlp-http = { endpoint = "http://127.0.0.1:3141/v1/logs", protocol = "json" } } # proa-hooks
            metrics_exporter = { otlp-http = { endpoint = "http://127.0.0.1:3141/v1/metrics", protocol = "json" } } # proa-hooks
            """;

    @TempDir Path folder;
    private HooksHome home;

    @BeforeEach
    void makeHome() throws IOException {
        home = new HooksHome(folder);
        home.set("AGENTMONITOR_URL", "");
        Files.createDirectories(config().getParent());
    }

    @AfterEach
    void close() {
        home.close();
    }

    private Path config() {
        return home.path(".codex/config.toml");
    }

    private String installed(String text) throws IOException {
        Files.writeString(config(), text);
        var run = home.run("install", "codex");
        assertThat(run.code()).as(run.err()).isZero();
        return Files.readString(config());
    }

    @Test
    void aFileThatIsNotThereIsMadeAndGoesAgain() throws IOException {
        assertThat(home.run("install", "codex").code()).isZero();

        assertThat(config()).content().isEqualTo("[otel] # proa-hooks\n" + OURS);
        assertThat(home.run("install", "codex").out()).contains("nothing was changed");
        assertThat(home.run("uninstall", "codex").code()).isZero();
        assertThat(config()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "model = \"o4\" # mine\n",
                "# only a comment\n",
                "[otel]\nlog_user_prompt = true # yes\n\n[tui]\ntheme = 'x'\n",
                "[otel]\n[tui]\na=1\n",
                "[a]\nx = \"\"\"\n[otel]\nexporter = 1\n\"\"\"\n",
                "[mcp_servers.\"a b\"]\nargs = [ \"]\", # not the end\n  'x',\n]\r\nenv = { A = \"}\", 'b' = 2 }\r\n",
                "[[profiles]]\nname = 'a'\n[[profiles]]\nname = 'b'\n\n[otel]\nenvironment = \"dev\"\ntrace_exporter = \"none\"\n",
                "when = 2026-11-21 10:00:00\nf = +1e3\nx.y.\"z\" = true\n"
            })
    void everythingElseStaysAndUninstallGivesBackEveryByte(String text) throws IOException {
        var after = installed(text);

        assertThat(after.replaceAll("(?m)^.*# proa-hooks\\R?", "").strip()).isEqualTo(text.strip());
        assertThat(after.lines().filter(line -> line.endsWith("# proa-hooks")))
                .hasSizeBetween(2, 3);
        assertThat(home.run("install", "codex").out()).contains("nothing was changed");
        assertThat(Files.readString(config())).isEqualTo(after);
        assertThat(home.run("uninstall", "codex").code()).isZero();
        assertThat(Files.readString(config())).isEqualTo(text);
    }

    @Test
    void theLinesStandInTheTableThatIsThere() throws IOException {
        assertThat(installed("[otel]\nlog_user_prompt = true # yes\n\n[tui]\ntheme = 'x'\n"))
                .isEqualTo(
                        "[otel]\nlog_user_prompt = true # yes\n" + OURS + "\n[tui]\ntheme = 'x'\n");
    }

    /** TOML 1.0.0, "Table": a head must not name a table that keys with dots have made. */
    @Test
    void whereTheTableIsMadeByKeysWithDotsOursAreSuchKeysToo() throws IOException {
        var text = "model = \"o4\"\notel.environment = \"dev\"\nnotify = []\n\n[tui]\na = 1\n";

        var after = installed(text);

        assertThat(after)
                .isEqualTo(
                        text.replace(
                                "\"dev\"\n", "\"dev\"\n" + OURS.replaceAll("(?m)^(?=.)", "otel.")));
        assertThat(home.run("install", "codex").out()).contains("nothing was changed");
        assertThat(home.run("uninstall", "codex").code()).isZero();
        assertThat(config()).content().isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"otel = { exporter = \"none\" }\n", "[[otel]]\nenvironment = \"dev\"\n"})
    void aTableThatTakesNoLinesIsRefused(String text) throws IOException {
        Files.writeString(config(), text);

        var run = home.run("install", "codex");

        assertThat(run.code()).isEqualTo(65);
        assertThat(run.err()).contains(":1:1 /otel: ").contains("Write it as [otel]");
        assertThat(config()).content().isEqualTo(text);
    }

    @Test
    void theAddressOfOneRunAndAnAddressThatIsNoneAreNotWrittenDown() throws IOException {
        var found = home.path(".local/state/proa/dev.proa.agent-monitor/ingest-url");
        Files.createDirectories(found.getParent());
        Files.writeString(found, "http://127.0.0.1:4000\n");

        assertThat(installed("")).contains("127.0.0.1:3141").doesNotContain("4000");
        home.set("AGENTMONITOR_URL", "somewhere");
        assertThat(installed("")).contains("127.0.0.1:3141").doesNotContain("null");
    }

    @Test
    void printShowsWhatWouldStandThereAndWritesNothing() throws IOException {
        var text = "model = \"x\"\n";
        Files.writeString(config(), text);

        var shown = home.run("install", "codex", "--print");

        assertThat(shown.out()).isEqualTo(text + "\n[otel] # proa-hooks\n" + OURS);
        assertThat(config()).hasContent(text);
        var after = installed(text);
        assertThat(home.run("uninstall", "codex", "--print").out()).isEqualTo(text);
        assertThat(config()).content().isEqualTo(after);
    }

    @Test
    void uninstallSaysThatThereIsNothingOfOurs() throws IOException {
        Files.writeString(config(), "model = \"x\"\n");

        assertThat(home.run("uninstall", "codex").out()).startsWith("No exporters of ours are in");
        assertThat(home.run("install", "codex").out()).startsWith("Codex reports");
        assertThat(home.run("install", "codex").out()).startsWith("The exporters are installed");
        assertThat(home.run("uninstall", "codex").out()).startsWith("The exporters were taken out");
    }

    @Test
    void ourTableStaysWhereSomethingElseStandsInItMeanwhile() throws IOException {
        Files.writeString(config(), installed("[a]\nb = 1\n") + "log_user_prompt = true\n");

        assertThat(home.run("uninstall", "codex").code()).isZero();

        assertThat(config())
                .content()
                .isEqualTo("[a]\nb = 1\n\n[otel] # proa-hooks\nlog_user_prompt = true\n");
    }

    @Test
    void anOldAddressIsReplacedAndADatedCopyIsKept() throws IOException {
        home.set("AGENTMONITOR_URL", "http://127.0.0.1:3142");
        installed("model = \"x\"\n");
        home.set("AGENTMONITOR_URL", "");

        assertThat(home.run("install", "codex").code()).isZero();

        assertThat(Files.readString(config()))
                .contains("http://127.0.0.1:3141/v1/logs")
                .doesNotContain("3142");
        try (var files = Files.list(config().getParent())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("config.toml.proa-20261120T141500.bak");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[otel]\nexporter = \"otlp-grpc\"\n",
                "[otel.exporter.otlp-http]\nendpoint = \"x\"\n",
                "[otel.exporter]\n",
                "otel.metrics_exporter = \"none\"\n",
                "[otel]\nexporter.otlp-http.endpoint = \"x\"\n"
            })
    void foreignExportersAreRefusedAndStay(String text) throws IOException {
        Files.writeString(config(), text);

        var run = home.run("install", "codex");

        assertThat(run.code()).isEqualTo(65);
        assertThat(run.err()).contains("config.toml:", "is set already");
        assertThat(config()).content().isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "model = \n",
                "a = \"x\n",
                "[otel\n",
                "a = [1, 2\n",
                "just words\n",
                "a = 1 b = 2\n",
                "[t]\n[t]\n",
                "a = {b = 1\n",
                "= 1\n"
            })
    void aFileWithErrorsIsRefusedWithItsPlace(String text) throws IOException {
        Files.writeString(config(), text);

        var run = home.run("install", "codex");

        assertThat(run.code()).isEqualTo(65);
        assertThat(run.err()).containsPattern("config.toml:\\d+:\\d+: this is not TOML");
        assertThat(config()).content().isEqualTo(text);
    }

    @Test
    void aPlaceThatCannotBeLookedAtIsNotTakenForNoFile() throws IOException {
        var loop = Files.createSymbolicLink(home.path("loop"), home.path("loop"));
        home.set("CODEX_HOME", loop.toString());

        var run = home.run("uninstall", "codex");

        assertThat(run.code()).as(run.toString()).isNotZero();
        assertThat(run.err()).contains("loop/config.toml: it cannot be read");
        assertThat(home.run("doctor", "codex", "--no-probe").out()).contains("it cannot be read");
    }

    @Test
    void doctorDoesNotSayThatCodexKeepsWhatNobodyTakes() throws IOException {
        home.set("AGENTMONITOR_URL", "http://127.0.0.1:1");
        assertThat(home.run("install", "codex").code()).isZero();

        home.set("AGENTMONITOR_URL", "");
        // Not the usual port: a monitor of the machine's user may listen there.
        var state = Files.createDirectories(home.places().state());
        Files.writeString(state.resolve("ingest-url"), "http://127.0.0.1:2\n");
        var said = home.run("doctor", "codex", "--no-probe").out();

        assertThat(said).contains("until then what Codex tells is lost");
    }

    @Test
    void doctorSaysThatTheMonitorListensWhereCodexDoesNotSend() throws Exception {
        home.set("AGENTMONITOR_URL", "http://127.0.0.1:1");
        assertThat(home.run("install", "codex").out())
                .contains("  settings  ", "  sends to  http://127.0.0.1:1\n");
        home.set("AGENTMONITOR_URL", "");
        try (var ingest = new RawIngest(RawIngest.status(200))) {
            var state = Files.createDirectories(home.places().state());
            Files.writeString(state.resolve("ingest-url"), ingest.url() + "\n");

            var run = home.run("doctor", "codex", "--no-probe");

            assertThat(run.code()).isNotZero();
            assertThat(run.out())
                    .contains("wrong  monitor: Codex sends to http://127.0.0.1:1/v1/logs (")
                    .contains("The agent monitor listens at " + ingest.url())
                    .contains("AGENTMONITOR_URL=" + ingest.url() + " proa hooks install codex");
        }
    }
}
