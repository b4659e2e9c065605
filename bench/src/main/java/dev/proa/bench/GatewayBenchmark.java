package dev.proa.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;

/** Proa's proxy with the whole guard on, beside nginx and Caddy in the same rounds. */
final class GatewayBenchmark implements Benchmark {
    private static final int STREAMS = 100;

    /** One proxy in one round. */
    private record Figures(Wrk.Load load, EventReaders.Heard heard, double echoes) {}

    private final List<Map<String, Figures>> rounds = new ArrayList<>();
    private final List<Measure> measures = new ArrayList<>();

    @Override
    public Result run(Setting setting) throws IOException, InterruptedException {
        rounds.clear();
        measures.clear();
        var smoke = setting.sizes().equals(Setting.Sizes.SMOKE);
        try (var proxies = Proxies.start(setting)) {
            // A JVM is compiling for about half a minute of full load; the others gain nothing by
            // more.
            Wrk.run(proxies.proa(), smoke ? setting.sizes().warmUp() : Duration.ofSeconds(40));
            for (var proxy : proxies.all()) {
                Wrk.run(proxy, setting.sizes().warmUp());
            }
            // The ways of streams and messages are warmed up by a round that is not kept.
            round(setting, proxies, smoke ? 4 : STREAMS);
            for (var i = 0; i < setting.sizes().rounds(); i++) {
                rounds.add(round(setting, proxies, smoke ? 4 : STREAMS));
            }
            compared();
            memory(proxies.proa(), smoke ? 1L << 24 : 1L << 30, smoke ? 100 : 10_000);
        }
        var how =
                "One answer of 85 bytes from the same nginx over %d kept connections; %d clients of a stream of 1,000 events"
                                .formatted(Wrk.CONNECTIONS, STREAMS)
                        + " of 200 bytes a second; messages of 1 KiB over 8 WebSockets, 16 on their way on each. Proa is the"
                        + " built product with its guard, nginx one worker without buffering, Caddy as it comes; they take turns, after 48 s of load on Proa and 8 s on the others."
                        + " CPU is that of the proxy's processes. Ratios are taken within a round. Growth is the highest RSS"
                        + " during a transfer of 1 GiB less that before it, after one of the same kind; idle connections have"
                        + " each had one answer.";
        return new Result(how, measures, Map.of(), Proxies.NAMES);
    }

    private static Map<String, Figures> round(Setting setting, Proxies proxies, int streams)
            throws IOException, InterruptedException {
        var time = setting.sizes().round();
        var round = new LinkedHashMap<String, Figures>();
        for (var proxy : proxies.all()) {
            var load = Wrk.run(proxy, time);
            var heard = EventReaders.read(proxy, streams, Duration.ofSeconds(1), time);
            round.put(proxy.name(), new Figures(load, heard, Echoes.run(proxy, time)));
        }
        return round;
    }

    private void compared() {
        show("requests/s, 32 connections", "1/s", f -> f.load().perSecond());
        show("CPU per request, 32 connections", "µs", f -> f.load().cpuMicros());
        show("event on its way, p50", "ms", f -> f.heard().delays().millis(0.5));
        show("event on its way, p99", "ms", f -> f.heard().delays().millis(0.99));
        show("events missed", "events", f -> f.heard().missed());
        show("WebSocket messages/s", "1/s", Figures::echoes);
        ratio(
                "CPU per request, Proa / nginx",
                Goal.atMost(1.6),
                "Proa",
                "nginx",
                f -> f.load().cpuMicros());
        ratio(
                "CPU per request, Caddy / Proa",
                Goal.atLeast(3),
                "Caddy",
                "Proa",
                f -> f.load().cpuMicros());
        ratio(
                "requests/s, Proa / nginx",
                Goal.atLeast(0.8),
                "Proa",
                "nginx",
                f -> f.load().perSecond());
        ratio(
                "event p50, Proa / nginx",
                Goal.atMost(1.5),
                "Proa",
                "nginx",
                f -> f.heard().delays().millis(0.5));
        ratio(
                "event p99, Proa / nginx",
                Goal.atMost(4),
                "Proa",
                "nginx",
                f -> f.heard().delays().millis(0.99));
        ratio(
                "WebSocket messages, Proa / nginx",
                Goal.atLeast(0.6),
                "Proa",
                "nginx",
                Figures::echoes);
    }

    private void show(String label, String unit, ToDoubleFunction<Figures> figure) {
        for (var name : Proxies.NAMES) {
            measures.add(Measure.of(label + ": " + name, unit, values(name, figure)));
        }
    }

    private List<Double> values(String name, ToDoubleFunction<Figures> figure) {
        return rounds.stream().map(round -> figure.applyAsDouble(of(round, name))).toList();
    }

    private static Figures of(Map<String, Figures> round, String name) {
        var figures = round.get(name);
        if (figures == null) {
            throw new IllegalStateException("no figures of " + name);
        }
        return figures;
    }

    private void ratio(
            String label, Goal goal, String over, String under, ToDoubleFunction<Figures> figure) {
        var values = new ArrayList<Double>();
        for (var round : rounds) {
            values.add(
                    figure.applyAsDouble(of(round, over)) / figure.applyAsDouble(of(round, under)));
        }
        measures.add(Measure.of(label, "ratio", goal, values));
    }

    private void memory(Proxies.Proxy proa, long bytes, int idle)
            throws IOException, InterruptedException {
        var down = Texts.ascii(proa.head("GET", "/live/big", "X-Bytes: " + bytes));
        var up = Texts.ascii(proa.head("POST", "/live/sink", "Content-Length: " + bytes));
        transfer(proa, down, 0);
        transfer(proa, up, bytes);
        var downs = new ArrayList<Double>();
        var ups = new ArrayList<Double>();
        for (var i = 0; i < 3; i++) {
            downs.add(growth(proa, () -> transfer(proa, down, 0)));
            ups.add(growth(proa, () -> transfer(proa, up, bytes)));
        }
        measures.add(Measure.of("1 GiB down, growth of memory", "MiB", Goal.atMost(16), downs));
        measures.add(Measure.of("1 GiB up, growth of memory", "MiB", Goal.atMost(16), ups));
        measures.add(
                Measure.of(
                        "an idle connection", "KiB", Goal.atMost(14), List.of(idle(proa, idle))));
    }

    /** Something that may fail. */
    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    /** The highest RSS meanwhile, less that before, in MiB. */
    private static double growth(Proxies.Proxy proxy, Action action)
            throws IOException, InterruptedException {
        var before = ProcessFacts.memory(proxy.process().pid()).rss();
        var done = new AtomicBoolean();
        var most = new AtomicLong();
        var watch =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!done.get()) {
                                try {
                                    var now = ProcessFacts.memory(proxy.process().pid()).rss();
                                    most.accumulateAndGet((long) (now * 1024), Math::max);
                                    TimeUnit.MILLISECONDS.sleep(20);
                                } catch (IOException | InterruptedException e) {
                                    return;
                                }
                            }
                        });
        try {
            action.run();
        } finally {
            done.set(true);
            watch.join();
        }
        return most.get() / 1024.0 - before;
    }

    private static void transfer(Proxies.Proxy proxy, byte[] head, long body) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            var out = socket.getOutputStream();
            out.write(head);
            var block = new byte[64 * 1024];
            for (var left = body; left > 0; left -= block.length) {
                out.write(block, 0, (int) Math.min(left, block.length));
            }
            var in = socket.getInputStream();
            if (body > 0) {
                if (in.read(block) < 12 || block[9] != '2') {
                    throw new IOException("an upload failed");
                }
                return;
            }
            var wanted =
                    Long.parseLong(
                            new String(head, java.nio.charset.StandardCharsets.US_ASCII)
                                    .replaceAll("(?s).*X-Bytes: (\\d+).*", "$1"));
            for (var got = 0L; got < wanted; ) {
                var count = in.read(block);
                if (count < 0) {
                    throw new IOException("a download was cut");
                }
                got += count;
            }
        }
    }

    private static double idle(Proxies.Proxy proxy, int count) throws IOException {
        var request = Texts.ascii(proxy.head("GET", "/files/x"));
        var answer = new byte[4096];
        var before = ProcessFacts.memory(proxy.process().pid()).rss();
        var open = new ArrayList<Socket>();
        try {
            for (var i = 0; i < count; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
                open.add(socket);
                socket.getOutputStream().write(request);
                if (socket.getInputStream().read(answer) < 12 || answer[9] != '2') {
                    throw new IOException("connection " + i + " got no answer");
                }
            }
            return (ProcessFacts.memory(proxy.process().pid()).rss() - before) * 1024 / count;
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
    }
}
