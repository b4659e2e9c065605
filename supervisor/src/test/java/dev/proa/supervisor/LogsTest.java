package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.RestartPolicy;
import dev.proa.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogsTest {
    @TempDir Path data;

    private byte[] everything(Path log) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int i = 50; i > 0; i--) {
            var part = log.resolveSibling(log.getFileName() + "." + i + ".gz");
            if (Files.exists(part)) {
                try (var in = new GZIPInputStream(Files.newInputStream(part))) {
                    in.transferTo(bytes);
                }
            }
        }
        bytes.writeBytes(Files.readAllBytes(log));
        return bytes.toByteArray();
    }

    @Test
    void keepsEveryByteOverRotationsAndOnlyForTheOwner() throws IOException {
        var log = data.resolve("api.log");
        var sent = new ByteArrayOutputStream();
        var dice = new SplittableRandom(7);
        try (var file = RotatingLog.open(log, 10_000, 50)) {
            for (int i = 0; i < 60; i++) {
                var bytes = new byte[dice.nextInt(8_000)];
                dice.nextBytes(bytes);
                file.write(bytes, bytes.length);
                sent.writeBytes(bytes);
            }
        }

        assertThat(everything(log)).isEqualTo(sent.toByteArray());
        try (var files = Files.list(data)) {
            assertThat(files)
                    .hasSizeGreaterThan(10)
                    .allSatisfy(file ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(file)))
                                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void dropsTheOldestPartsAndHolds128MiBByDefault() throws IOException {
        var log = data.resolve("api.log");
        try (var file = RotatingLog.open(log, 100, 3)) {
            for (int i = 0; i < 10; i++) {
                file.write(new byte[100], 100);
            }
        }

        assertThat(everything(log)).hasSize(400);
        assertThat(RotatingLog.PART * RotatingLog.PARTS).isGreaterThanOrEqualTo(128L << 20);
    }

    @Test
    void packsAPartThatAnEarlierRunLeftUnpacked() throws IOException {
        var log = data.resolve("api.log");
        Files.writeString(log, "new");
        Files.writeString(data.resolve("api.log.turned"), "old");
        RotatingLog.open(log).close();

        assertThat(everything(log)).asString(StandardCharsets.UTF_8).isEqualTo("oldnew");
        assertThat(data.resolve("api.log.turned")).doesNotExist();
    }

    @Test
    void theRingHoldsTheLastLinesCutAndReplacedWhateverIsPrinted() {
        var ring = new LineRing();
        var text = "a\r\nb\n\n" + "x".repeat(10_000) + "\n";
        ring.take(text.getBytes(StandardCharsets.UTF_8), text.length(), new LineWatch());
        ring.take(new byte[] {(byte) 0xff, 'y', '\n', 'z'}, 4, new LineWatch());
        ring.end(new LineWatch());
        assertThat(ring.tail())
                .containsExactly("a", "b", "", "x".repeat(4096) + " ... (cut)", "\ufffdy", "z");

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

    @SuppressWarnings("try") // closed before the end of its scope, which is the point
    @Test
    void aLogThatCannotBeWrittenIsSaidAndDoesNotEndTheOutput() throws Exception {
        var journal =
                java.util.Collections.synchronizedList(new java.util.ArrayList<RuntimeEvent>());
        var log = data.resolve("not/there/api.log");
        try (var sidecar = new PipedOutputStream();
                var output = new PipedInputStream(sidecar)) {
            var ring = new LineRing();
            var pump = new LogPump("api", log, output, ring, new LineWatch(), journal::add);
            pump.start();
            sidecar.write("lost\n".getBytes(StandardCharsets.UTF_8));
            sidecar.flush();
            Await.until("the line was read", () -> !ring.tail().isEmpty());
            Files.createDirectories(data.resolve("not/there"));
            sidecar.write("kept\n".getBytes(StandardCharsets.UTF_8));
            sidecar.close();
            pump.join();
        }

        assertThat(log).content().endsWith("kept\n");
        assertThat(journal).allMatch(RuntimeEvent.LogDropped.class::isInstance).isNotEmpty();
        assertThat(journal.getFirst())
                .isInstanceOfSatisfying(
                        RuntimeEvent.LogDropped.class,
                        event -> assertThat(event.bytes()).isEqualTo(5));
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

            var bytes = everything(data.resolve("logs/api.log"));
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
            assertThat(everything(data.resolve("logs/api.log")).length).isGreaterThan(128 << 20);
        }
    }

    private static long used() {
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
