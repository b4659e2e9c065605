package dev.proa.profile;

import dev.proa.profile.SidecarSpec.Confinement;
import dev.proa.profile.SidecarSpec.Isolation;
import dev.proa.profile.SidecarSpec.Logs;
import dev.proa.profile.SidecarSpec.SlowDisk;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads what a sidecar may do and use: isolation, umask, nice, limits, logs. */
final class ConfinementReader {
    static final Keys LIMITS = Keys.of("limits", "memory", "pids");
    static final Keys LOGS = Keys.of("logs", "max_file", "keep", "max_age", "on_slow_disk");
    private static final Map<String, Isolation> ISOLATIONS = Words.of(Isolation.values());
    private static final Map<String, SlowDisk> SLOW_DISK = Words.of(SlowDisk.values());
    private static final Pattern UMASK = Pattern.compile("0?[0-7]{3}");
    private static final long MIB = 1024L * 1024;

    private final Reading reading;

    ConfinementReader(Reading reading) {
        this.reading = reading;
    }

    Confinement read(Section sidecar) {
        var limits = sidecar.part("limits", LIMITS);
        var memory =
                limits.node("memory").flatMap(n -> Sizes.read(reading, n, MIB, 1024L * 1024 * MIB));
        var pids = limits.node("pids").flatMap(n -> reading.integer(n, 1, 4_194_304));
        return new Confinement(
                sidecar.read("isolation", Isolation.NONE, n -> reading.choice(n, ISOLATIONS)),
                number(sidecar.node("umask").flatMap(this::umask)),
                number(sidecar.node("nice").flatMap(n -> reading.integer(n, -20, 19))),
                memory.map(OptionalLong::of).orElse(OptionalLong.empty()),
                number(pids));
    }

    private static OptionalInt number(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /** Octal digits as a text, because a YAML number with a leading zero is read in many ways. */
    private Optional<Integer> umask(Node node) {
        return reading.matching(node, UMASK, "a umask of three octal digits in quotes", "\"027\"")
                .map(text -> Integer.parseInt(text, 8));
    }

    Logs logs(Section sidecar) {
        var section = sidecar.part("logs", LOGS);
        var usual = Logs.DEFAULT;
        return new Logs(
                section.read(
                        "max_file",
                        usual.maxFile(),
                        n -> Sizes.read(reading, n, 4096, 65_536 * MIB)),
                section.read("keep", usual.keep(), n -> reading.integer(n, 0, 1000)),
                section.node("max_age")
                        .flatMap(n ->
                                reading.duration(n, Duration.ofSeconds(1), Duration.ofDays(3650))),
                section.read(
                        "on_slow_disk", usual.onSlowDisk(), n -> reading.choice(n, SLOW_DISK)));
    }
}
