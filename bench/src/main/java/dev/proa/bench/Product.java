package dev.proa.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** A run of an app, mostly the agent monitor, in a process and folders of its own. */
final class Product implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(2);

    /** How to reach it; {@code ingestPort} is 0 if it has none. */
    record Address(int port, int ingestPort, String token) {}

    private final Process process;
    private final Path folder;
    private final Path data;
    private final long startedNanos;

    private Product(Process process, Path folder, Path data, long startedNanos) {
        this.process = process;
        this.folder = folder;
        this.data = data;
        this.startedNanos = startedNanos;
    }

    /** Starts it as a user does. */
    static Product start(Setting setting) throws IOException {
        return start(setting, List.of(setting.checkout().resolve("proa").toString()));
    }

    /**
     * Starts it.
     *
     * @param program takes the place of {@code ./proa}
     */
    static Product start(Setting setting, List<String> program) throws IOException {
        var app = setting.checkout().resolve("apps/agent-monitor");
        return start(setting, program, app, List.of("--ingest-port", "0"));
    }

    /** Starts another app as a user does. */
    static Product start(Setting setting, Path app) throws IOException {
        var program = setting.checkout().resolve("proa").toString();
        return start(setting, List.of(program), app, List.of());
    }

    /** Starts the agent monitor as a user does, over a data folder that stays. */
    static Product over(Setting setting, Path data) throws IOException {
        var app = setting.checkout().resolve("apps/agent-monitor");
        var program = List.of(setting.checkout().resolve("proa").toString());
        var folder = Files.createTempDirectory(setting.work(), "run");
        return start(program, app, List.of("--ingest-port", "0"), data, folder);
    }

    private static Product start(Setting setting, List<String> program, Path app, List<String> more)
            throws IOException {
        var folder = Files.createTempDirectory(setting.work(), "run");
        return start(program, app, more, folder.resolve("data"), folder);
    }

    private static Product start(
            List<String> program, Path app, List<String> more, Path data, Path folder)
            throws IOException {
        var command = new ArrayList<>(program);
        command.addAll(List.of("run", app.toString(), "--window", "none", "--json", "--port", "0"));
        command.addAll(more);
        command.addAll(List.of("--data-dir", data.toString()));
        var builder = new ProcessBuilder(command);
        separate(builder, folder);
        builder.redirectOutput(folder.resolve("out").toFile());
        builder.redirectError(folder.resolve("err").toFile());
        var now = System.nanoTime();
        return new Product(builder.start(), folder, data, now);
    }

    /**
     * What it writes for a user goes into a home of its own, and nothing of the caller's steers it.
     */
    static void separate(ProcessBuilder builder, Path home) {
        var environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("XDG_") || name.startsWith("PROA_"));
        environment.put("HOME", home.toString());
        environment.put("PROA_JAVA_HOME", System.getProperty("java.home"));
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    }

    long pid() {
        return process.pid();
    }

    /** Nanoseconds since just before the process was made. */
    long nanosSinceStart() {
        return System.nanoTime() - startedNanos;
    }

    /** Waits until its listeners accept. */
    Address address() throws IOException {
        var file = data.resolve("runtime/instance.json");
        while (!Files.exists(file)) {
            pause("came up");
        }
        try {
            var json = JSON.readTree(Files.readString(file));
            return new Address(
                    json.path("port").asInt(),
                    json.path("ingest_url").isString()
                            ? port(json.path("ingest_url").asString())
                            : 0,
                    json.path("token").asString());
        } catch (JacksonException e) {
            throw new IOException("the instance file is not JSON", e);
        }
    }

    private static int port(String url) {
        return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    }

    /** Waits until it says that it is ready. */
    Address ready() throws IOException {
        var address = address();
        var request = Texts.get(address, "/_proa/health/ready");
        try (var http = new RawHttp(address.port())) {
            while (http.exchange(request) != 200) {
                pause("was ready");
            }
        }
        return address;
    }

    /** Waits until it tells the address that lets a browser in once. */
    String entrance() throws IOException {
        while (true) {
            var out = Files.readString(folder.resolve("out"));
            for (var line : out.substring(0, out.lastIndexOf('\n') + 1).lines().toList()) {
                var json = JSON.readTree(line);
                if (json.path("event").asString("").equals("open")) {
                    return json.path("url").asString();
                }
            }
            pause("printed an address");
        }
    }

    /** Waits until it has so many descendants or more; all of them and itself. */
    List<Long> awaitDescendants(int least) throws IOException {
        while (process.descendants().count() < least) {
            pause("had " + least + " descendants");
        }
        var pids = new ArrayList<>(List.of(pid()));
        process.descendants().map(ProcessHandle::pid).forEach(pids::add);
        return pids;
    }

    private void pause(String awaited) throws IOException {
        if (!process.isAlive() || nanosSinceStart() > PATIENCE.toNanos()) {
            throw new IOException("the product never " + awaited + ": " + told());
        }
        LockSupport.parkNanos(POLL.toNanos());
    }

    private String told() throws IOException {
        return Files.readString(folder.resolve("out")) + Files.readString(folder.resolve("err"));
    }

    /** Stops it in order, and takes its folders away. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the product did not stop: " + told());
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Folders.remove(folder);
    }
}
