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
import dev.proa.gateway.GatewayRoute;
import dev.proa.gateway.IngestOptions;
import dev.proa.gateway.PageMessage;
import dev.proa.gateway.PageSource;
import dev.proa.gateway.Upstream;
import dev.proa.journal.Journal;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.Destination;
import dev.proa.profile.Profile;
import dev.proa.supervisor.OwnProcess;
import dev.proa.supervisor.SidecarPhase;
import dev.proa.supervisor.SidecarStatus;
import dev.proa.supervisor.Supervisor;
import dev.proa.supervisor.SupervisorSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The parts of a run in the order in which data flows through them. */
final class Stages {
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** What every stage needs to know of the run. */
    record Context(
            Profile profile,
            AppRun.Setting setting,
            DataFolder data,
            Journal journal,
            Redaction redaction,
            InstantSource time,
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

    /** Opens everything that listens, without starting anything of the app. */
    Stages(Context run, Deque<AutoCloseable> parts) throws IOException {
        this.run = run;
        this.parts = parts;
        var profile = run.profile();
        backend = profile.embeddedBackend().map(Stages::find);
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
                                profile.stopWithin(),
                                this::changed));
        status =
                new RunStatus(
                        new RunStatus.Facts(
                                run.instance().toString(),
                                run.setting().version(),
                                run.setting().build().getFileName().toString(),
                                profile,
                                profile.dataFolder(),
                                run.startedAt()),
                        supervisor::snapshot,
                        run.redaction(),
                        this::transport,
                        supervisor.tier());
        supervisor.problems().forEach(this::problem);
        sidecars = new SidecarControl(supervisor, run.journal()::record, run.time());
        pages = new ConsolePages(profile.app().name(), run.redaction());
        run.redaction().know(token);
        SecretValues.of(profile, run.setting().environment()).forEach(run.redaction()::know);
        profile.sidecars().forEach(spec -> run.redaction().know(supervisor.token(spec.id())));
        parts.push(() -> backend.ifPresent(EmbeddedBackend::close));
        gateway = Gateway.open(options(run, token));
        parts.push(gateway);
        parts.push(supervisor);
        window = new Window(run, supervisor, gateway);
    }

    private static Optional<Path> profileFile(Profile profile) {
        return Optional.ofNullable(profile.origins().get("/profile"))
                .map(origin -> Path.of(origin.value().toString()));
    }

    private static EmbeddedBackend find(String name) {
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

    private ControlRoutes control() {
        return new ControlRoutes(
                status,
                run.data(),
                run.setting().stop()::askOnce,
                this::openWindow,
                run.journal()::record,
                run.redaction());
    }

    /** Everything under {@code /_proa/} that the gateway does not answer by itself. */
    private List<BackendRoute> ownRoutes() {
        return Stream.of(
                        control().routes(),
                        new SidecarRoutes(sidecars, run.redaction()).routes(),
                        pages.routes(),
                        List.of(
                                new BundleRoute(run.profile().app().id(), run.time(), this::bundle)
                                        .route()))
                .flatMap(List::stream)
                .toList();
    }

    private SupportBundle bundle() {
        return new SupportBundle(run.data().path(), run.redaction())
                .versions(run.setting().version())
                .running(status.status(), status.info())
                .app(run.profile())
                .environment(run.setting().environment());
    }

    private GatewayOptions options(Context run, Secret token) throws IOException {
        var profile = run.profile();
        return new GatewayOptions(
                token,
                profile.gatewayPort(),
                page(profile),
                profile.routes().stream()
                        .map(route -> new GatewayRoute(route.prefix(), upstream(route.to())))
                        .toList(),
                ownRoutes(),
                profile.embeddedBackend().isPresent(),
                profile.ingest().map(Stages::ingest),
                Generation.next(run.data().runtime()),
                HEARTBEAT,
                this::heard,
                run.journal(),
                run.time());
    }

    private PageSource page(Profile profile) {
        return switch (profile.ui()) {
            case Profile.Ui.Folder(var dir, var spa, _, _) -> new PageSource.Folder(dir, spa);
            case Profile.Ui.FromSidecar(var sidecar) -> new PageSource.Served(upstream(sidecar));
            case Profile.Ui.DevServer(var base) -> throw notYet("/ui/dev", base.toString());
            case Profile.Ui.None() -> new PageSource.None();
        };
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

    private static ProaException notYet(String pointer, String what) {
        return new ProaException(
                ExitCode.BAD_CONFIG,
                new Problem(
                        Where.of("proa.yaml " + pointer),
                        what + " is not supported by this version",
                        "Remove it"));
    }

    private Supplier<Upstream> upstream(Destination to) {
        return switch (to) {
            case Destination.Sidecar(var id) -> upstream(id);
            case Destination.Remote() -> throw notYet("/routes", "a remote backend");
        };
    }

    private Supplier<Upstream> upstream(String sidecar) {
        return () ->
                supervisor
                        .upstream(sidecar)
                        .<Upstream>map(port ->
                                new Upstream.Ready(port, Optional.of(supervisor.token(sidecar))))
                        .orElseGet(() ->
                                new Upstream.NotReady(
                                        "The sidecar " + sidecar + " is not ready.",
                                        Duration.ofSeconds(1),
                                        Optional.of(
                                                pages.waiting(
                                                        sidecar, supervisor.status(sidecar)))));
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
        parts.push(Announcement.of(run, token, gateway, this::problem));
        backend.ifPresent(this::startBackend);
        status.backendStarted();
        supervisor.start();
        if (run.setting().watch()) {
            watchFiles();
        }
        checkReady();
        var page = window.show();
        run.setting().listener().opened(page.address(), page.inWindow(), ingestUrl.orElse(""));
    }

    private void watchFiles() {
        try {
            parts.push(FileWatch.start(watchedFiles(), new Restarts(), run.time()));
        } catch (IOException e) {
            problem(
                    new Problem(
                            Where.of("watch"),
                            "files cannot be watched here (" + e.getMessage() + ")",
                            "Restart sidecars with proa restart, or raise the system's limit"
                                    + " (fs.inotify.max_user_instances)"));
        }
    }

    private List<WatchedFiles> watchedFiles() {
        var profile = run.profile();
        return profile.sidecars().stream()
                .filter(spec -> spec.watch().isPresent())
                .map(spec ->
                        new WatchedFiles(
                                spec.id(),
                                spec.watch().orElseThrow(),
                                profile.folder(),
                                profile.dataFolder()))
                .toList();
    }

    /** Restarts what somebody works on; one that was stopped stays so. */
    private final class Restarts implements FileWatch.Listener {
        @Override
        public void changed(String sidecar, Path file) {
            boolean stopped =
                    supervisor
                            .status(sidecar)
                            .filter(each -> each.state() == SidecarPhase.STOPPED)
                            .isPresent();
            if (!stopped) {
                var name = run.profile().folder().relativize(file).toString();
                run.setting().listener().fileChanged(sidecar, name);
                sidecars.tell(sidecar, SidecarControl.Wish.RESTART, name + " changed");
            }
        }

        @Override
        public void problem(Problem problem) {
            Stages.this.problem(problem);
        }
    }

    private void startBackend(EmbeddedBackend started) {
        started.start(
                new BackendContext(
                        run.profile().dataFolder(), run.time(), run.journal(), gateway.channel()));
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
        run.journal().record(new RuntimeEvent.ProblemFound(problem));
        run.setting().listener().problem(problem);
    }

    Gateway gateway() {
        return gateway;
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
