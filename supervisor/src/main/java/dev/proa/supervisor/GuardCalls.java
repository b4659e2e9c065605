package dev.proa.supervisor;

import dev.proa.core.Libc;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What a guard written in Java asks of the kernel: to be a subreaper, to bury, to make pipes. */
final class GuardCalls {
    static final int ECHILD = 10;
    private static final int EINTR = 4;

    /** Both ends of a pipe, closed at exec. */
    record Pipe(int read, int write) {}

    /**
     * A child that was buried.
     *
     * @param status as waitpid gives it
     */
    record Death(long pid, int status, long userMicros, long systemMicros, long maxRssKb) {
        boolean signalled() {
            return (status & 0x7f) != 0;
        }

        /** The signal or the exit code. */
        int value() {
            return signalled() ? status & 0x7f : (status >> 8) & 0xff;
        }

        boolean killed() {
            return signalled() && value() == ProcessSignals.KILL;
        }

        /** The frame that tells of it. */
        Frame exited(long id) {
            var frame =
                    Frame.of(Frame.EXITED)
                            .with(Frame.ID, id)
                            .with(Frame.HOW, signalled() ? 1 : 0)
                            .with(Frame.VALUE, value());
            wide(frame, UTIME_US, userMicros);
            wide(frame, STIME_US, systemMicros);
            wide(frame, MAXRSS_KB, maxRssKb);
            return frame;
        }
    }

    private static final int UTIME_US = 15;
    private static final int STIME_US = 16;
    private static final int MAXRSS_KB = 17;

    private static final int PR_SET_CHILD_SUBREAPER = 36;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x01000000;
    private static final int WALL = 0x40000000;
    private static final int O_CLOEXEC = 02000000;
    private static final int F_SETFD = 2;
    private static final int FD_CLOEXEC = 1;
    private static final short POLLIN = 1;
    private static final int SIGCHLD = 17;
    private static final int SIG_IGN = 1;

    /** HUP INT QUIT USR1 USR2 PIPE ALRM TERM TSTP TTIN TTOU: the application decides, not they. */
    private static final int[] IGNORED = {1, 2, 3, 10, 12, 13, 14, 15, 20, 21, 22};

    private static final Libc WAIT4 = Libc.function("wait4");
    private static final Libc WAITID = Libc.function("waitid");
    private static final Libc KILL = Libc.function("kill");
    private static final Libc POLL = Libc.function("poll");
    private static final Libc CLOSE = Libc.function("close");
    private static final Libc FCNTL = Libc.function("fcntl");
    private static final Libc SIGNAL = Libc.function("signal");
    private static final Libc GETPPID = Libc.function("getppid");
    private static final MemorySegment STATUS = Arena.global().allocate(8, 8);
    private static final MemorySegment USAGE = Arena.global().allocate(256, 8);

    private GuardCalls() {}

    /** Without a terminal, deaf to its signals, and the parent of everybody below who has none. */
    static void becomeGuard() {
        Libc.function("setsid").call();
        Libc.function("prctl").call(PR_SET_CHILD_SUBREAPER, 1);
        for (int signal : IGNORED) {
            SIGNAL.call(signal, SIG_IGN);
        }
        SIGNAL.call(SIGCHLD, 0);
    }

    static long parent() {
        return GETPPID.call();
    }

    /** Buries one dead child. To be called by one thread only. */
    static Optional<Death> bury() {
        int pid = wait(WNOHANG);
        return pid > 0 ? Optional.of(death(pid)) : Optional.empty();
    }

    private static int wait(int options) {
        int pid;
        do {
            pid = WAIT4.call(-1, STATUS.address(), options | WALL, USAGE.address());
        } while (pid == -EINTR);
        return pid;
    }

    private static Death death(int pid) {
        return new Death(
                pid,
                STATUS.get(ValueLayout.JAVA_INT, 0),
                micros(0),
                micros(16),
                USAGE.get(ValueLayout.JAVA_LONG, 32));
    }

    private static long micros(long offset) {
        return USAGE.get(ValueLayout.JAVA_LONG, offset) * 1_000_000
                + USAGE.get(ValueLayout.JAVA_LONG, offset + 8);
    }

    /** Waits until a child is dead, without burying it; false if there is no child at all. */
    static boolean awaitDeath() {
        try (var arena = Arena.ofConfined()) {
            var info = arena.allocate(256, 8).address();
            int result;
            do {
                result = WAITID.call(0, 0, info, WEXITED | WNOWAIT | WALL);
            } while (result == -EINTR);
            return result != -ECHILD;
        }
    }

    /** Whether there is no child, dead or alive: the kernel's word that nobody is left. */
    static boolean childless() {
        try (var arena = Arena.ofConfined()) {
            var info = arena.allocate(256, 8).address();
            return WAITID.call(0, 0, info, WEXITED | WNOWAIT | WALL | WNOHANG) == -ECHILD;
        }
    }

    /** By number: only for children that this process has not buried. */
    static void signalChild(long pid, int signal) {
        KILL.call(pid, signal);
    }

    /**
     * Waits until one of the descriptors is readable, which a pidfd is when its process is dead.
     */
    static void awaitReadable(int... descriptors) {
        try (var arena = Arena.ofConfined()) {
            var list = arena.allocate(8L * descriptors.length, 8);
            int ready;
            do {
                for (int i = 0; i < descriptors.length; i++) {
                    list.set(ValueLayout.JAVA_INT, 8L * i, descriptors[i]);
                    list.set(ValueLayout.JAVA_SHORT, 8L * i + 4, POLLIN);
                }
                ready = POLL.call(list.address(), descriptors.length, -1);
            } while (ready == -EINTR);
        }
    }

    static Pipe pipe() throws IOException {
        try (var arena = Arena.ofConfined()) {
            var ends = arena.allocate(8, 4);
            int result = Libc.function("pipe2").call(ends.address(), O_CLOEXEC);
            if (result < 0) {
                throw new IOException("no pipe: error " + -result);
            }
            return new Pipe(ends.get(ValueLayout.JAVA_INT, 0), ends.get(ValueLayout.JAVA_INT, 4));
        }
    }

    static void close(int descriptor) {
        CLOSE.call(descriptor);
    }

    /** What Java opened is not meant for children, and Java does not say so to the kernel. */
    static void keepDescriptorsFromChildren() {
        var names = new File("/proc/self/fd").list();
        for (var name : names == null ? new String[0] : names) {
            int descriptor = Integer.parseInt(name);
            if (descriptor > 2) {
                FCNTL.call(descriptor, F_SETFD, FD_CLOEXEC);
            }
        }
    }

    /** Which rights files that are made from now on do not get. */
    static void umask(int rights) {
        Libc.function("umask").call(rights);
    }

    /** Enters a folder; 0 or the errno. */
    static int enter(byte[] folder) {
        try (var arena = Arena.ofConfined()) {
            return -Libc.function("chdir").call(Libc.string(arena, folder));
        }
    }

    private static void wide(Frame frame, int tag, long number) {
        frame.fields()
                .add(new Frame.Field(tag, ByteBuffer.allocate(Long.BYTES).putLong(number).array()));
    }
}
