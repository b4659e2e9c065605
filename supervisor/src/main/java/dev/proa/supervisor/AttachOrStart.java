package dev.proa.supervisor;

import dev.proa.core.Secret;
import dev.proa.profile.SidecarSpec;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A sidecar with a fixed port that is not started when somebody else has the port and passes the
 * identity challenge: that one is used then. Whoever asks for a start has it decided anew.
 */
final class AttachOrStart implements Entry {
    private final AttachedBackend other;
    private final Entry own;
    private final Ports ports;
    private long decision; // guarded by this; a later one counts
    private volatile Entry chosen;

    private AttachOrStart(AttachedBackend other, Entry own, Ports ports) {
        this.other = other;
        this.own = own;
        this.ports = ports;
        this.chosen = own;
    }

    /**
     * Makes both from what is to hear of their changes.
     *
     * @param onChange hears of those of the chosen one
     */
    static AttachOrStart of(
            Function<Consumer<SidecarStatus>, AttachedBackend> other,
            Function<Consumer<SidecarStatus>, Entry> own,
            Ports ports,
            Consumer<SidecarStatus> onChange) {
        var both = new AtomicReference<AttachOrStart>();
        Consumer<SidecarStatus> filter =
                status -> {
                    var made = both.get();
                    if (made != null && made.status().equals(status)) {
                        onChange.accept(status);
                    }
                };
        var made = new AttachOrStart(other.apply(filter), own.apply(filter), ports);
        both.set(made);
        return made;
    }

    @Override
    public SidecarSpec spec() {
        return own.spec();
    }

    @Override
    public Secret token() {
        return chosen.token();
    }

    @Override
    public SidecarStatus status() {
        return chosen.status();
    }

    @Override
    public Seen seen() {
        return chosen.seen();
    }

    @Override
    public void lookAround() {
        own.lookAround();
    }

    @Override
    public void then(Runnable task) {
        other.then(() -> {});
        own.then(task);
    }

    @Override
    public void begin() {
        other.begin();
        own.begin();
    }

    @Override
    public void tell(Input input) {
        if (input instanceof Input.StartAsked || input instanceof Input.RestartAsked) {
            decide(input);
            return;
        }
        if (input instanceof Input.StopAsked || input instanceof Input.KillAsked) {
            synchronized (this) {
                decision++;
            }
            other.tell(input);
        }
        own.tell(input);
    }

    /** Our own process has the port for as long as it runs, so there is nothing to decide then. */
    private void decide(Input input) {
        long mine;
        synchronized (this) {
            mine = ++decision;
        }
        if (own.status().pid().isPresent()) {
            own.tell(input);
            return;
        }
        Thread.ofVirtual()
                .name("proa-attach-" + spec().id())
                .start(() -> {
                    try {
                        choose(mine, isThere() ? other : own, input);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private synchronized void choose(long mine, Entry choice, Input input) {
        if (mine != decision) {
            return; // somebody has asked for something else meanwhile
        }
        if (!chosen.equals(choice)) {
            chosen.tell(new Input.StopAsked());
            chosen = choice;
        }
        choice.tell(input);
    }

    private boolean isThere() throws InterruptedException {
        try {
            return !ports.free(other.port())
                    && other.ask() instanceof IdentityChallenge.Outcome.Held;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void end() throws InterruptedException {
        other.end();
        own.end();
    }
}
