package dev.proa.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The page's listener: Proa's own space first, then embedded endpoints, then routes to upstreams by
 * longest prefix, then the page.
 */
final class PageService implements Service {
    private static final Duration PRINTED = Duration.ofMinutes(10);
    private static final Duration HANDED = Duration.ofSeconds(10);

    private record Prefix(List<String> segments, Supplier<Upstream> upstream) {}

    private final GatewayOptions options;
    private final Guard guard;
    private final Forwarding forwarding;
    private final BackendExchange.Lent lent;
    private final RefusalLog refusals;
    private final OpenConnections strangers;
    private final BootNonces nonces;
    private final String origin;
    private final RouteTable own;
    private final List<Prefix> prefixes;
    private final Optional<FolderPage> folder;
    private final Optional<DevelopmentPage> development;
    private final PageChannel channel;
    private volatile Optional<RouteTable> embedded;

    PageService(
            GatewayOptions options,
            int port,
            BackendExchange.Lent lent,
            RefusalLog refusals,
            Optional<FolderPage> folder,
            PageChannel channel) {
        var host = "127.0.0.1:" + port;
        this.options = options;
        this.origin = "http://" + host;
        this.guard =
                new Guard(host::equals, Guard.sameOrigin(origin), new PageEntrance(lent.keys()));
        this.forwarding = new Forwarding(lent.keys(), host, contentPolicy(options.page()));
        this.lent = lent;
        this.refusals = refusals;
        this.strangers = new OpenConnections(64);
        this.nonces = new BootNonces(options.clock());
        this.folder = folder;
        this.development =
                options.page() instanceof PageSource.DevServer server
                        ? Optional.of(new DevelopmentPage(server, lent.keys(), host))
                        : Optional.empty();
        this.channel = channel;
        this.own = new RouteTable(ownRoutes(options.control()));
        this.prefixes =
                options.routes().stream()
                        .map(route -> new Prefix(Target.prefix(route.prefix()), route.upstream()))
                        .sorted(
                                Comparator.comparingInt(
                                        (Prefix prefix) -> -prefix.segments().size()))
                        .toList();
        this.embedded =
                options.backend() ? Optional.empty() : Optional.of(new RouteTable(List.of()));
    }

    /** What the app says of its documents holds for those of its routes, too. */
    private static String contentPolicy(PageSource page) {
        return switch (page) {
            case PageSource.Folder(_, _, PagePolicy policy) -> ContentPolicy.of(policy.csp());
            case PageSource.Served(_, PagePolicy policy) -> ContentPolicy.of(policy.csp());
            case PageSource.DevServer(_, PagePolicy policy, _) -> ContentPolicy.of(policy.csp());
            case PageSource.None() -> ContentPolicy.PLAIN;
        };
    }

    private List<BackendRoute> ownRoutes(List<BackendRoute> control) {
        var routes = new java.util.ArrayList<>(control);
        routes.add(
                BackendRoute.reading(
                        "GET",
                        "/_proa/health/live",
                        _ ->
                                BackendResponse.json(
                                        200,
                                        "{\"status\":\"alive\"}"
                                                .getBytes(StandardCharsets.UTF_8))));
        routes.add(BackendRoute.reading("GET", "/_proa/boot", this::boot));
        routes.add(BackendRoute.reading("POST", "/_proa/boot", this::bootAgain));
        return routes;
    }

    /** Endpoints of the embedded backend, from now on. */
    void serve(List<BackendRoute> routes) {
        embedded = Optional.of(new RouteTable(routes));
    }

    /** An address that gives whoever opens it first the page's cookie. */
    String bootAddress(Duration validity) {
        return origin + "/_proa/boot?k=" + nonces.issue(validity).reveal();
    }

    private BackendResponse boot(BackendRequest request) {
        if (request.method().equals("HEAD") || !nonces.redeem(request.parameter("k").orElse(""))) {
            refusals.note(new Refusal(401, "", Refusal.Cause.NONCE));
            return Problems.whole(
                    401, "This address has been used or is too old; ask Proa for a new one.");
        }
        return new BackendResponse.Whole(
                303,
                Map.of(
                        "location",
                        "/",
                        "set-cookie",
                        lent.keys().cookieToPlant(),
                        "cache-control",
                        "no-store"),
                new byte[0]);
    }

    private BackendResponse bootAgain(BackendRequest request) {
        var printed = request.parameter("printed").filter("true"::equals).isPresent();
        var url = bootAddress(printed ? PRINTED : HANDED);
        return BackendResponse.json(
                200, Problems.written(json -> json.writeStringProperty("url", url)));
    }

    @Override
    public Guard guard() {
        return guard;
    }

    @Override
    public RefusalLog refusals() {
        return refusals;
    }

    @Override
    public OpenConnections strangers() {
        return strangers;
    }

    @Override
    public void identify(Channel channel, Consumer<Guard.Peer> told) {
        told.accept(Guard.Peer.UNKNOWN);
    }

    @Override
    public boolean needsNoProof(Head head, Target target) {
        return PageEntrance.open(head, target);
    }

    @Override
    public Exchange route(ClientConnection connection, Head head, Guard.Verdict.Passed passed) {
        var request = new Routed(connection, head, passed);
        if (passed.target().ours()) {
            return ours(request);
        }
        var table = embedded;
        if (table.isPresent()
                && !(table.get().match(head.method(), passed.target().segments())
                        instanceof RouteTable.Match.Nothing)) {
            return fromTable(request, table.get());
        }
        for (var prefix : prefixes) {
            if (passed.target().under(prefix.segments())) {
                return toUpstream(request, prefix.upstream());
            }
        }
        return switch (options.page()) {
            case PageSource.Served(Supplier<Upstream> upstream, _) -> toUpstream(request, upstream);
            case PageSource.DevServer _ ->
                    development.orElseThrow().answer(connection, head, passed);
            case PageSource.Folder _ -> fromFolder(request);
            case PageSource.None _ -> withoutPage(request);
        };
    }

    private record Routed(ClientConnection connection, Head head, Guard.Verdict.Passed passed) {}

    private Exchange ours(Routed request) {
        var path = request.passed().target().path();
        var get = request.head().method().equals("GET");
        if (get && path.equals("/_proa/channel")) {
            return PageSocket.upgrade(request.connection(), request.head(), channel);
        }
        if (get && path.equals("/_proa/events")) {
            return new PageEvents(request.connection(), request.head(), channel);
        }
        if (path.equals("/_proa/channel") || path.equals("/_proa/events")) {
            return refusing(request, 405, "Only GET is answered here.", "allow", "GET");
        }
        return fromTable(request, own);
    }

    private Exchange fromTable(Routed request, RouteTable table) {
        var segments = request.passed().target().segments();
        return switch (table.match(request.head().method(), segments)) {
            case RouteTable.Match.Found found ->
                    new BackendExchange(
                            request.connection(), request.head(), request.passed(), found, lent);
            case RouteTable.Match.OtherMethod(String allow) ->
                    refusing(request, 405, "This method is not answered here.", "allow", allow);
            case RouteTable.Match.Nothing _ -> notFound(request);
        };
    }

    private Exchange toUpstream(Routed request, Supplier<Upstream> upstream) {
        return switch (upstream.get()) {
            case Upstream.Ready ready ->
                    new ProxyExchange(
                            request.connection(),
                            request.head(),
                            request.passed(),
                            ready,
                            forwarding);
            case Upstream.NotReady notReady ->
                    ImmediateExchange.of(
                            () -> NotThere.answer(request.connection(), request.head(), notReady));
        };
    }

    private Exchange fromFolder(Routed request) {
        var segments = request.passed().target().segments();
        var page = folder.orElseThrow();
        return embedded.isEmpty() && !page.has(segments)
                ? starting(request)
                : page.answer(request.connection(), request.head(), segments);
    }

    private Exchange withoutPage(Routed request) {
        if (embedded.isEmpty()) {
            return starting(request);
        }
        var read = request.head().method().equals("GET") || request.head().method().equals("HEAD");
        if (!read || !request.passed().target().path().equals("/")) {
            return notFound(request);
        }
        var headers = new DefaultHttpHeaders();
        headers.set("location", "/_proa/console");
        OwnHeaders.guardAnswer(headers);
        return ImmediateExchange.of(
                () -> request.connection().reply(303, headers, Unpooled.EMPTY_BUFFER));
    }

    private static Exchange starting(Routed request) {
        return refusing(request, 503, "The app is starting.", "retry-after", "1");
    }

    private static Exchange notFound(Routed request) {
        return ImmediateExchange.of(() -> request.connection().refuse(Refusal.notFound()));
    }

    private static Exchange refusing(
            Routed request, int status, String detail, String field, String value) {
        var headers = new DefaultHttpHeaders();
        headers.set(field, value);
        var refusal = new Refusal(status, detail, Refusal.Cause.ROUTE);
        return ImmediateExchange.of(() -> request.connection().refuse(refusal, headers));
    }
}
