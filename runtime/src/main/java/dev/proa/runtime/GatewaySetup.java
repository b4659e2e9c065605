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
import dev.proa.gateway.PagePolicy;
import dev.proa.gateway.PageSource;
import dev.proa.gateway.Upstream;
import dev.proa.profile.GatewaySpec;
import dev.proa.profile.Profile;
import dev.proa.profile.SidecarSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
            ConsolePages pages,
            List<BackendRoute> own,
            Consumer<PageMessage> heard)
            throws IOException {
        var profile = run.profile();
        return new GatewayOptions(
                token,
                profile.gatewayPort(),
                LastPort.of(run.data().runtime(), others(profile)),
                page(run, page, pages),
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

    /** The ports that the profile gives to other listeners and to sidecars. */
    private static Set<Integer> others(Profile profile) {
        return Stream.of(
                        profile.ingest().stream().map(Profile.IngestSpec::port),
                        profile.gateway().listen().stream().map(GatewaySpec.ListenSpec::port),
                        profile.sidecars().stream().flatMap(GatewaySetup::fixed))
                .flatMap(ports -> ports)
                .collect(Collectors.toSet());
    }

    private static Stream<Integer> fixed(SidecarSpec sidecar) {
        return sidecar.port() instanceof SidecarSpec.Port.Fixed(var port, _)
                ? Stream.of(port.number())
                : Stream.empty();
    }

    private static PageSource page(
            Stages.Context run, Function<String, Upstream> upstream, ConsolePages pages) {
        return switch (run.profile().ui()) {
            case Profile.Ui.Folder folder -> folder(run, folder);
            case Profile.Ui.FromSidecar(var sidecar) ->
                    new PageSource.Served(() -> upstream.apply(sidecar), PagePolicy.PLAIN);
            case Profile.Ui.DevServer(var base) when base.getHost().startsWith("[") ->
                    throw notYet("/ui/dev", "a development server on an IPv6 address");
            case Profile.Ui.DevServer(var base) ->
                    new PageSource.DevServer(base, PagePolicy.PLAIN, pages.development(base));
            case Profile.Ui.None() -> new PageSource.None();
        };
    }

    private static PageSource folder(Stages.Context run, Profile.Ui.Folder folder) {
        var scripts =
                Stream.concat(
                        folder.firstScript().map(name -> "/" + name).stream(),
                        run.setting().watch() ? Stream.of(ConsolePages.RELOAD) : Stream.empty());
        return new PageSource.Folder(
                folder.dir(), folder.spa(), new PagePolicy(folder.csp(), scripts.toList()));
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
