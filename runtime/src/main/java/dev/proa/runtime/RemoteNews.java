package dev.proa.runtime;

import dev.proa.gateway.Gateway;
import dev.proa.gateway.RemoteState;
import dev.proa.journal.RuntimeEvent;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells journal, status and pages how it stands with the backend elsewhere. */
final class RemoteNews {
    private final Stages.Context run;
    private final RunStatus status;
    private final Supplier<Gateway> gateway;
    private String before = "stopped"; // guarded by this

    RemoteNews(Stages.Context run, RunStatus status, Supplier<Gateway> gateway) {
        this.run = run;
        this.status = status;
        this.gateway = gateway;
    }

    /** The mode in force has none any more. */
    synchronized void stopped() {
        before = "stopped";
        gateway.get().channel().status(RemoteBackend.NAME, before, 0, Optional.empty());
    }

    /** What its last probe found: pages hear of each attempt, the journal of changes. */
    synchronized void tell(RemoteBackend remote) {
        var now = remote.word();
        boolean same = now.equals(before);
        if (same && !remote.offline()) {
            return;
        }
        gateway.get().channel().status(RemoteBackend.NAME, now, remote.attempt(), remote.nextAt());
        if (!same) {
            var reason = remote.state() instanceof RemoteState.Offline away ? away.reason() : "";
            run.journal()
                    .record(
                            new RuntimeEvent.RemoteChanged(
                                    remote.base().toString(), before, now, reason));
            run.setting().listener().remote(remote.toString(), now, reason);
            remote.problem().ifPresent(problem -> status.error(problem.toString()));
            before = now;
        }
    }
}
