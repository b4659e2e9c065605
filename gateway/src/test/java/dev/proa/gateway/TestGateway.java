package dev.proa.gateway;

import dev.proa.core.LoopbackPort;
import dev.proa.core.MonotonicTime;
import dev.proa.core.Secret;
import dev.proa.journal.RuntimeEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** A gateway on free ports with everything a test may look at. */
final class TestGateway implements AutoCloseable {
    final Secret token = Secret.random();
    final List<RuntimeEvent> journal = new CopyOnWriteArrayList<>();
    final List<PageMessage> heard = new CopyOnWriteArrayList<>();
    final Gateway gateway;

    private TestGateway(Plan plan) {
        gateway =
                Gateway.open(
                        new GatewayOptions(
                                token,
                                plan.port,
                                plan.usual,
                                plan.page,
                                plan.routes,
                                plan.control,
                                plan.backend,
                                plan.ingest,
                                plan.generation,
                                plan.heartbeat,
                                plan.listening,
                                plan.accessLog,
                                heard::add,
                                journal::add,
                                plan.clock));
    }

    int port() {
        return gateway.port().number();
    }

    /** A request with Host and token; {@code more} are whole field lines. */
    String request(String method, String target, String... more) {
        return method
                + " "
                + target
                + " HTTP/1.1\r\nHost: 127.0.0.1:"
                + port()
                + "\r\nX-Proa-Token: "
                + token.reveal()
                + "\r\n"
                + String.join("", java.util.Arrays.stream(more).map(line -> line + "\r\n").toList())
                + "\r\n";
    }

    RawClient connect() {
        return RawClient.to(port());
    }

    /** One exchange on a connection of its own. */
    RawClient.Answer ask(String request) {
        try (var client = connect()) {
            return client.ask(request);
        }
    }

    /** Closes before the test is over. */
    void end() {
        close();
    }

    @Override
    public void close() {
        gateway.close();
    }

    static Plan plan() {
        return new Plan();
    }

    /** What a test's gateway is opened with. */
    static final class Plan {
        private PageSource page = new PageSource.None();
        private final List<GatewayRoute> routes = new ArrayList<>();
        private final List<BackendRoute> control = new ArrayList<>();
        private boolean backend;
        private Duration heartbeat = PageChannel.HEARTBEAT;
        private int port;
        private OptionalInt usual = OptionalInt.empty();
        private Optional<IngestOptions> ingest = Optional.empty();
        private long generation = 7;
        private InstantSource clock = new MonotonicTime();
        private Listening listening = Listening.LOOPBACK;
        private Optional<AccessLogSpec> accessLog = Optional.empty();

        Plan page(Path folder, boolean spa) {
            return page(new PageSource.Folder(folder, spa, PagePolicy.PLAIN));
        }

        Plan page(PageSource source) {
            page = source;
            return this;
        }

        Plan route(String prefix, int port) {
            return route(
                    prefix, () -> new Upstream.Ready(new LoopbackPort(port), Optional.empty()));
        }

        Plan notReady(String prefix, Duration retryAfter) {
            return route(prefix, () -> new Upstream.NotReady("It starts.", retryAfter));
        }

        Plan route(String prefix, Supplier<Upstream> upstream) {
            routes.add(new GatewayRoute(prefix, upstream));
            return this;
        }

        Plan route(String prefix, Supplier<Upstream> upstream, RouteRules rules) {
            routes.add(new GatewayRoute(prefix, upstream, rules));
            return this;
        }

        Plan listening(Listening also) {
            listening = also;
            return this;
        }

        Plan accessLog(Path file) {
            accessLog = Optional.of(new AccessLogSpec(file, text -> text));
            return this;
        }

        Plan control(BackendRoute route) {
            control.add(route);
            return this;
        }

        Plan backend() {
            backend = true;
            return this;
        }

        Plan ingest(IngestOptions.Access access, String... paths) {
            ingest = Optional.of(new IngestOptions(List.of(0), List.of(paths), access));
            return this;
        }

        Plan port(int number) {
            port = number;
            return this;
        }

        Plan usual(int number) {
            usual = OptionalInt.of(number);
            return this;
        }

        Plan generation(long number) {
            generation = number;
            return this;
        }

        Plan heartbeat(Duration every) {
            heartbeat = every;
            return this;
        }

        Plan clock(InstantSource source) {
            clock = source;
            return this;
        }

        TestGateway open() {
            return new TestGateway(this);
        }

        TestGateway open(BackendRoute... served) {
            backend = true;
            var opened = new TestGateway(this);
            opened.gateway.serve(List.of(served));
            return opened;
        }
    }
}
