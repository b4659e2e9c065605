package dev.proa.gateway;

import dev.proa.core.LiveProof;
import dev.proa.journal.RuntimeEvent;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The page's listener: Proa's own space first, then embedded endpoints, then routes to upstreams by
 * longest prefix, then the page.
 */
final class PageService implements Service {
    private static final Duration PRINTED = Duration.ofMinutes(10);
    private static final Duration HANDED = Duration.ofSeconds(10);

    private static final String CHANNEL = "/_proa/channel";
    private static final String EVENTS = "/_proa/events";

    private final GatewayOptions options;
    private final Guard guard;
    private final Forwarding forwarding;
    private final BackendExchange.Lent lent;
    private final RefusalLog refusals;
    private final OpenConnections strangers;
    private final BootNonces nonces;
    private final OwnOrigin origin;
    private final RouteTable own;
    private final Supplier<Routes> routes;
    private final Set<String> warned = ConcurrentHashMap.newKeySet();
    private final Optional<FolderPage> folder;
    private final Optional<DevelopmentPage> development;
    private final PageChannel channel;
    private volatile Optional<RouteTable> embedded;

    PageService(
            GatewayOptions options,
            Supplier<Routes> routes,
            OwnOrigin origin,
            BackendExchange.Lent lent,
            RefusalLog refusals,
            Optional<FolderPage> folder,
            PageChannel channel) {
        this.options = options;
        this.origin = origin;
        this.routes = routes;
        this.guard =
                new Guard(
                        origin.host()::equals,
                        Guard.sameOrigin(origin.toString()),
                        new PageEntrance(lent.keys(), routes));
        this.forwarding = new Forwarding(lent.keys(), origin, contentPolicy(options.page()));
        this.lent = lent;
        this.refusals = refusals;
        this.strangers = new OpenConnections(64);
        this.nonces = new BootNonces(options.clock());
        this.folder = folder;
        this.development =
                options.page() instanceof PageSource.DevServer server
                        ? Optional.of(new DevelopmentPage(server, lent.keys(), origin))
                        : Optional.empty();
        this.channel = channel;
        this.own = new RouteTable(ownRoutes(options.control()));
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
        routes.add(BackendRoute.reading("GET", "/_proa/health/live", this::live));
        routes.add(BackendRoute.reading("GET", "/_proa/boot", this::boot));
        routes.add(BackendRoute.reading("POST", "/_proa/boot", this::bootAgain));
        return routes;
    }

    SortedSet<String> controlOperations() {
        var all = new TreeSet<>(List.of("GET " + CHANNEL, "GET " + EVENTS));
        ownRoutes(options.control()).forEach(route -> all.add(route.method() + " " + route.path()));
        return all;
    }

    /** Endpoints of the embedded backend, from now on. */
    void serve(List<BackendRoute> routes) {
        embedded = Optional.of(new RouteTable(routes));
    }

    /** An address that gives whoever opens it first the page's cookie. */
    String bootAddress(Duration validity) {
        return origin + "/_proa/boot?k=" + nonces.issue(validity).reveal();
    }

    /** A sign of life; with a challenge also the proof that it is this run that gives it. */
    private BackendResponse live(BackendRequest request) {
        var challenge = request.only("challenge").parameter("challenge");
        if (challenge.filter(text -> !LiveProof.CHALLENGE.matcher(text).matches()).isPresent()) {
            throw RequestProblem.bad(
                    "A challenge has 16 to 128 characters of A-Z, a-z, 0-9, - and _.");
        }
        var authority = origin.host();
        return BackendResponse.json(
                200,
                Problems.written(json -> {
                    json.writeStringProperty("status", "alive");
                    challenge.ifPresent(text ->
                            json.writeStringProperty(
                                    "proof",
                                    LiveProof.of(options.token(), authority, text).reveal()));
                }));
    }

    private BackendResponse boot(BackendRequest request) {
        request.only("k");
        if (request.method().equals("HEAD") || !nonces.redeem(request.parameter("k").orElse(""))) {
            refusals.note(new Refusal(401, "", Refusal.Cause.NONCE));
            throw new RequestProblem(
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
        var printed = request.only("printed").parameter("printed").orElse("false");
        if (!printed.equals("true") && !printed.equals("false")) {
            throw RequestProblem.bad("printed is true or false.");
        }
        var _ = request.json();
        var url = bootAddress(printed.equals("true") ? PRINTED : HANDED);
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
            TrafficMeter.route(connection.channel(), "_proa");
            return ours(request);
        }
        var table = embedded;
        if (table.isPresent()
                && !(table.get().match(head.method(), passed.target().segments())
                        instanceof RouteTable.Match.Nothing)) {
            TrafficMeter.route(connection.channel(), "embedded");
            return fromTable(request, table.get());
        }
        var now = routes.get();
        var route = now.find(passed.target());
        if (route.isPresent()) {
            TrafficMeter.route(connection.channel(), route.get().prefix());
            return new RoutedExchange(onRoute(request, route.get(), now), now);
        }
        TrafficMeter.route(connection.channel(), "page");
        return switch (options.page()) {
            case PageSource.Served(Supplier<Upstream> upstream, _) ->
                    new RoutedExchange(toUpstream(request, upstream.get(), RouteRules.NONE), now);
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
        if (!path.equals(CHANNEL) && !path.equals(EVENTS)) {
            return fromTable(request, own);
        }
        if (!get && !(path.equals(EVENTS) && request.head().method().equals("HEAD"))) {
            var allow = path.equals(EVENTS) ? "GET, HEAD" : "GET";
            return refusing(request, 405, "This method is not answered here.", "allow", allow);
        }
        if (!request.passed().target().query().isEmpty()) {
            return refusing(request, 400, "No parameters are known here.", "connection", "close");
        }
        return path.equals(CHANNEL)
                ? PageSocket.upgrade(request.connection(), request.head(), channel)
                : PageEvents.of(request.connection(), request.head(), channel);
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

    private Exchange onRoute(Routed request, GatewayRoute route, Routes now) {
        var rules = route.rules();
        if (rules.queryToken().isPresent()
                && !now.tokensInQuery(request.passed().target()).isEmpty()
                && warned.add(route.prefix())) {
            options.journal().record(new RuntimeEvent.QueryTokenUsed(route.prefix()));
        }
        if (rules.maxBody().isPresent()
                && request.passed().body() instanceof Framing.Fixed(long bytes)
                && bytes > rules.maxBody().getAsLong()) {
            var refusal = ProxyExchange.tooLong(rules.maxBody().getAsLong());
            return ImmediateExchange.of(() -> request.connection().refuse(refusal));
        }
        var upstream = route.upstream().get();
        var loop = request.connection().loop();
        return upstream instanceof Upstream.NotReady && rules.hold().isPresent() && loop.hold()
                ? new HeldExchange(
                        loop,
                        route.upstream(),
                        rules.hold().get(),
                        ready -> toUpstream(request, ready, rules))
                : toUpstream(request, upstream, rules);
    }

    private Exchange toUpstream(Routed request, Upstream upstream, RouteRules rules) {
        return switch (upstream) {
            case Upstream.Ready ready -> proxied(request, Passage.of(ready, rules));
            case Upstream.Remote remote -> proxied(request, Passage.of(remote, rules));
            case Upstream.NotReady notReady ->
                    ImmediateExchange.of(
                            () -> NotThere.answer(request.connection(), request.head(), notReady));
        };
    }

    private Exchange proxied(Routed request, Passage passage) {
        var target = passage.target(request.passed().target());
        if (target.isEmpty()) {
            var refusal =
                    Refusal.malformed(400, "what is left of the path could mean another host");
            return ImmediateExchange.of(() -> request.connection().refuse(refusal));
        }
        return new ProxyExchange(
                request.connection(),
                request.head(),
                request.passed().body(),
                target.get(),
                passage,
                forwarding);
    }

    private Exchange fromFolder(Routed request) {
        var segments = request.passed().target().segments();
        var page = folder.orElseThrow();
        var table = embedded;
        if (!page.has(segments)) {
            if (table.isEmpty()) {
                return starting(request);
            }
            // Programs that ask for an endpoint that there is not must not be shown the page.
            if (table.get().hasFirst(segments.getFirst()) && !request.head().namesHtml()) {
                return notFound(request);
            }
        }
        return page.answer(request.connection(), request.head(), segments);
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
