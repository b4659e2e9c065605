package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Secret;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One backend that somebody else runs and the thread that owns it. Its rules are the {@link
 * Attachment}; there is no process of ours, so nothing here can end one.
 */
final class AttachedBackend implements Entry {
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final SidecarSpec spec;
    private final SupervisorSetup setup;
    private final IdentityChallenge challenge;
    private final Attachment attachment;
    private final Secret token;
    private final Consumer<SidecarStatus> onChange;
    // Unbounded: only people and the questions put something into it.
    private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Thread owner;

    // Owner thread only.
    private @Nullable Thread asking; // null when no question is under way
    private long asked; // numbers the questions, so that a late answer is known
    private boolean ended;

    private volatile SidecarStatus status;

    /**
     * @throws ProaException if the entry cannot be followed
     */
    AttachedBackend(
            SidecarSpec spec,
            SidecarSpec.Attach attach,
            SupervisorSetup setup,
            RandomGenerator dice,
            Consumer<SidecarStatus> onChange) {
        this.spec = spec;
        this.setup = setup;
        this.onChange = onChange;
        this.challenge = new IdentityChallenge(spec, attach, setup.time());
        this.attachment = new Attachment(spec.ready().every(), spec.ready().failures(), dice);
        this.token =
                attach.token()
                        .map(text -> Secret.of(text.resolve(_ -> setup.dataFolder().toString())))
                        .orElseGet(Secret::random);
        this.status = describe();
        this.owner = Thread.ofVirtual().name("proa-sidecar-" + spec.id()).unstarted(this::run);
    }

    @Override
    public SidecarSpec spec() {
        return spec;
    }

    @Override
    public Secret token() {
        return token;
    }

    @Override
    public SidecarStatus status() {
        return status;
    }

    /** It is never in anybody's way: nothing of it can be taken down or started anew. */
    @Override
    public Seen seen() {
        var now = status;
        boolean there = now.state() == SidecarPhase.ATTACHED;
        return new Seen(now.state(), now.reason(), there, true, 0, false, there, Set.of());
    }

    /** It needs nobody. */
    @Override
    public void lookAround() {}

    @Override
    public void then(Runnable task) {
        inbox.add(task);
    }

    /** Asks it who it is, beside everything else. */
    IdentityChallenge.Outcome ask() throws InterruptedException {
        return challenge.ask();
    }

    LoopbackPort port() {
        return challenge.port();
    }

    @Override
    public void begin() {
        owner.start();
    }

    /** Only what people ask for matters here: there is no process to have news of. */
    @Override
    public void tell(Input input) {
        if (input instanceof Input.StartAsked || input instanceof Input.RestartAsked) {
            inbox.add(() -> attachment.wanted(setup.time().instant()));
        } else if (input instanceof Input.StopAsked || input instanceof Input.KillAsked) {
            inbox.add(() -> attachment.unwanted("no longer used; it was not stopped"));
        }
    }

    @Override
    public void end() throws InterruptedException {
        inbox.add(() -> ended = true);
        owner.join();
    }

    private void run() {
        try {
            while (!ended) {
                turn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (asking != null) {
                asking.interrupt();
            }
        }
    }

    private void turn() throws InterruptedException {
        var now = setup.time().instant();
        var due = asking != null ? Optional.<java.time.Instant>empty() : attachment.askAt();
        var wait = due.map(at -> Duration.between(now, at)).orElse(IDLE);
        if (due.isPresent() && !wait.isPositive()) {
            question();
            return;
        }
        var task = inbox.poll(wait.toMillis() + 1, TimeUnit.MILLISECONDS);
        if (task != null) {
            task.run();
            publish(); // before the next task, which may tell others to look at it
        }
    }

    private void question() {
        long number = ++asked;
        asking =
                Thread.ofVirtual()
                        .name("proa-probe-" + spec.id())
                        .start(() -> {
                            try {
                                var outcome = challenge.ask();
                                inbox.add(() -> heard(number, outcome));
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    private void heard(long number, IdentityChallenge.Outcome outcome) {
        if (number == asked) {
            asking = null;
            attachment.heard(outcome, setup.time().instant());
        }
    }

    private void publish() {
        var before = status;
        var next = describe();
        if (next.equals(before)) {
            return;
        }
        status = next;
        if (next.state() != before.state() || !next.reason().equals(before.reason())) {
            setup.journal()
                    .record(
                            new RuntimeEvent.SidecarChanged(
                                    spec.id(),
                                    before.state().name(),
                                    next.state().name(),
                                    next.reason()));
        }
        onChange.accept(next);
    }

    private SidecarStatus describe() {
        var state = attachment.state();
        var reason =
                switch (state) {
                    case Attachment.State.Detached(var why) -> why;
                    case Attachment.State.Degraded(_, _, var why) -> why;
                    case Attachment.State.Seeking _, Attachment.State.Attached _ -> "";
                };
        return new SidecarStatus(
                spec.id(),
                phase(state),
                reason,
                OptionalLong.empty(),
                Optional.of(challenge.port()),
                0,
                new SidecarStatus.Budget(spec.restart().max(), spec.restart().within(), 0),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                state instanceof Attachment.State.Degraded
                        ? Optional.of(
                                new Problem(
                                        Ports.place(spec, "/attach"),
                                        "the backend at %s cannot be used: %s"
                                                .formatted(challenge.port().baseUrl(), reason),
                                        "Start it; Proa attaches to it as soon as it answers as"
                                                + " expected"))
                        : Optional.empty());
    }

    private static SidecarPhase phase(Attachment.State state) {
        return switch (state) {
            case Attachment.State.Detached _ -> SidecarPhase.STOPPED;
            case Attachment.State.Seeking _ -> SidecarPhase.STARTING;
            case Attachment.State.Attached _ -> SidecarPhase.ATTACHED;
            case Attachment.State.Degraded _ -> SidecarPhase.DEGRADED;
        };
    }
}
