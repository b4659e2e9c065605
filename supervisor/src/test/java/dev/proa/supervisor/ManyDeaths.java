package dev.proa.supervisor;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Kills {@link OneRuntime} again and again, in a PID namespace of its own, where every process that
 * is not this one or the first is a survivor.
 */
final class ManyDeaths {
    private ManyDeaths() {}

    /** Arguments: the folder for data, how often. */
    public static void main(String[] words) throws IOException, InterruptedException {
        int trials = Integer.parseInt(words[1]);
        var before = processes();
        for (int i = 1; i <= trials; i++) {
            var data = Files.createDirectory(Path.of(words[0], "run" + i));
            var runtime = start(data);
            var tree = processes().size() - before.size();
            if (tree < 9) {
                throw new AssertionError("trial " + i + ": only " + tree + " processes ran");
            }
            runtime.destroyForcibly();
            runtime.waitFor();
            Await.until("trial " + i + ": nothing is left", () -> before.containsAll(processes()));
        }
        System.out.println(trials + " of " + trials + " left nothing");
    }

    /** Starts a runtime, with more arguments if there are any, and waits until it is ready. */
    static Process start(Path data, String... more) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx64m",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dproa.guard=" + System.getProperty("proa.guard"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                OneRuntime.class.getName(),
                                data.toString()));
        command.addAll(List.of(more));
        var runtime =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var said = runtime.inputReader()) {
            var line = said.readLine();
            if (!"ready".equals(line)) {
                throw new AssertionError(data + ": the runtime said " + line);
            }
        }
        return runtime;
    }

    /**
     * The living; the dead are buried by the first process of the namespace when it finds the time.
     */
    static Set<Long> processes() throws IOException {
        try (var all = Files.list(Path.of("/proc"))) {
            return all.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(ManyDeaths::lives)
                    .map(path -> Long.parseLong(path.getFileName().toString()))
                    .collect(Collectors.toSet());
        }
    }

    private static boolean lives(Path process) {
        try {
            var stat =
                    Files.readString(
                            process.resolve("stat"), java.nio.charset.StandardCharsets.ISO_8859_1);
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException e) {
            return false;
        }
    }
}
