package dev.proa.product;

import dev.proa.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A user's home folder for one test. Every process begun here, and whatever it begins, carries a
 * mark in its environment, by which the end of the test proves that none of them is left.
 */
final class Home implements AutoCloseable {
    static final Path CHECKOUT = Path.of(System.getProperty("proa.checkout"));
    static final String MONITOR = CHECKOUT.resolve("apps/agent-monitor").toString();
    static final String HELLO = CHECKOUT.resolve("examples/hello").toString();
    static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final Path folder;
    private final String mark = "WHOLE_TEST_MARK=" + UUID.randomUUID();

    Home(Path folder) throws IOException {
        this.folder = folder.toRealPath();
    }

    Path folder() {
        return folder;
    }

    /** A data folder in this home; nothing makes it yet. */
    Path data(String name) {
        return folder.resolve(name);
    }

    /** Where hooks of the agent monitor look for its ingest. */
    Path ingestUrlFile() {
        return folder.resolve(".local/state/proa/dev.proa.agent-monitor/ingest-url");
    }

    /**
     * A program about to start in this home, with nothing of the tester's own settings in its
     * environment.
     */
    ProcessBuilder prepare(List<String> command) {
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("XDG_") || name.startsWith("PROA_"));
        environment
                .keySet()
                .removeAll(
                        List.of(
                                "DISPLAY",
                                "WAYLAND_DISPLAY",
                                "CLAUDE_CONFIG_DIR",
                                "AGENTMONITOR_URL"));
        environment.put("HOME", folder.toString());
        int split = mark.indexOf('=');
        environment.put(mark.substring(0, split), mark.substring(split + 1));
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        return builder;
    }

    /** Starts {@code ./proa} with these words. */
    Proa proa(String... words) throws IOException {
        return start(folder, launcher(words));
    }

    /** Starts a program that is Proa, or becomes it. */
    Proa start(Path dataFolder, List<String> command) throws IOException {
        return new Proa(prepare(command).start(), dataFolder);
    }

    /** The command line of {@code ./proa}. */
    static List<String> launcher(String... words) {
        return Stream.concat(Stream.of(CHECKOUT.resolve("proa").toString()), Arrays.stream(words))
                .toList();
    }

    /** The command line that runs an app without a window. */
    static List<String> runner(Path dataFolder, String app, String... more) {
        var words =
                new ArrayList<>(
                        List.of(
                                "run",
                                app,
                                "--window",
                                "none",
                                "--json",
                                "--data-dir",
                                dataFolder.toString()));
        words.addAll(List.of(more));
        return launcher(words.toArray(String[]::new));
    }

    /** Runs an app and waits until it can be opened. */
    Proa run(Path dataFolder, String app, String... more) throws IOException {
        var proa = start(dataFolder, runner(dataFolder, app, more));
        proa.event("open");
        return proa;
    }

    /** Runs the agent monitor with any free ingest port and waits until it is ready. */
    Proa monitor(String data) throws IOException {
        return run(data(data), MONITOR, "--ingest-port", "0").ready();
    }

    /** The living processes that were begun here. */
    List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(this::marked).toList();
    }

    /**
     * By its mark, or by working here: guards have no environment, but the working folder of their
     * runtime.
     */
    private boolean marked(ProcessHandle process) {
        var proc = Path.of("/proc/" + process.pid());
        try {
            var environment =
                    Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1);
            return Arrays.asList(environment.split("\0")).contains(mark)
                    || Files.readSymbolicLink(proc.resolve("cwd")).startsWith(folder);
        } catch (IOException e) {
            return false; // it has ended meanwhile, or is somebody else's
        }
    }

    /** What a process is, for messages. */
    static String describe(ProcessHandle process) {
        try {
            var words =
                    Files.readString(
                            Path.of("/proc/" + process.pid() + "/cmdline"),
                            StandardCharsets.ISO_8859_1);
            return process.pid() + " " + words.replace('\0', ' ').strip();
        } catch (IOException e) {
            return process.pid() + " (ended)";
        }
    }

    /** Takes links away first: the removal of a temporary folder would warn of each. */
    private void unlink() {
        try (var files = Files.walk(folder)) {
            for (var link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Proves that nothing is left, and ends what is. */
    @Override
    public void close() {
        try {
            Await.until("no process is left", Duration.ofSeconds(15), () -> processes().isEmpty());
        } catch (AssertionError e) {
            var left = processes();
            var told = left.stream().map(Home::describe).toList();
            left.forEach(ProcessHandle::destroyForcibly);
            throw new AssertionError("left behind: " + String.join("; ", told), e);
        }
        unlink();
    }
}
