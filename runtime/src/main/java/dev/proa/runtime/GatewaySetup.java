package dev.proa.runtime;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.core.Where;
import dev.proa.gateway.AccessLogSpec;
import dev.proa.gateway.BackendRoute;
import dev.proa.gateway.EmbeddedBackend;
import dev.proa.gateway.GatewayOptions;
import dev.proa.gateway.IngestOptions;
import dev.proa.gateway.ListenOptions;
import dev.proa.gateway.Listening;
import dev.proa.gateway.PageMessage;
import dev.proa.gateway.PageSource;
import dev.proa.gateway.Upstream;
import dev.proa.profile.GatewaySpec;
import dev.proa.profile.Profile;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.Function;

/** What the profile says about the gateway, in the words of the gateway. */
final class GatewaySetup {
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private GatewaySetup() {}

    /**
     * @param page gives who serves the page, where it comes from the sidecar of that name
     * @param own everything under {@code /_proa/} that the gateway does not answer by itself
     */
    static GatewayOptions of(
            Stages.Context run,
            Secret token,
            ModeInForce mode,
            Upstreams upstreams,
            Function<String, Upstream> page,
            List<BackendRoute> own,
            Consumer<PageMessage> heard)
            throws IOException {
        var profile = run.profile();
        return new GatewayOptions(
                token,
                profile.gatewayPort(),
                page(profile, page),
                upstreams.routes(mode),
                own,
                profile.embeddedBackend().isPresent(),
                profile.ingest().map(GatewaySetup::ingest),
                Generation.next(run.data().runtime()),
                HEARTBEAT,
                listening(profile.gateway()),
                accessLog(run),
                heard,
                run.journal(),
                run.time());
    }

    private static PageSource page(Profile profile, Function<String, Upstream> upstream) {
        return switch (profile.ui()) {
            case Profile.Ui.Folder(var dir, var spa, _, _) -> new PageSource.Folder(dir, spa);
            case Profile.Ui.FromSidecar(var sidecar) ->
                    new PageSource.Served(() -> upstream.apply(sidecar));
            case Profile.Ui.DevServer(var base) -> throw notYet("/ui/dev", base.toString());
            case Profile.Ui.None() -> new PageSource.None();
        };
    }

    private static Listening listening(GatewaySpec spec) {
        return new Listening(
                spec.ipv6(),
                spec.listen()
                        .map(open ->
                                new ListenOptions(
                                        open.address().getHostAddress(),
                                        open.port(),
                                        open.certificate(),
                                        open.privateKey(),
                                        open.token())));
    }

    private static Optional<AccessLogSpec> accessLog(Stages.Context run) {
        return run.profile().gateway().accessLog()
                ? Optional.of(
                        new AccessLogSpec(
                                run.data().runtime().resolve("access.log"), run.redaction()::of))
                : Optional.empty();
    }

    private static ProaException notYet(String pointer, String what) {
        return new ProaException(
                ExitCode.BAD_CONFIG,
                new Problem(
                        Where.of("proa.yaml " + pointer),
                        what + " is not supported by this version",
                        "Remove it"));
    }

    /** The wanted port first; taken by someone else, any free one. */
    private static IngestOptions ingest(Profile.IngestSpec spec) {
        return new IngestOptions(
                spec.port() == 0 ? List.of(0) : List.of(spec.port(), 0),
                spec.paths(),
                switch (spec.auth()) {
                    case SAME_USER -> IngestOptions.Access.SAME_USER;
                    case TOKEN -> IngestOptions.Access.TOKEN;
                });
    }

    /** The embedded backend of that name in this build. */
    static EmbeddedBackend backend(String name) {
        var known =
                ServiceLoader.load(EmbeddedBackend.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .toList();
        return known.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new ProaException(
                                ExitCode.BAD_CONFIG,
                                new Problem(
                                        Where.of("proa.yaml /backend/embedded"),
                                        "This build has no embedded backend called " + name,
                                        "Write one of "
                                                + known.stream()
                                                        .map(EmbeddedBackend::name)
                                                        .toList())));
    }
}
