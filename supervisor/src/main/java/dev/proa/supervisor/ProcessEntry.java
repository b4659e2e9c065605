package dev.proa.supervisor;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A process as {@code /proc/PID/stat} shows it at one moment.
 *
 * @param state one letter of the kernel, such as {@code T} for stopped and {@code Z} for dead
 * @param threads how many of its threads are left
 */
record ProcessEntry(ProcessKey key, long parent, long session, char state, long threads) {
    private static final int LONGEST = 4096;

    /** The process of that number, if there is one and it may be seen. */
    static Optional<ProcessEntry> of(long pid) {
        try (var file = new FileInputStream("/proc/" + pid + "/stat")) {
            var bytes = new byte[LONGEST];
            int length = Math.max(0, file.read(bytes));
            return parse(pid, new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty(); // gone, or hidden
        }
    }

    /** The name in brackets may hold anything, also blanks and brackets: fields begin behind it. */
    static Optional<ProcessEntry> parse(long pid, String stat) {
        int bracket = stat.lastIndexOf(')');
        if (bracket < 0) {
            return Optional.empty();
        }
        var fields = stat.substring(bracket + 1).trim().split(" ", 22);
        if (fields.length < 20) {
            return Optional.empty();
        }
        return Optional.of(
                new ProcessEntry(
                        new ProcessKey(pid, Long.parseLong(fields[19])),
                        Long.parseLong(fields[1]),
                        Long.parseLong(fields[3]),
                        fields[0].charAt(0),
                        Long.parseLong(fields[17])));
    }

    long pid() {
        return key.pid();
    }

    /** Whether nothing of it runs any more; a dead leader with other threads is not dead. */
    boolean dead() {
        return state == 'X' || (state == 'Z' && threads <= 1);
    }

    /**
     * Whether it runs no step until it is woken; D waits in the kernel, so it is no use waiting.
     */
    boolean still() {
        return dead() || "TtZD".indexOf(state) >= 0;
    }
}
