package dev.proa.runtime;

import dev.proa.core.ExitCode;
import dev.proa.core.InstanceId;
import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Redaction;
import dev.proa.core.Secret;
import dev.proa.core.Where;
import dev.proa.gateway.BackendContext;
import dev.proa.gateway.BackendRoute;
import dev.proa.gateway.EmbeddedBackend;
import dev.proa.gateway.Gateway;
import dev.proa.gateway.GatewayOptions;
import dev.proa.gateway.PageMessage;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.Profile;
import dev.proa.profile.ProfileLoader;
import dev.proa.supervisor.OwnProcess;
import dev.proa.supervisor.SidecarStatus;
import dev.proa.supervisor.Supervisor;
import dev.proa.supervisor.SupervisorSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The parts of a run in the order in which data flows through them. */
final class Stages {
    /** What every stage needs to know of the run. */
    record Context(
            Profile profile,
            AppRun.Setting setting,
            DataFolder data,
            RunCounts journal,
            Redaction redaction,
            InstantSource time,
            InstantSource wallTime,
            InstanceId instance,
            Instant startedAt) {}

    private final Context run;
    private final Deque<AutoCloseable> parts;
    private final Secret token = Secret.random();
    private final Supervisor supervisor;
    private final RunStatus status;
    private final Gateway gateway;
    private final Optional<EmbeddedBackend> backend;
    private final Window window;
    private final SidecarControl sidecars;
    private final ConsolePages pages;
    private final DevWatch watch;
    private final ModeControl modes;
    private final RemoteNews remotes;

    /** Opens everything that listens, without starting anything of the app. */
    Stages(Context run, Deque<AutoCloseable> parts) throws IOException {
        this.run = run;
        this.parts = parts;
        var profile = run.profile();
        backend = profile.embeddedBackend().map(GatewaySetup::backend);
        run.journal()
                .record(
                        new RuntimeEvent.RuntimeStarted(
                                run.instance().toString(),
                                OwnProcess.pid(),
                                profile.app().id(),
                                profile.app().version()));
        supervisor =
                new Supervisor(
                        new SupervisorSetup(
                                profile.sidecars(),
                                profile.dataFolder(),
                                run.instance(),
                                profile.mode(),
                                profileFile(profile),
                                run.setting().environment(),
                                GuardTier.program(run.setting().build()),
                                run.journal(),
                                run.time(),
                                run.wallTime(),
                                profile.stopWithin(),
                                this::changed));
        status =
                new RunStatus(
                        new RunStatus.Facts(
                                run.instance().toString(),
                                run.setting().version(),
                                run.setting().build().getFileName().toString(),
                                profile.dataFolder(),
                                run.startedAt()),
                        this::mode,
                        supervisor::snapshot,
                        run.redaction(),
                        this::transport,
                        supervisor::tier,
                        this::switching);
        profile.warnings().forEach(this::told);
        supervisor.problems().forEach(this::problem);
        sidecars = new SidecarControl(supervisor, run.journal()::record, run.time());
        pages = new ConsolePages(profile.app().name(), run.redaction());
        run.redaction().know(token);
        watch = new DevWatch(run, supervisor, sidecars, this::gateway, this::problem);
        remotes = new RemoteNews(run, status, this::gateway);
        var upstreams = new Upstreams(supervisor, pages);
        var effects =
                new ModeEffects(
                        run,
                        supervisor,
                        this::gateway,
                        upstreams,
                        status,
                        watch,
                        remotes,
                        this::heardOf,
                        this::checkReady);
        var first = new ModeInForce(profile, effects.remote(profile), run.startedAt());
        modes = new ModeControl(first, this::load, supervisor, status::ready, effects, run.time());
        effects.known(profile);
        parts.push(() -> backend.ifPresent(EmbeddedBackend::close));
        gateway =
                open(
                        GatewaySetup.of(
                                run,
                                token,
                                first,
                                upstreams,
                                sidecar -> upstreams.page(sidecar, mode()),
                                pages,
                                ownRoutes(),
                                this::heard));
        parts.push(gateway);
        LastPort.remember(run.data().runtime(), gateway.port().number());
        parts.push(supervisor);
        parts.push(modes);
        window = new Window(run, supervisor, gateway);
    }

    private Gateway open(GatewayOptions options) {
        try {
            return Gateway.open(options);
        } catch (ProaException e) {
            var state = StateFolder.of(run.setting().environment(), run.setting().home());
            throw e.exitCode() == ExitCode.UNAVAILABLE
                    ? PortUse.named(e, options.port(), state)
                    : e;
        }
    }

    private JsonNode switching() {
        return ModeRoutes.switching(modes);
    }

    private ModeInForce mode() {
        return modes.current();
    }

    /**
     * The profile of another mode, from the files as they are now, for the app and the data folder
     * of this run.
     *
     * @throws ProaException with all problems
     */
    private Profile load(String mode) {
        var sources = run.setting().sources();
        var flags = new HashMap<>(sources.flags());
        flags.put("mode", mode);
        flags.put("data-dir", run.data().path().toString());
        profileFile(run.profile()).ifPresent(file -> flags.put("profile", file.toString()));
        var profile =
                ProfileLoader.load(
                        new Profile.Sources(
                                sources.folder(), flags, sources.environment(), sources.home()));
        if (!profile.app().id().equals(run.profile().app().id())) {
            throw new ProaException(
                    ExitCode.BAD_CONFIG,
                    new Problem(
                            Where.of(ProfileLoader.MANIFEST),
                            "The manifest is now that of " + profile.app().id(),
                            "Stop this run and start that app"));
        }
        return profile;
    }

    private static Optional<Path> profileFile(Profile profile) {
        return Optional.ofNullable(profile.origins().get("/profile"))
                .map(origin -> Path.of(origin.value().toString()));
    }

    private ControlRoutes control() {
        return new ControlRoutes(
                status,
                run.data(),
                run.setting().stop()::askOnce,
                this::openWindow,
                run.journal()::record,
                run.redaction(),
                run.wallTime());
    }

    /** Everything under {@code /_proa/} that the gateway does not answer by itself. */
    private List<BackendRoute> ownRoutes() {
        return Stream.of(
                        control().routes(),
                        new SidecarRoutes(sidecars, run.redaction()).routes(),
                        new ModeRoutes(modes).routes(),
                        pages.routes(),
                        List.of(
                                new BundleRoute(run.profile().app().id(), run.time(), this::bundle)
                                        .route(),
                                metrics().route(),
                                OpenApiRoute.route()))
                .flatMap(List::stream)
                .toList();
    }

    private MetricsRoute metrics() {
        return new MetricsRoute(
                new RunMetrics(
                                status,
                                supervisor::snapshot,
                                run.journal(),
                                this::gateway,
                                run.time())
                        ::snapshots);
    }

    private SupportBundle bundle() {
        return new SupportBundle(run.data().path(), run.redaction())
                .versions(run.setting().version())
                .running(status.status(), status.info())
                .app(mode().profile())
                .environment(run.setting().environment());
    }

    private ObjectNode transport() {
        var channel = gateway.channel().statistics();
        return JsonNodeFactory.instance
                .objectNode()
                .put("pages", channel.pages())
                .put("batches", channel.batches())
                .put("events", channel.events())
                .put("unacked_bytes", channel.unackedBytes())
                .put("dropped", channel.dropped());
    }

    private void heard(PageMessage message) {
        if (message instanceof PageMessage.Ready(_, var userAgent, _)) {
            run.journal().record(new RuntimeEvent.PageReady("/", userAgent));
        }
    }

    /** Makes the run known, then starts what belongs to the app. */
    void start() throws IOException {
        var ingestUrl = gateway.ingestPort().map(LoopbackPort::baseUrl);
        status.listening(new RunStatus.Ports(Optional.of(gateway.port()), gateway.ingestPort()));
        // Taken back last: whoever asks for the stop waits until it is gone.
        var announcement = Announcement.of(run, token, gateway, this::problem);
        parts.addLast(announcement);
        backend.ifPresent(each -> startBackend(each, announcement.ingestFolder()));
        status.backendStarted();
        supervisor.start();
        parts.push(watch);
        parts.push(HeapTrim.start());
        watch.follow(run.profile());
        mode().remote().ifPresent(RemoteBackend::start);
        checkReady();
        var page = window.show();
        run.setting().listener().opened(page.address(), page.inWindow(), ingestUrl.orElse(""));
    }

    private void startBackend(EmbeddedBackend started, Optional<Path> stateFolder) {
        started.start(
                new BackendContext(
                        run.profile().dataFolder(),
                        run.time(),
                        run.journal(),
                        gateway.channel(),
                        stateFolder,
                        run.profile().backendSettings()));
        gateway.serve(started.routes());
    }

    private void changed(SidecarStatus sidecar) {
        sidecars.changed(sidecar.id());
        run.setting().listener().sidecar(sidecar.id(), sidecar.state().name(), sidecar.reason());
        gateway.channel()
                .status(
                        sidecar.id(),
                        sidecar.state().name(),
                        sidecar.restarts(),
                        sidecar.nextStart());
        sidecar.problem().ifPresent(run.setting().listener()::problem);
        checkReady();
        modes.changed();
    }

    /** After each probe of a backend elsewhere. */
    private void heardOf(RemoteBackend remote) {
        if (mode().remote().filter(remote::equals).isPresent()) {
            remotes.tell(remote);
            checkReady();
        }
        modes.changed();
    }

    private void checkReady() {
        if (status.firstReady(run.time().instant())) {
            var after = Duration.between(run.startedAt(), run.time().instant());
            run.journal().record(new RuntimeEvent.RuntimeReady(after));
            run.setting().listener().ready(after);
        }
    }

    void problem(Problem problem) {
        status.problem(problem);
        told(problem);
    }

    private void told(Problem problem) {
        run.journal().record(new RuntimeEvent.ProblemFound(problem));
        run.setting().listener().problem(problem);
    }

    Gateway gateway() {
        return gateway;
    }

    SortedSet<String> controlOperations() {
        return gateway.controlOperations();
    }

    boolean openWindow() {
        return window.open();
    }

    void stopping() {
        status.stopping();
        run.journal().record(new RuntimeEvent.RuntimeStopping(run.setting().stop().reason()));
    }

    /** Kills what an orderly stop would wait for. */
    void hurry() {
        supervisor.closeNow();
    }
}
