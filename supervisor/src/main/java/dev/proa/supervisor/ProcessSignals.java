package dev.proa.supervisor;

import dev.proa.core.Libc;
import java.util.Optional;

/**
 * Signals that reach the process they are meant for, or nobody: the process is opened by pidfd, is
 * then seen to have the start time that it should have, and only then signalled through the pidfd.
 * If its number changes hands in between, the signal goes to the dead one. Linux 5.3 or newer.
 */
final class ProcessSignals {
    private static final int DEPTH = 64;
    static final int KILL = 9;
    static final int CONTINUE = 18;
    static final int STOP = 19;

    // The same numbers on every architecture that has them.
    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final long PIDFD_OPEN = 434;

    private static final Libc SYSTEM_CALL = Libc.function("syscall");
    private static final Libc CLOSE = Libc.function("close");

    private ProcessSignals() {}

    /** A descriptor of the process that has this number now; minus errno if there is none. */
    static int open(long pid) {
        return SYSTEM_CALL.call(PIDFD_OPEN, pid);
    }

    static void close(int descriptor) {
        CLOSE.call(descriptor);
    }

    /** Whether the signal was sent; false if the process is gone, is another, or is not ours. */
    static boolean send(ProcessKey process, int signal) {
        int descriptor = open(process.pid());
        if (descriptor < 0) {
            return false;
        }
        try {
            return ProcessEntry.of(process.pid())
                            .filter(now -> now.key().equals(process))
                            .isPresent()
                    && SYSTEM_CALL.call(PIDFD_SEND_SIGNAL, descriptor, signal) == 0;
        } finally {
            close(descriptor);
        }
    }

    /** Signals the main process of a run, if it still is a process below the run's guard. */
    static boolean send(Run run, int signal) {
        return ProcessEntry.of(run.pid())
                .filter(process -> below(run.guard(), process))
                .map(process -> send(process.key(), signal))
                .orElse(false);
    }

    private static boolean below(long guard, ProcessEntry process) {
        var above = Optional.of(process);
        for (int i = 0; i < DEPTH && above.isPresent(); i++) {
            if (above.get().parent() == guard) {
                return true;
            }
            above = ProcessEntry.of(above.get().parent());
        }
        return false;
    }
}
