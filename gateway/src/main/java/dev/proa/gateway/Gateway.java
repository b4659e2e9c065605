package dev.proa.gateway;

import dev.proa.core.ExitCode;
import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.journal.RuntimeEvent;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The loopback server of one run: guards every request, and serves page, upstreams, embedded
 * endpoints, the page channel and the ingest. It listens from {@link #open} to {@link #close}.
 */
public final class Gateway implements AutoCloseable {
    private final GatewayOptions options;
    private final Loops loops;
    private final ExecutorService threads;
    private final RefusalLog refusals;
    private final PageChannel channel;
    private final PageService page;
    private final Optional<FolderPage> folder;
    private final Optional<IngestService> ingest;
    private final LoopbackPort port;
    private final Optional<LoopbackPort> ingestPort;
    private boolean closed; // guarded by this

    private Gateway(
            GatewayOptions options,
            Loops loops,
            Listeners listeners,
            Optional<FolderPage> folder,
            ExecutorService threads) {
        this.options = options;
        this.loops = loops;
        this.threads = threads;
        this.refusals = loops.refusals();
        this.port = listeners.page();
        this.ingestPort = listeners.ingest();
        var keys = new Keys(options.token(), port.number());
        var lent = new BackendExchange.Lent(threads, options.journal(), keys);
        this.channel =
                new PageChannel(
                        options.generation(),
                        options.clock(),
                        options.heard(),
                        options.heartbeat());
        this.folder = folder;
        this.page = new PageService(options, port.number(), lent, refusals, folder, channel);
        this.ingest =
                options.ingest()
                        .map(wanted ->
                                new IngestService(
                                        wanted, ingestPort.orElseThrow().number(), lent, refusals));
    }

    private record Listeners(LoopbackPort page, Optional<LoopbackPort> ingest) {}

    /**
     * Binds, and accepts connections from its return on.
     *
     * @throws ProaException if a port cannot be had (then nothing listens), or if the page's folder
     *     cannot be read
     */
    public static Gateway open(GatewayOptions options) {
        var threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("proa-request-", 0).factory());
        var folder =
                options.page() instanceof PageSource.Folder source
                        ? Optional.of(new FolderPage(source, threads, options.clock()))
                        : Optional.<FolderPage>empty();
        var loops = new Loops(options.clock(), new RefusalLog(options.journal(), options.clock()));
        try {
            var pagePort =
                    loops.bind(List.of(options.port()))
                            .orElseThrow(() -> taken("--port", options.port()));
            var ingestPort = options.ingest().map(wanted -> bindIngest(loops, wanted));
            var gateway =
                    new Gateway(
                            options, loops, new Listeners(pagePort, ingestPort), folder, threads);
            gateway.accept();
            return gateway;
        } catch (RuntimeException e) {
            loops.close(Duration.ZERO);
            throw e;
        }
    }

    private static LoopbackPort bindIngest(Loops loops, IngestOptions wanted) {
        return loops.bind(wanted.ports())
                .orElseThrow(() -> taken("--ingest-port", wanted.ports().getFirst()));
    }

    private static ProaException taken(String where, int port) {
        return new ProaException(
                ExitCode.UNAVAILABLE,
                new Problem(
                        Where.of(where),
                        "port %d of 127.0.0.1 is taken".formatted(port),
                        "Stop what listens there, or choose 0 for any free port"));
    }

    private void accept() {
        loops.accept(port, page);
        options.journal().record(new RuntimeEvent.GatewayListening(port));
        if (ingest.isPresent() && ingestPort.isPresent()) {
            loops.accept(ingestPort.get(), ingest.get());
            var first = options.ingest().orElseThrow().ports().getFirst();
            var wanted = first == 0 ? ingestPort.get() : new LoopbackPort(first);
            options.journal().record(new RuntimeEvent.IngestListening(ingestPort.get(), wanted));
        }
    }

    /**
     * Starts to serve an embedded backend's endpoints, on the page's port and, as far as they are
     * POSTs under its paths, on the ingest's. Until then both answer 503.
     */
    public void serve(List<BackendRoute> routes) {
        page.serve(routes);
        ingest.ifPresent(service -> service.serve(routes));
    }

    /**
     * Lists the page's folder again, if the page is one: what is served changes with the return,
     * all at once. It reads every file, so it takes as long as opening did.
     *
     * @throws ProaException if it cannot be read; what was served before goes on then
     */
    public void listPage() {
        folder.ifPresent(FolderPage::list);
    }

    /** Where the page is. */
    public LoopbackPort port() {
        return port;
    }

    /** Where the ingest is, if there is one; one of the ports asked for, or a free one. */
    public Optional<LoopbackPort> ingestPort() {
        return ingestPort;
    }

    /** What goes to pages without being asked for. */
    public PageChannel channel() {
        return channel;
    }

    /** How many requests the guard has refused since the start. */
    public long refused() {
        return refusals.total();
    }

    /**
     * An address whose first visitor becomes the page, and which is of no use afterwards.
     *
     * @param validity ten minutes for one that is printed, ten seconds for one handed to a window
     */
    public URI bootAddress(Duration validity) {
        return URI.create(page.bootAddress(validity));
    }

    /**
     * Stops accepting, gives requests in flight two seconds to end, then ends them. Both ports are
     * free afterwards.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        channel.close();
        loops.close(Duration.ofSeconds(2));
        refusals.flush(true);
        threads.shutdownNow();
        try {
            threads.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
