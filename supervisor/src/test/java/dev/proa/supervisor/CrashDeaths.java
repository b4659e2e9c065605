package dev.proa.supervisor;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Kills {@link CrashingRuntime} again and again, in a PID namespace of its own, where every process
 * that is not this one or the first is a survivor.
 */
final class CrashDeaths {
    /** How long the process lives, in seconds, that inherits from the runtime. */
    static final String HEIR = "7601";

    private CrashDeaths() {}

    /**
     * Arguments: the folder for data, how often, and how: {@code kill}, {@code segv}, {@code halt},
     * {@code oom}, or {@code heir}, which is to kill it after native code has started a process.
     */
    public static void main(String[] words) throws IOException, InterruptedException {
        int trials = Integer.parseInt(words[1]);
        var how = words[2];
        var before = ManyDeaths.processes();
        for (int i = 1; i <= trials; i++) {
            var data = Files.createDirectory(Path.of(words[0], "run" + i));
            var runtime = start(data);
            Await.until(
                    "trial " + i + ": nine processes run",
                    () -> ManyDeaths.processes().size() - before.size() >= 9);
            var heirs = end(runtime, how);
            Await.until(
                    "trial " + i + ": nothing is left",
                    () -> {
                        var those = new HashSet<>(before);
                        those.addAll(heirs);
                        return ManyDeaths.nobodyBut(those);
                    });
            for (var heir : heirs) {
                signal("KILL", heir);
            }
            Await.until("trial " + i + ": no heir", () -> ManyDeaths.nobodyBut(before));
        }
        System.out.println(trials + " of " + trials + " left nothing, by " + how);
    }

    /** Returns whom it leaves rightly, since they are not of its trees. */
    private static Set<Long> end(Process runtime, String how)
            throws IOException, InterruptedException {
        Set<Long> heirs = Set.of();
        switch (how) {
            case "kill" -> runtime.destroyForcibly();
            case "segv" -> signal("SEGV", runtime.pid());
            case "heir" -> {
                tell(runtime, how);
                heirs = Set.of(heir(runtime));
                runtime.destroyForcibly();
            }
            default -> tell(runtime, how);
        }
        int code = runtime.waitFor();
        if (code == 0 || code == 143) {
            throw new AssertionError("it ended in an orderly way: " + code);
        }
        return heirs;
    }

    private static void tell(Process runtime, String word) throws IOException {
        try (var input = runtime.outputWriter()) {
            input.write(word);
        }
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    }

    /** The native process, with more of the runtime's pipes than its three. */
    private static long heir(Process runtime) {
        var found = new AtomicLong();
        Await.until(
                "the heir",
                () -> {
                    runtime.children()
                            .filter(child -> child.info().commandLine().orElse("").endsWith(HEIR))
                            .forEach(child -> found.set(child.pid()));
                    return found.get() > 0;
                });
        try (var files = Files.list(Path.of("/proc/" + found.get() + "/fd"))) {
            long pipes = files.filter(file -> isPipe(file)).count();
            if (pipes < 4) {
                throw new AssertionError("the heir inherited nothing: " + pipes + " pipes");
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return found.get();
    }

    private static boolean isPipe(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("pipe:");
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts a runtime, with more arguments if there are any, and waits until it is ready. */
    static Process start(Path data, String... more) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-Xmx64m",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+ExitOnOutOfMemoryError",
                                "-XX:-CreateCoredumpOnCrash",
                                "-XX:ErrorFile=" + data.resolve("crash.log"),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dproa.guard=" + System.getProperty("proa.guard"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrashingRuntime.class.getName(),
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
}
