package dev.proa.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Fault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults 24 and 25: however much and whatever is printed, in a runtime with 64 MB of heap. */
class FaultsOfOutputTest {
    private static final int BLOCK = 100_000;

    /** Numbered blocks of lines, an end without a line end, and no chance to flush anything. */
    private static final String FLOOD =
            """
            import os
            rest = (b'x' * 91 + b'\\n') + (b'y' * 99 + b'\\n') * 999
            for i in range(COUNT):
                block = b'%08d' % i + rest
                while block: block = block[os.write(1, block):]
            os.write(1, b'LAST without end')
            os.kill(os.getpid(), 9)
            """;

    /** One line of 100 MB, every byte there is, what is not UTF-8, and what terminals obey. */
    private static final String ODD =
            """
            import os
            def out(block):
                while block: block = block[os.write(1, block):]
            for _ in range(100): out(b'z' * 1000000)
            out(b'\\n' + bytes(range(256)) * 4000)
            out(b'\\n\\xff\\xfe\\xc3\\x28\\xed\\xa0\\x80\\xf8\\n')
            out(b'\\x1b[31mred\\x1b[0m\\x1b]0;title\\x07\\x1b[2J\\n')
            out(b'LAST without end')
            os.kill(os.getpid(), 9)
            """;

    @TempDir Path data;

    @Test
    void twoFloodsThatEndInSigkillLoseNoByteInLittleMemory() throws Exception {
        var fault = Fault.number(24, "two floods of output that end in SIGKILL lose no byte");
        int megabytes = fault.trials(20, 400);
        int blocks = megabytes * 1_000_000 / BLOCK;
        for (int i = fault.trials(1, 3); i > 0; i--) {
            var folder = Files.createDirectory(data.resolve("run" + i));
            fault.hold(() -> {
                var begun = System.nanoTime();
                var said = run(folder, FLOOD.replace("COUNT", Integer.toString(blocks)));
                var seconds = (System.nanoTime() - begun) / 1e9;

                assertThat(said)
                        .containsExactly(
                                "a: signal 9, 200 lines of at most 99, the last LAST without end",
                                "b: signal 9, 200 lines of at most 99, the last LAST without end",
                                "empty");
                for (var id : List.of("a", "b")) {
                    try (var kept = kept(folder, id)) {
                        flood(kept, blocks);
                    }
                    fault.figure(id + "_bytes", (double) LogBytes.count(folder, id));
                }
                fault.figure("seconds_with_jvm", seconds);
            });
        }
        fault.figure("megabytes_each", megabytes).figure("heap_mb", 64).conclude();
    }

    private static void flood(InputStream kept, int blocks) throws IOException {
        var rest =
                ("x".repeat(91) + "\n" + ("y".repeat(99) + "\n").repeat(999))
                        .getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < blocks; i++) {
            assertThat(new String(kept.readNBytes(8), StandardCharsets.US_ASCII))
                    .isEqualTo("%08d".formatted(i));
            assertThat(kept.readNBytes(rest.length)).as("block %d", i).isEqualTo(rest);
        }
        assertThat(kept.readAllBytes())
                .isEqualTo("LAST without end".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void aLineOf100MbAndBytesThatAreNoTextAreKeptInLittleMemory() throws Exception {
        var fault = Fault.number(25, "a line of 100 MB and bytes that are no text are kept");
        for (int i = fault.trials(1, 5); i > 0; i--) {
            var folder = Files.createDirectory(data.resolve("run" + i));
            fault.hold(() -> {
                var said = run(folder, ODD);

                assertThat(said).hasSize(3).endsWith("empty");
                assertThat(said.getFirst())
                        .matches(
                                "a: signal 9, \\d+ lines of at most (\\d{1,3}|[1-3]\\d{3}|40\\d\\d), the last LAST without end");
                for (var id : List.of("a", "b")) {
                    try (var kept = kept(folder, id)) {
                        odd(kept);
                    }
                }
            });
        }
        fault.figure("line_mb", 100).figure("heap_mb", 64).conclude();
    }

    private static void odd(InputStream kept) throws IOException {
        var million = "z".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 100; i++) {
            assertThat(java.util.Arrays.equals(kept.readNBytes(million.length), million))
                    .as("MB %d", i)
                    .isTrue();
        }
        assertThat(kept.read()).isEqualTo('\n');
        for (int i = 0; i < 256 * 4000; i++) {
            if (kept.read() != i % 256) {
                throw new AssertionError("byte " + i + " of the binary part");
            }
        }
        var rest =
                "\n\u00ff\u00fe\u00c3(\u00ed\u00a0\u0080\u00f8\n"
                        + "\u001b[31mred\u001b[0m\u001b]0;title\u0007\u001b[2J\nLAST without end";
        assertThat(kept.readAllBytes()).isEqualTo(rest.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What a log holds, over all its files and packed ones. */
    private static InputStream kept(Path folder, String id) throws IOException {
        var parts = new ArrayList<InputStream>();
        for (var part : LogFiles.of(folder, id).parts()) {
            parts.add(part.open());
        }
        parts.add(new ByteArrayInputStream(new byte[0]));
        return new java.io.BufferedInputStream(
                new SequenceInputStream(Collections.enumeration(parts)));
    }

    private static List<String> run(Path folder, String program)
            throws IOException, InterruptedException {
        var runtime =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx64m",
                                "-XX:+ExitOnOutOfMemoryError",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dproa.guard=" + System.getProperty("proa.guard"),
                                "-cp",
                                StallTest.classPath(),
                                LoudRuntime.class.getName(),
                                folder.toString(),
                                program)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            var said = runtime.inputReader().lines().toList();
            assertThat(runtime.waitFor()).as("%s", said).isZero();
            return said;
        } finally {
            runtime.destroyForcibly().waitFor();
        }
    }
}
