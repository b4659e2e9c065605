package dev.proa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Payloads that are too large, and spools that are full. */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class HookLimitsTest {
    private static final byte[] PAYLOAD =
            "{\"session_id\":\"s1\",\"hook_event_name\":\"Stop\"}".getBytes(UTF_8);

    @TempDir Path home;
    private HookProcess hook;

    @BeforeEach
    void open() throws IOException, InterruptedException {
        hook = new HookProcess(home);
    }

    @AfterEach
    void noneIsLeft() throws InterruptedException {
        hook.settle();
        assertThat(hook.running()).isEmpty();
    }

    private void silent(HookProcess.Seen seen) {
        assertThat(seen).isEqualTo(new HookProcess.Seen(0, ""));
    }

    @Test
    void reportsNameAndSizeOfAPayloadOverEightMegabytes() throws Exception {
        var start =
                "{\"session_id\":\"s1\",\"hook_event_name\":\"PostToolUse\",\"tool_input\":{\"a\":[1,\"}\"]},\"tool_response\":\"";
        var big = (start + "x".repeat(9_000_000) + "\"}").getBytes(UTF_8);
        try (var ingest = new RawIngest(RawIngest.status(204))) {
            hook.discover(ingest.url());

            silent(hook.run(big));

            assertThat(new JsonMapper().readTree(ingest.next().body()))
                    .isEqualTo(
                            new JsonMapper()
                                    .readTree(
                                            "{\"session_id\":\"s1\",\"hook_event_name\":\"PostToolUse\","
                                                    + "\"_truncated\":true,\"_original_bytes\":%d}"
                                                            .formatted(big.length)));
        }
    }

    @Test
    void sendsASummaryWhenTheMonitorFindsThePayloadTooLarge() throws Exception {
        try (var ingest = new RawIngest(RawIngest.status(413))) {
            hook.discover(ingest.url());

            silent(hook.run(PAYLOAD));

            var whole = ingest.next();
            var summary = ingest.next();
            assertThat(summary.id()).isEqualTo(whole.id());
            assertThat(summary.body()).asString().contains("\"s1\"", "\"_original_bytes\":");
            hook.settle();
            assertThat(ingest.unread()).isZero();
        }
    }

    @Test
    void dropsTheNewestWhenTenThousandWait() throws Exception {
        hook.discover("http://127.0.0.1:" + RawIngest.deadPort());
        var spool = Files.createDirectories(hook.state().resolve("spool"));
        for (int i = 0; i < 10_000; i++) {
            Files.createFile(spool.resolve("%013d-%032x.json".formatted(i, i)));
        }

        silent(hook.run(PAYLOAD));

        hook.settle();
        assertThat(hook.spooled()).hasSize(10_000);
    }

    @Test
    void dropsTheNewestWhenSixtyFourMegabytesWait() throws Exception {
        hook.discover("http://127.0.0.1:" + RawIngest.deadPort());
        var spool = Files.createDirectories(hook.state().resolve("spool"));
        try (var old = new RandomAccessFile(spool.resolve("old").toFile(), "rw")) {
            old.setLength(64L * 1024 * 1024 - PAYLOAD.length + 1);
        }

        silent(hook.run(PAYLOAD));
        hook.settle();
        assertThat(hook.spooled()).hasSize(1);

        silent(hook.run("{}".getBytes(UTF_8)));
        hook.settle();
        assertThat(hook.spooled()).hasSize(2);
    }

    @Test
    @EnabledOnOs(OS.LINUX) // others let a process have more memory than ulimit says
    void whatCannotBeReadNowStaysAndHoldsUpNothing() throws Exception {
        var spool = Files.createDirectories(hook.state().resolve("spool"));
        var large = spool.resolve("%013d-%032x.json".formatted(1, 1));
        Files.write(large, ("{\"x\":\"" + "y".repeat(7_000_000) + "\"}").getBytes(UTF_8));
        Files.writeString(home.resolve("elsewhere"), "{}");
        var link = spool.resolve("%013d-%032x.json".formatted(2, 2));
        Files.createSymbolicLink(link, home.resolve("elsewhere"));
        Files.write(spool.resolve("%013d-%032x.json".formatted(3, 3)), PAYLOAD);
        try (var ingest = new RawIngest(RawIngest.status(204))) {
            hook.discover(ingest.url());

            // Kibibytes of memory: the large one has no room in it.
            silent(
                    HookProcess.finish(
                            hook.shell("ulimit -v 6000; exec \"$HOOK\" claude"), PAYLOAD));

            ingest.next();
            assertThat(ingest.next().id()).endsWith("3");
            hook.settle();
            assertThat(hook.spooled()).containsExactly(large, link);

            silent(hook.run(PAYLOAD));

            ingest.next();
            assertThat(ingest.next().body()).hasSize(7_000_008);
            hook.settle();
            assertThat(hook.spooled()).containsExactly(link);
        }
    }
}
