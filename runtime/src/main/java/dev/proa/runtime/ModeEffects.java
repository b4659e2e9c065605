package dev.proa.runtime;

import dev.proa.gateway.Drain;
import dev.proa.gateway.Gateway;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.Profile;
import dev.proa.supervisor.Supervisor;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What a switch of the mode does to the rest of the run, and how everybody hears of it. */
final class ModeEffects implements ModeControl.Effects {
    /** The mode's name on the page channel, which no sidecar can have. */
    private static final String MODE = "_mode";

    private final Stages.Context run;
    private final Supervisor supervisor;
    private final Supplier<Gateway> gateway;
    private final Upstreams upstreams;
    private final RunStatus status;
    private final DevWatch watch;
    private final RemoteNews remotes;
    private final Consumer<RemoteBackend> heard;
    private final Runnable changed;

    /**
     * @param heard told after each probe of a backend elsewhere
     * @param changed told when readiness may be another one
     */
    ModeEffects(
            Stages.Context run,
            Supervisor supervisor,
            Supplier<Gateway> gateway,
            Upstreams upstreams,
            RunStatus status,
            DevWatch watch,
            RemoteNews remotes,
            Consumer<RemoteBackend> heard,
            Runnable changed) {
        this.run = run;
        this.supervisor = supervisor;
        this.gateway = gateway;
        this.upstreams = upstreams;
        this.status = status;
        this.watch = watch;
        this.remotes = remotes;
        this.heard = heard;
        this.changed = changed;
    }

    @Override
    public void known(Profile profile) {
        SecretValues.of(profile, run.setting().environment()).forEach(run.redaction()::know);
        profile.secrets().forEach(run.redaction()::know);
        supervisor.snapshot().forEach(each -> run.redaction().know(supervisor.token(each.id())));
    }

    @Override
    public Optional<RemoteBackend> remote(Profile profile) {
        return profile.remote().map(spec -> new RemoteBackend(spec, run.time(), heard));
    }

    @Override
    public Drain route(ModeInForce mode) {
        return gateway.get().route(upstreams.routes(mode));
    }

    @Override
    public void switched(ModeInForce from, ModeInForce to, String reason) {
        run.journal().record(new RuntimeEvent.ModeChanged(from.id(), to.id(), reason));
        try {
            InstanceFile.inMode(run.data().path(), to.id());
        } catch (IOException e) {
            status.error("the instance file still names the mode " + from.id() + ": " + e);
        }
        if (from.remote().isPresent()) {
            remotes.stopped();
        }
        to.remote().ifPresent(remotes::tell);
        gateway.get().channel().status(MODE, to.id(), 0, Optional.empty());
        run.setting().listener().mode(to.id());
        watch.follow(to.profile());
        changed.run();
    }

    @Override
    public void ended(ModeControl.Outcome outcome) {
        var took = Duration.between(outcome.since(), outcome.at());
        outcome.failure()
                .ifPresent(why ->
                        status.error(
                                "the switch from %s to %s failed: %s"
                                        .formatted(outcome.from(), outcome.to(), why)));
        run.journal()
                .record(
                        new RuntimeEvent.ModeSwitchEnded(
                                outcome.from(), outcome.to(), took, outcome.failure().orElse("")));
        outcome.failure()
                .ifPresent(_ ->
                        gateway.get().channel().status(MODE, outcome.from(), 0, Optional.empty()));
        changed.run();
    }
}
