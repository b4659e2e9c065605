package dev.proa.supervisor;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Signals a process through a pidfd: the process is opened, then seen to be below its guard, and
 * only then signalled. Should its number change hands in between, the signal goes to the dead one.
 * Linux 5.3 or newer.
 */
@SuppressWarnings("restricted") // calls of the C library, which the JDK has no door for
final class PosixSignals implements SignalSender {
    private static final int DEPTH = 64;

    // The same numbers on every architecture that has them.
    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final long PIDFD_OPEN = 434;

    private static final MethodHandle SYSCALL = function("syscall", 5);
    private static final MethodHandle CLOSE = function("close", 1);

    @Override
    public boolean send(Run run, int signal) {
        int descriptor = call(SYSCALL, PIDFD_OPEN, run.pid(), 0L, 0L, 0L);
        if (descriptor < 0) {
            return false;
        }
        try {
            return below(run.guard(), run.pid())
                    && call(SYSCALL, PIDFD_SEND_SIGNAL, (long) descriptor, (long) signal, 0L, 0L)
                            == 0;
        } finally {
            call(CLOSE, (long) descriptor);
        }
    }

    private static boolean below(long guard, long pid) {
        var above = parent(pid);
        for (int i = 0; i < DEPTH && above.isPresent(); i++) {
            if (above.getAsLong() == guard) {
                return true;
            }
            above = parent(above.getAsLong());
        }
        return false;
    }

    private static OptionalLong parent(long pid) {
        try {
            var stat =
                    Files.readString(
                            Path.of("/proc", Long.toString(pid), "stat"),
                            java.nio.charset.StandardCharsets.ISO_8859_1);
            // The name in brackets may hold anything; behind it: state, parent.
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 3);
            return OptionalLong.of(Long.parseLong(fields[1]));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static MethodHandle function(String name, int words) {
        var linker = Linker.nativeLinker();
        var shape = new ValueLayout[words];
        java.util.Arrays.fill(shape, ValueLayout.JAVA_LONG);
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, shape));
    }

    private static int call(MethodHandle function, Object... words) {
        try {
            return (int) function.invokeWithArguments(words);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library threw", e);
        }
    }
}
