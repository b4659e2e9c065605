package dev.proa.gateway;

import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.core.Secret;
import dev.proa.journal.RuntimeEvent;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The loopback server of one run: guards every request, and serves page, upstreams, embedded
 * endpoints, the page channel and the ingest. It listens from {@link #open} to {@link #close}.
 */
public final class Gateway implements AutoCloseable {
    private static final long LOOK_MILLIS = 20;

    private final GatewayOptions options;
    private final Loops loops;
    private final ExecutorService threads;
    private final Books books;
    private final PageChannel channel;
    private final AtomicReference<Routes> routes;
    private final List<PageService> pages; // one per listener, that of 127.0.0.1 first
    private final Optional<IngestService> ingest;
    private final Listeners listeners;
    private boolean closed; // guarded by this

    private Gateway(
            GatewayOptions options,
            Loops loops,
            Listeners listeners,
            PageIndex index,
            ExecutorService threads,
            Books books) {
        this.options = options;
        this.loops = loops;
        this.threads = threads;
        this.books = books;
        this.listeners = listeners;
        this.channel =
                new PageChannel(
                        options.generation(),
                        options.clock(),
                        options.heard(),
                        options.heartbeat());
        this.routes = new AtomicReference<>(new Routes(options.routes()));
        this.pages =
                listeners.doors().stream()
                        .map(door ->
                                new PageService(
                                        options,
                                        routes::get,
                                        door.origin(),
                                        lent(door.token(), door.origin()),
                                        books.refusals(),
                                        index,
                                        channel))
                        .toList();
        this.ingest =
                options.ingest()
                        .map(wanted ->
                                new IngestService(
                                        wanted,
                                        listeners.ingest().orElseThrow().port().number(),
                                        lent(
                                                options.token(),
                                                listeners.doors().getFirst().origin()),
                                        books.refusals()));
    }

    private BackendExchange.Lent lent(Secret token, OwnOrigin origin) {
        return new BackendExchange.Lent(threads, options.journal(), new Keys(token, origin));
    }

    /**
     * Binds, and accepts connections from its return on.
     *
     * @throws ProaException if a port cannot be had (then nothing listens), or if the page's folder
     *     or a certificate cannot be read
     */
    public static Gateway open(GatewayOptions options) {
        var index =
                options.page() instanceof PageSource.Folder(var folder, var spa)
                        ? PageIndex.of(folder, spa)
                        : PageIndex.empty();
        var books =
                new Books(
                        new RefusalLog(options.journal(), options.clock()),
                        new FailureLog(options.journal(), options.clock()),
                        AccessLog.of(options.accessLog()),
                        new RequestIds());
        var loops = new Loops(options.clock(), books);
        try {
            var listeners = Listeners.bind(loops, options);
            var threads =
                    Executors.newThreadPerTaskExecutor(
                            Thread.ofVirtual().name("proa-request-", 0).factory());
            var gateway = new Gateway(options, loops, listeners, index, threads, books);
            gateway.accept();
            return gateway;
        } catch (RuntimeException e) {
            loops.close(Duration.ZERO);
            books.close();
            throw e;
        }
    }

    private void accept() {
        for (var i = 0; i < pages.size(); i++) {
            listeners.doors().get(i).listener().accept(pages.get(i));
        }
        options.journal().record(new RuntimeEvent.GatewayListening(port()));
        if (ingest.isPresent() && listeners.ingest().isPresent()) {
            listeners.ingest().get().accept(ingest.get());
            var port = listeners.ingest().get().port();
            var first = options.ingest().orElseThrow().ports().getFirst();
            var wanted = first == 0 ? port : new LoopbackPort(first);
            options.journal().record(new RuntimeEvent.IngestListening(port, wanted));
        }
    }

    /**
     * Starts to serve an embedded backend's endpoints, on the page's port and, as far as they are
     * POSTs under its paths, on the ingest's. Until then both answer 503.
     */
    public void serve(List<BackendRoute> routes) {
        pages.forEach(page -> page.serve(routes));
        ingest.ifPresent(service -> service.serve(routes));
    }

    /**
     * Replaces all routes at once: a request either goes by the old ones or by the new ones.
     *
     * @return those that are still on their way by the old ones
     */
    public Drain route(List<GatewayRoute> routes) {
        var former = this.routes.getAndSet(new Routes(routes));
        return patience -> drained(former, patience);
    }

    private boolean drained(Routes former, Duration patience) throws InterruptedException {
        var deadline = options.clock().instant().plus(patience);
        while (loops.owed(former) > 0) {
            if (!options.clock().instant().isBefore(deadline)) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }

    /** Where the page is. */
    public LoopbackPort port() {
        return listeners.doors().getFirst().listener().port();
    }

    /** Where the ingest is, if there is one; one of the ports asked for, or a free one. */
    public Optional<LoopbackPort> ingestPort() {
        return listeners.ingest().map(Listener::port);
    }

    /** How each listener for pages is called, such as {@code http://127.0.0.1:8080}. */
    public List<String> origins() {
        return listeners.doors().stream().map(door -> door.origin().toString()).toList();
    }

    /** What goes to pages without being asked for. */
    public PageChannel channel() {
        return channel;
    }

    /** What has passed since the start, and what is open now. */
    public TrafficReport traffic() {
        return loops.traffic().report(books.refusals().totals());
    }

    /** Every method and path under {@code /_proa/}, such as {@code GET /_proa/status}. */
    public SortedSet<String> controlOperations() {
        return pages.getFirst().controlOperations();
    }

    /**
     * An address whose first visitor becomes the page, and which is of no use afterwards.
     *
     * @param validity ten minutes for one that is printed, ten seconds for one handed to a window
     */
    public URI bootAddress(Duration validity) {
        return URI.create(pages.getFirst().bootAddress(validity));
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
        books.close();
        threads.shutdownNow();
        try {
            threads.awaitTermination(2, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
