package dev.proa.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of a process (proc(5)). */
final class ProcessFacts {
    private static final double TICKS_PER_SECOND = 100; // sysconf(_SC_CLK_TCK) on Linux
    private static final double KIB_PER_MIB = 1024;

    /** Resident and proportional memory in MiB. */
    record Memory(double rss, double pss) {}

    private ProcessFacts() {}

    static Memory memory(long pid) throws IOException {
        var rollup = Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"));
        return new Memory(mebibytes(rollup, "Rss:"), mebibytes(rollup, "Pss:"));
    }

    private static double mebibytes(Iterable<String> lines, String field) throws IOException {
        for (var line : lines) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.strip().split("\\s+", -1)[1]) / KIB_PER_MIB;
            }
        }
        throw new IOException("no " + field + " in smaps_rollup");
    }

    /** Seconds on a core so far, in user and kernel mode. */
    static double cpuSeconds(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // The name, in parentheses, may hold anything; what follows is numbers.
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    static double ownCpuSeconds() throws IOException {
        return cpuSeconds(ProcessHandle.current().pid());
    }
}
