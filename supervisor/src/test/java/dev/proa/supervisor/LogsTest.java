package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {
    @TempDir Path data;

    @Test
    void theRingHoldsTheLastLinesCutAndReplacedWhateverIsPrinted() {
        var ring = new LineRing();
        var text = "a\r\nb\n\n" + "x".repeat(10_000) + "\n";
        ring.take(text.getBytes(StandardCharsets.UTF_8), text.length(), new LineWatch());
        ring.take(new byte[] {(byte) 0xff, 'y', '\n', 'z'}, 4, new LineWatch());
        ring.end(new LineWatch());
        assertThat(ring.tail())
                .containsExactly("a", "b", "", "x".repeat(3072) + " ... (cut)", "\ufffdy", "z");

        for (int i = 0; i < 500; i++) {
            var line = ("line " + i + "\n").getBytes(StandardCharsets.UTF_8);
            ring.take(line, line.length, new LineWatch());
        }
        assertThat(ring.tail()).hasSize(200).startsWith("line 300").endsWith("line 499");
    }

    @Test
    void findsALineThatComesInPieces() {
        var ring = new LineRing();
        var ports = new java.util.ArrayList<String>();
        var watch =
                new LineWatch()
                        .want(Pattern.compile("^listening on (\\d+)$"), m -> ports.add(m.group(1)));
        var bytes = "x\nlistening on 80\r\n".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length - 1; i++) {
            ring.take(new byte[] {bytes[i]}, 1, watch);
        }
        assertThat(ports).isEmpty();
        ring.take("\nlistening on 81\n".getBytes(StandardCharsets.UTF_8), 17, watch);

        assertThat(ports).containsExactly("80");
    }

    @Test
    void aSidecarThatKillsItselfAfter50MbLosesNoByte() throws Exception {
        var script =
                "import os,sys\nw=sys.stdout.buffer\nline=b'x'*99+b'\\n'\n"
                        + "for i in range(500): w.write(line*1000)\nw.write(b'LAST without end')\nw.flush()\nos.kill(os.getpid(),9)";
        try (var bench =
                TestBench.of(
                        data, Specs.sidecar("api").python(script).restarts(RestartPolicy.NEVER))) {
            bench.start();
            Await.until("it ended", () -> bench.status("api").lastExit().isPresent());

            var bytes = LogBytes.of(data, "api");
            assertThat(bytes).hasSize(50_000_000 + 16);
            assertThat(new String(bytes, bytes.length - 16, 16, StandardCharsets.US_ASCII))
                    .isEqualTo("LAST without end");
            assertThat(bench.status("api").lastExit().orElseThrow().logTail())
                    .endsWith("LAST without end");
        }
    }

    @Test
    void aLineOf300MbTakesBoundedMemory() throws Exception {
        System.gc();
        long before = used();
        try (var bench =
                TestBench.of(
                        data,
                        Specs.sidecar("api")
                                .shell(
                                        "head -c 300000000 /dev/zero | tr '\\0' x; echo; echo end; sleep 1000")
                                .ready(new Check.Log(Pattern.compile("^end$"))))) {
            bench.start();
            Await.until("the end of the line", () -> bench.status("api").ready());
            System.gc();

            assertThat(used() - before).isLessThan(20L << 20);
            assertThat(LogBytes.of(data, "api").length).isGreaterThan(128 << 20);
        }
    }

    @Test
    void aCutSplitsNoWord() {
        var ring = new LineRing();
        var text = "x ".repeat(2040) + "a-secret-of-a-length-that-is-cut\n";
        ring.take(text.getBytes(StandardCharsets.UTF_8), text.length(), new LineWatch());

        assertThat(ring.tail()).containsExactly("x ".repeat(2040) + " ... (cut)");
    }

    private static long used() {
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
