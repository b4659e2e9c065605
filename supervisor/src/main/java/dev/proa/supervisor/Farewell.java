package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks one process to go: by the request of the manifest if it has one, at half of the grace by the
 * signal, and at its end the guard kills. Used by the sidecar's owner thread alone; the request
 * itself is made beside it.
 */
final class Farewell {
    private final SidecarSpec spec;

    /** The request of the manifest. */
    interface Call {
        /** Why it was not accepted, after at most half of the grace; empty when it was. */
        Optional<String> refusal(Run run) throws InterruptedException;
    }

    private final Call call;
    private final InstantSource time;
    private GuardClient.@Nullable Handle handle; // of the process that was asked by request
    private Instant signalAt = Instant.MAX;
    private Instant killAt = Instant.MAX;

    Farewell(SidecarSpec spec, Call call, InstantSource time) {
        this.spec = spec;
        this.call = call;
        this.time = time;
    }

    /**
     * Begins.
     *
     * @param refused called on another thread when the request was not taken
     */
    void begin(GuardClient.Handle process, Run run, Runnable refused) {
        var grace = spec.stop().grace();
        if (spec.stop().http().isEmpty()) {
            process.stop(Launcher.signal(spec.stop().signal()), grace);
            return;
        }
        var now = time.instant();
        handle = process;
        signalAt = now.plus(grace.dividedBy(2));
        killAt = now.plus(grace);
        Thread.ofVirtual()
                .name("proa-stop-" + spec.id())
                .start(() -> {
                    if (!accepted(run)) {
                        refused.run();
                    }
                });
    }

    private boolean accepted(Run run) {
        try {
            return call.refusal(run).isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** When the signal is due. */
    Optional<Instant> wakeAt() {
        return handle == null ? Optional.empty() : Optional.of(signalAt);
    }

    /** The request was not taken, so the signal follows at once. */
    void refused(GuardClient.Handle process) {
        if (process.equals(handle)) {
            signal();
        }
    }

    /** Sends the signal if it is due. */
    void perhaps() {
        if (handle != null && !time.instant().isBefore(signalAt)) {
            signal();
        }
    }

    private void signal() {
        var process = handle;
        if (process != null) {
            var left = Duration.between(time.instant(), killAt);
            process.stop(
                    Launcher.signal(spec.stop().signal()),
                    left.isNegative() ? Duration.ZERO : left);
        }
        over();
    }

    /** It is gone, or was killed. */
    void over() {
        handle = null;
    }
}
