package dev.proa.product;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** A run of one of the examples in a home. */
final class Example implements AutoCloseable {
    static final Path ASSISTANT = Home.CHECKOUT.resolve("examples/qa-assistant");
    static final Path SECURED = Home.CHECKOUT.resolve("examples/secured");

    /** Where the assistant's libraries are installed, once for this checkout. */
    static final Path CACHE = ASSISTANT.resolve("target/cache");

    final Proa proa;
    final Home home;
    final Path data;

    private Example(Proa proa, Home home, Path data) {
        this.proa = proa;
        this.home = home;
        this.data = data;
    }

    /** Starts an example; its address can be opened then. */
    static Example run(Home home, Path app, String... more) throws IOException {
        var data = home.data("d");
        var builder = home.prepare(Home.runner(data, app.toString(), more));
        builder.environment().put("XDG_CACHE_HOME", CACHE.toString());
        var proa = new Proa(builder.start(), data);
        proa.event("open");
        return new Example(proa, home, data);
    }

    /**
     * Installs what the assistant needs, with the tester's own settings; at once when it is there.
     */
    static void prepare() throws IOException, InterruptedException {
        Files.createDirectories(CACHE);
        var log = CACHE.resolve("prepare.log");
        var builder = new ProcessBuilder("python3", "launch/prepare.py");
        builder.environment().put("XDG_CACHE_HOME", CACHE.toString());
        var process =
                builder.directory(ASSISTANT.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!process.waitFor(Duration.ofMinutes(5)) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(Files.readString(log));
        }
    }

    /** The one-time address of its page, as printed. */
    String address() {
        return proa.event("open").path("url").asString();
    }

    JsonNode sidecar(String id) throws IOException {
        return proa.json("/_proa/status")
                .path("sidecars")
                .valueStream()
                .filter(each -> each.path("id").asString().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no sidecar " + id + ": " + proa));
    }

    ProcessHandle process(String sidecar) throws IOException {
        return ProcessHandle.of(sidecar(sidecar).path("pid").asLong()).orElseThrow();
    }

    /** The token that only this sidecar and the gateway know. */
    String token(String sidecar) throws IOException {
        var environment =
                Files.readString(
                        Path.of("/proc/" + sidecar(sidecar).path("pid").asLong() + "/environ"));
        return Arrays.stream(environment.split("\0"))
                .filter(each -> each.startsWith("PROA_TOKEN="))
                .map(each -> each.substring("PROA_TOKEN=".length()))
                .findFirst()
                .orElseThrow();
    }

    /** Memory of the runtime, in bytes: what it has in RAM now. */
    long memory() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + proa.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        proa.close();
    }
}
