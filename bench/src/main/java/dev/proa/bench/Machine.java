package dev.proa.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What was measured on. */
final class Machine {
    private Machine() {}

    /** The facts of the machine. */
    record Facts(int cores, String processor, long memoryMib, String kernel, String jdk) {}

    static Facts facts() throws IOException {
        return new Facts(
                Runtime.getRuntime().availableProcessors(),
                field("/proc/cpuinfo", "model name"),
                Long.parseLong(field("/proc/meminfo", "MemTotal").split(" ", -1)[0]) / 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vendor.version", System.getProperty("java.version")));
    }

    private static String field(String file, String name) throws IOException {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("0");
        }
    }

    /** The load averages of 1, 5 and 15 minutes. */
    static String load() throws IOException {
        var fields = Files.readString(Path.of("/proc/loadavg")).split(" ", -1);
        return String.join(" ", fields[0], fields[1], fields[2]);
    }

    /** What git says in a checkout; empty where there is no git. */
    static String git(Path checkout, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("git", "-C", checkout.toString()));
        command.addAll(List.of(arguments));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? out.strip() : "";
        } catch (IOException e) {
            return ""; // no git: the result says nothing of a commit
        }
    }
}
