package dev.proa.runtime;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.core.Where;
import dev.proa.gateway.Gateway;
import dev.proa.profile.Profile;
import dev.proa.supervisor.OwnProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What others find a run by: its instance file, its entry in the state folder and the address for
 * hooks. Taken back when the run ends.
 */
final class Announcement implements AutoCloseable {
    private final Stages.Context run;
    private final StateFolder state;
    private final Optional<String> announcedIngest;

    private Announcement(Stages.Context run, StateFolder state, Optional<String> announcedIngest) {
        this.run = run;
        this.state = state;
        this.announcedIngest = announcedIngest;
    }

    /** Announces a run whose listeners accept. */
    static Announcement of(
            Stages.Context run, Secret token, Gateway gateway, Consumer<Problem> problems)
            throws IOException {
        var profile = run.profile();
        var state = StateFolder.of(run.setting().environment(), run.setting().home());
        var ingestUrl = gateway.ingestPort().map(LoopbackPort::baseUrl);
        var announced = announceIngest(run, state, gateway, problems);
        new InstanceFile(
                        run.instance().toString(),
                        OwnProcess.pid(),
                        run.startedAt(),
                        gateway.port().baseUrl(),
                        gateway.port().number(),
                        token,
                        ingestUrl,
                        profile.app().id(),
                        profile.app().version(),
                        profile.mode())
                .write(run.data().path());
        state.register(run.instance().toString(), run.data().path());
        return new Announcement(run, state, announced);
    }

    private static Optional<String> announceIngest(
            Stages.Context run, StateFolder state, Gateway gateway, Consumer<Problem> problems)
            throws IOException {
        var spec = run.profile().ingest();
        var port = gateway.ingestPort();
        if (spec.isEmpty() || port.isEmpty()) {
            return Optional.empty();
        }
        int wanted = spec.get().port();
        if (wanted == 0 || wanted == port.get().number()) {
            state.announceIngest(run.profile().app().id(), port.get().baseUrl());
            return port.map(LoopbackPort::baseUrl);
        }
        var first = ownerOfOurs(run.profile(), state, wanted);
        if (first.isPresent()) {
            // It keeps taking in what hooks send; this run is found by its own address alone.
            problems.accept(
                    new Problem(
                            where(wanted),
                            "Another instance of this app (pid "
                                    + first.get().file().pid()
                                    + ", data in "
                                    + first.get().dataFolder()
                                    + ") takes events in there",
                            "Hooks go on reporting to it; send events for this one to "
                                    + port.get().baseUrl()));
            return Optional.empty();
        }
        state.announceIngest(run.profile().app().id(), port.get().baseUrl());
        problems.accept(
                new Problem(
                        where(wanted),
                        "The port is taken by "
                                + PortUse.of(new LoopbackPort(wanted), state)
                                        .orElse("a program that cannot be named"),
                        "Events are taken in at "
                                + port.get().baseUrl()
                                + " instead, which installed hooks find by themselves; stop the other program or choose another"
                                + " port with --ingest-port to have a fixed one"));
        return port.map(LoopbackPort::baseUrl);
    }

    private static Where where(int port) {
        return Where.of("ingest port " + port);
    }

    private static Optional<RunningInstance> ownerOfOurs(
            Profile profile, StateFolder state, int port) throws IOException {
        var url = new LoopbackPort(port).baseUrl();
        return RunningInstance.all(state).stream()
                .filter(each -> each.file().appId().equals(profile.app().id()))
                .filter(each -> each.file().ingestUrl().filter(url::equals).isPresent())
                .findFirst();
    }

    /** The app's state folder, if hooks find this run there. */
    Optional<Path> ingestFolder() {
        return announcedIngest.map(_ -> state.folder(run.profile().app().id()));
    }

    @Override
    public void close() throws IOException {
        if (announcedIngest.isPresent()) {
            state.withdrawIngest(run.profile().app().id(), announcedIngest.get());
        }
        state.unregister(run.instance().toString());
        Files.deleteIfExists(InstanceFile.in(run.data().path()));
    }
}
