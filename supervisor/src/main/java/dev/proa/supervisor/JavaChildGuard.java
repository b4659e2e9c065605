package dev.proa.supervisor;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The guard of one sidecar: starts it, stops it, and leaves only when nobody is left. */
final class JavaChildGuard extends JavaGuard {
    /** The write end of the sidecar's output, given by the root guard. */
    static final int OUTPUT = 3;

    private static final int TERM = 15;

    private final long application;
    private final long root;
    private final OutputStream reports = reports();
    private final GuardFamily family = new GuardFamily(time, Set::of, this::buried);
    private long id;
    private long main;
    private Optional<GuardCalls.Death> mainDeath = Optional.empty();
    private boolean exitTold;
    private boolean stopping;
    private boolean othersTold;
    private boolean orphaned; // nobody listens any more
    private boolean sweptMain;
    private long survivors;
    private Instant deadline = Instant.MAX;

    JavaChildGuard(long application, long root) {
        this.application = application;
        this.root = root;
    }

    void run() throws IOException, InterruptedException {
        GuardCalls.becomeGuard();
        int rootDescriptor = ProcessSignals.open(root);
        int applicationDescriptor = ProcessSignals.open(application);
        if (rootDescriptor < 0 || applicationDescriptor < 0 || GuardCalls.parent() != root) {
            leave(UNAVAILABLE, "");
        }
        var orders = orders();
        GuardOrder.read(orders).ifPresentOrElse(this::spawn, () -> leave(0, ""));
        hearOrders(orders);
        watch(rootDescriptor, applicationDescriptor);
        watchChildren();
        loop();
    }

    private void spawn(GuardOrder order) {
        id = order.id();
        int error = order.folder().map(GuardCalls::enter).orElse(0);
        if (error != 0) {
            refuse(StartFailure.Stage.CHDIR, error);
        }
        order.umask().ifPresent(GuardCalls::umask);
        var out = Map.of(1, OUTPUT, 2, OUTPUT);
        switch (GuardSpawn.start(order.words(), order.environment(), out)) {
            case GuardSpawn.Result.Started(long pid) -> {
                main = pid;
                say(Frame.of(Frame.STARTED).with(Frame.ID, id).with(Frame.PID, pid));
            }
            case GuardSpawn.Result.Failed(int errno) -> refuse(StartFailure.Stage.EXEC, errno);
        }
        // Only the sidecar's tree may hold this, so that its end of file means: nobody is left.
        GuardCalls.close(OUTPUT);
        GuardCalls.enter(new byte[] {'/'});
    }

    private void refuse(StartFailure.Stage stage, int errno) {
        say(refused(id, stage, errno));
        leave(0, "");
    }

    private void say(Frame report) {
        if (orphaned) {
            return;
        }
        try {
            reports.write(report.bytes());
            reports.flush();
        } catch (IOException e) {
            orphaned = true;
        }
    }

    private void buried(GuardCalls.Death death) {
        if (death.pid() == main && mainDeath.isEmpty()) {
            mainDeath = Optional.of(death);
        } else if (family.sweeping() && !sweptMain && death.killed()) {
            survivors++;
        }
    }

    @Override
    void obey(GuardOrder order) {
        if (order.type() == Frame.KILL) {
            beginSweep();
        } else if (order.type() == Frame.STOP) {
            var end = time.instant().plusMillis(order.graceMillis());
            deadline = stopping && deadline.isBefore(end) ? deadline : end;
            stopping = true;
            if (mainDeath.isEmpty()) {
                // A stopped process has to run to obey.
                GuardCalls.signalChild(main, order.signalOrTerm());
                GuardCalls.signalChild(main, ProcessSignals.CONTINUE);
            }
        }
    }

    @Override
    void doom(int code, String why) {
        orphaned = true;
        beginSweep();
    }

    private void beginSweep() {
        if (!family.sweeping()) {
            // Who dies together with a main process that had to be killed was not left behind.
            sweptMain = mainDeath.isEmpty();
            family.beginSweep();
        }
    }

    @Override
    boolean decide() {
        boolean nobody = family.reap();
        if (mainDeath.isPresent() && !exitTold) {
            exitTold = true;
            say(mainDeath.get().exited(id));
        }
        if (nobody) {
            say(Frame.of(Frame.EMPTY).with(Frame.ID, id).with(Frame.SURVIVORS, survivors));
            leave(0, "");
        }
        boolean late = stopping && !time.instant().isBefore(deadline);
        if (late || (mainDeath.isPresent() && !stopping)) {
            beginSweep();
        } else if (mainDeath.isPresent() && !othersTold && !family.sweeping()) {
            othersTold = true;
            family.signalAll(TERM);
            family.signalAll(ProcessSignals.CONTINUE);
        }
        family.sweep();
        report(family.reportDue());
        return false;
    }

    private void report(List<Long> stubborn) {
        if (!stubborn.isEmpty()) {
            var report = Frame.of(Frame.NOT_EMPTY).with(Frame.ID, id);
            stubborn.stream().limit(64).forEach(pid -> report.with(Frame.PID, pid));
            say(report);
        }
    }

    @Override
    Instant wakeAt() {
        if (family.sweeping()) {
            return family.next();
        }
        return stopping ? deadline : time.instant().plus(Duration.ofMinutes(1));
    }
}
