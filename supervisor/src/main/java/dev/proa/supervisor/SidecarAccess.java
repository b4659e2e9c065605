package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.core.Where;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.Template;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The ways to reach one running sidecar: its port, and commands beside it. Here is the one place
 * that keeps requests from strangers: nothing is sent on a port unless everybody who listens there
 * belongs to the sidecar's tree.
 */
final class SidecarAccess {
    private final SidecarSpec spec;
    private final Secret token;
    private final SupervisorSetup setup;
    private final Launcher launcher;
    private final GuardClient guard;
    private final PortIdentity identity;
    private final LoopbackCall calls;

    SidecarAccess(
            SidecarSpec spec,
            Secret token,
            SupervisorSetup setup,
            Launcher launcher,
            GuardClient guard,
            PortIdentity identity) {
        this.spec = spec;
        this.token = token;
        this.setup = setup;
        this.launcher = launcher;
        this.guard = guard;
        this.identity = identity;
        this.calls = new LoopbackCall(setup.time());
    }

    SidecarSpec spec() {
        return spec;
    }

    Secret token() {
        return token;
    }

    InstantSource time() {
        return setup.time();
    }

    String instance() {
        return setup.instance().toString();
    }

    /** Whether it has a port or none is to come. */
    boolean portSettled() {
        return spec.port() instanceof SidecarSpec.Port.None || launcher.port(spec).isPresent();
    }

    /** Why nobody of its tree can be reached on its port; empty when all who listen are its own. */
    Optional<String> unreachable(Run run) {
        return launcher.port(spec)
                .map(port ->
                        switch (identity.of(port, run.guard())) {
                            case PortIdentity.Finding.Free(var why) -> Optional.of(why);
                            case PortIdentity.Finding.Foreign(var why) -> Optional.of(why);
                            case PortIdentity.Finding.Ours _ -> Optional.<String>empty();
                        })
                .orElseGet(() -> Optional.of("it has no port"));
    }

    /** Who else is on its port; empty without a port, and when nobody listens there. */
    Optional<String> stranger(Run run) {
        return launcher.port(spec)
                .flatMap(port ->
                        identity.of(port, run.guard())
                                        instanceof PortIdentity.Finding.Foreign(var why)
                                ? Optional.of(why)
                                : Optional.empty());
    }

    /** Asks its own port; who listens is looked at before, once connected, and after the answer. */
    LoopbackCall.Reply ask(Run run, LoopbackCall.Request request, Duration timeout)
            throws InterruptedException {
        var stranger = unreachable(run);
        var port = launcher.port(spec);
        if (stranger.isPresent() || port.isEmpty()) {
            return new LoopbackCall.Reply.None(stranger.orElse("it has no port"));
        }
        var reply = calls.send(request, port.get(), () -> unreachable(run), timeout);
        return unreachable(run).<LoopbackCall.Reply>map(LoopbackCall.Reply.None::new).orElse(reply);
    }

    /**
     * Why nobody takes connections on its port. Who listens is enough to know that, unless the
     * socket is one that the guard keeps: that one listens before the sidecar does anything.
     */
    Optional<String> deaf(Run run, Duration timeout) {
        var why = unreachable(run);
        if (why.isPresent() || !(spec.port() instanceof SidecarSpec.Port.Inherit)) {
            return why;
        }
        LoopbackPort port = launcher.port(spec).orElseThrow();
        return Knock.accepted(port, timeout, time())
                ? Optional.empty()
                : Optional.of("it has not accepted a connection on port " + port);
    }

    /** Why its port takes no connection within {@code timeout}; empty when it does. */
    Optional<String> refused(Run run, Duration timeout) throws InterruptedException {
        var stranger = unreachable(run);
        if (stranger.isPresent()) {
            return stranger;
        }
        LoopbackPort port = launcher.port(spec).orElseThrow();
        var refused = calls.refused(port, timeout);
        return refused.isPresent() ? refused : unreachable(run);
    }

    /** Starts a command in its folder and environment. */
    SideCommand command(List<Template> words) throws IOException {
        return SideCommand.start(guard, prepare(words, Map.of()), "proa-command-" + spec.id());
    }

    /**
     * Starts a command in its folder and environment, whose output is kept in {@code
     * logs/NAME.log}.
     *
     * @param more values of late names besides those of the sidecar
     */
    GuardedProcess logged(
            String name,
            List<Template> words,
            Map<String, String> more,
            Consumer<GuardedProcess> onEnd)
            throws IOException {
        var process = new GuardedProcess(name, launcher.log(name), setup.journal(), onEnd);
        process.handed(guard.spawn(name, prepare(words, more), process.news()));
        return process;
    }

    private Launch prepare(List<Template> words, Map<String, String> more) throws IOException {
        var port = launcher.port(spec).map(LoopbackPort::toString);
        return launcher.prepare(spec, words, more, port, token);
    }

    /** Tells people about something that is not as it should be. */
    void problem(String key, String what, String remedy) {
        var file = spec.command().isEmpty() ? "" : spec.command().getFirst().where().file();
        var where = new Where(file, 0, 0, "/sidecars/" + spec.id() + "/" + key);
        setup.journal().record(new RuntimeEvent.ProblemFound(new Problem(where, what, remedy)));
    }
}
