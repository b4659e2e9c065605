package dev.proa.gateway;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The ingest's listener: takes POSTs from programs of this user, and nothing else. */
final class IngestService implements Service {
    private final Guard guard;
    private final BackendExchange.Lent lent;
    private final RefusalLog refusals;
    private final OpenConnections strangers = new OpenConnections(256);
    private final List<List<String>> prefixes;
    private final boolean sameUser;
    private final int port;
    private volatile Optional<RouteTable> embedded = Optional.empty();

    IngestService(IngestOptions options, int port, BackendExchange.Lent lent, RefusalLog refusals) {
        this.sameUser = options.access() == IngestOptions.Access.SAME_USER;
        this.port = port;
        this.lent = lent;
        this.refusals = refusals;
        this.prefixes = options.paths().stream().map(Target::prefix).toList();
        var numeric = "127.0.0.1:" + port;
        var named = "localhost:" + port;
        this.guard =
                new Guard(
                        host -> host.equals(numeric) || host.equalsIgnoreCase(named),
                        Guard::noBrowser,
                        this::admit);
    }

    private Optional<Refusal> admit(Head head, Target target, Guard.Peer peer) {
        if (lent.keys().proof(head.headers()) == Keys.Proof.TOKEN
                || (sameUser && peer == Guard.Peer.OUR_USER)) {
            return Optional.empty();
        }
        if (!sameUser) {
            return Optional.of(
                    new Refusal(
                            401,
                            "A token of this run is needed, as X-Proa-Token or bearer.",
                            Refusal.Cause.TOKEN));
        }
        var detail =
                peer == Guard.Peer.OTHER_USER
                        ? "Only programs of the user who runs this app may write here."
                        : "This system does not say whose program is writing; send the token.";
        return Optional.of(new Refusal(403, detail, Refusal.Cause.USER));
    }

    /** Keeps those of the routes that may be written to from outside. */
    void serve(List<BackendRoute> routes) {
        embedded =
                Optional.of(
                        new RouteTable(
                                routes.stream()
                                        .filter(route -> route.method().equals("POST"))
                                        .filter(this::listed)
                                        .toList()));
    }

    private boolean listed(BackendRoute route) {
        var segments = Target.prefix(route.path());
        return prefixes.stream()
                .anyMatch(prefix ->
                        segments.size() >= prefix.size()
                                && segments.subList(0, prefix.size()).equals(prefix));
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
        if (!sameUser || !(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            told.accept(Guard.Peer.UNKNOWN);
            return;
        }
        lent.threads()
                .execute(() -> {
                    var peer = PeerUser.of(remote.getPort(), port);
                    channel.eventLoop().execute(() -> told.accept(peer));
                });
    }

    @Override
    public boolean needsNoProof(Head head, Target target) {
        return false;
    }

    @Override
    public Refusal told(Refusal refusal) {
        return refusal.inContract();
    }

    @Override
    public Exchange route(ClientConnection connection, Head head, Guard.Verdict.Passed passed) {
        TrafficMeter.route(connection.channel(), "ingest");
        var target = passed.target();
        var table = embedded;
        if (prefixes.stream().noneMatch(target::under)) {
            return refusing(connection, Refusal.notFound(), "", "");
        }
        if (!head.method().equals("POST")) {
            var only = new Refusal(405, "Here one can only POST.", Refusal.Cause.ROUTE);
            return refusing(connection, only, "allow", "POST");
        }
        if (table.isEmpty()) {
            var starting = new Refusal(503, "The app is starting.", Refusal.Cause.ROUTE);
            return refusing(connection, starting, "retry-after", "1");
        }
        return switch (table.get().match("POST", target.segments())) {
            case RouteTable.Match.Found found ->
                    new BackendExchange(connection, head, passed, found, lent);
            case RouteTable.Match.OtherMethod _, RouteTable.Match.Nothing _ ->
                    refusing(connection, Refusal.notFound(), "", "");
        };
    }

    private static Exchange refusing(
            ClientConnection connection, Refusal refusal, String field, String value) {
        var headers = new DefaultHttpHeaders();
        if (!field.isEmpty()) {
            headers.set(field, value);
        }
        return ImmediateExchange.of(() -> connection.refuse(refusal, headers));
    }
}
