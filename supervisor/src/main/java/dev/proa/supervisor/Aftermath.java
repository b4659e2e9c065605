package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.journal.RuntimeEvent;
import dev.proa.profile.SidecarSpec;
import java.util.List;
import java.util.Optional;

/** What is known of the last end of one sidecar. Used by its owner thread alone. */
final class Aftermath {
    private static final int JOURNAL_TAIL = 20;

    private final SidecarSpec spec;
    private final SupervisorSetup setup;
    private final Launcher launcher;
    private Optional<LastExit> lastExit = Optional.empty();
    private Optional<String> portHolder = Optional.empty();
    private int leftBehind;

    Aftermath(SidecarSpec spec, SupervisorSetup setup, Launcher launcher) {
        this.spec = spec;
        this.setup = setup;
        this.launcher = launcher;
    }

    Optional<LastExit> lastExit() {
        return lastExit;
    }

    /** Who else has its port; known in safe mode only. */
    Optional<String> portHolder() {
        return portHolder;
    }

    /** How many processes were left behind by the last main process. */
    int leftBehind() {
        return leftBehind;
    }

    /** A new process has begun. */
    void begun() {
        leftBehind = 0;
        portHolder = Optional.empty();
    }

    /** These of its processes cannot be killed. */
    void stuck(List<Long> pids) {
        leftBehind = pids.size();
        setup.journal().record(new RuntimeEvent.SidecarNotEmpty(spec.id(), pids));
    }

    /** The tree is empty; {@code survivors} had to be killed. */
    void emptied(int survivors) {
        leftBehind = survivors;
    }

    /** The restart rules gave it up; a person will want to know who has its port. */
    void givenUp() {
        portHolder = launcher.portHolder(spec);
    }

    /** A main process that was running has ended, and its tree is empty. */
    void note(long pid, Exit exit, List<String> tail) {
        lastExit =
                Optional.of(new LastExit(exit.code(), exit.signal(), setup.time().instant(), tail));
        var shown = tail.subList(Math.max(0, tail.size() - JOURNAL_TAIL), tail.size());
        setup.journal()
                .record(
                        new RuntimeEvent.SidecarExited(
                                spec.id(), pid, exit.code(), exit.signal(), shown));
        if (leftBehind > 0) {
            setup.journal().record(new RuntimeEvent.SidecarLeaked(spec.id(), leftBehind));
        }
    }

    /**
     * Who has its port now, in plain words; empty when nobody else has. Looked at only when it may
     * explain the end: reading the tables of the kernel takes its time.
     */
    String portTakenBy(SidecarState.Clearing end, List<String> tail) {
        if (!(end.after() instanceof After.Judge judge)) {
            return "";
        }
        var conflict = spec.restart().portConflictCodes();
        if (end.exit().code().stream().anyMatch(conflict::contains)) {
            var holder = launcher.portHolder(spec).orElse("");
            launcher.forgetPort(spec);
            return holder;
        }
        return judge.readyFor().isZero() ? chosenPortTakenBy(tail) : "";
    }

    private String chosenPortTakenBy(List<String> tail) {
        var port = launcher.port(spec).map(LoopbackPort::toString).orElse("?");
        var holder = launcher.portTakenBy(spec, tail);
        holder.ifPresent(who ->
                setup.journal()
                        .record(
                                new RuntimeEvent.ProblemFound(
                                        new Problem(
                                                StatusLine.place(spec),
                                                "its port %s was taken by %s, so it gets another one"
                                                        .formatted(port, who),
                                                "Do nothing, unless this happens again and again"))));
        return holder.orElse("");
    }
}
