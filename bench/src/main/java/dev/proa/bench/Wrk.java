package dev.proa.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The load generator of that name: as many requests as 32 kept connections get answers to. */
final class Wrk {
    static final int CONNECTIONS = 32;

    private static final Pattern DONE = Pattern.compile("(\\d+) requests in ([0-9.]+)(ms|s|m)");

    /** What came of it; CPU in microseconds of the proxy for each request. */
    record Load(double requests, double perSecond, double cpuMicros) {}

    private Wrk() {}

    static Load run(Proxies.Proxy proxy, Duration time) throws IOException, InterruptedException {
        var seconds = Math.max(1, time.toSeconds());
        var before = proxy.cpu();
        var process =
                new ProcessBuilder(
                                List.of(
                                        "wrk",
                                        "-t1",
                                        "-c" + CONNECTIONS,
                                        "-d" + seconds + "s",
                                        "-H",
                                        "X-Proa-Token: " + proxy.token(),
                                        "http://127.0.0.1:" + proxy.port() + "/files/x"))
                        .redirectErrorStream(true)
                        .start();
        var said =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0 || said.contains("Non-2xx") || said.contains("Socket errors")) {
            throw new IOException("wrk before " + proxy.name() + ": " + said);
        }
        var used = proxy.cpu() - before;
        var done = DONE.matcher(said);
        if (!done.find()) {
            throw new IOException("wrk said: " + said);
        }
        var requests = Double.parseDouble(done.group(1));
        return new Load(requests, requests / seconds, used / requests * 1e6);
    }
}
