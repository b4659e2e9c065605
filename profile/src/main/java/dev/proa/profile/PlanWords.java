package dev.proa.profile;

import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.SidecarSpec.Confinement;
import dev.proa.profile.SidecarSpec.Dump;
import dev.proa.profile.SidecarSpec.Isolation;
import dev.proa.profile.SidecarSpec.Kind;
import dev.proa.profile.SidecarSpec.Logs;
import dev.proa.profile.SidecarSpec.Need;
import dev.proa.profile.SidecarSpec.Port;
import dev.proa.profile.SidecarSpec.Restart;
import dev.proa.profile.SidecarSpec.Stop;
import dev.proa.profile.SidecarSpec.Strategy;
import dev.proa.profile.SidecarSpec.Taken;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** The parts of a sidecar in the words of a plan. */
final class PlanWords {
    private PlanWords() {}

    static String destination(Destination to) {
        return switch (to) {
            case Destination.Sidecar(var id) -> id;
            case Destination.Remote _ -> RouteReader.REMOTE;
        };
    }

    static String need(Need need) {
        return switch (need) {
            case Need.Started _ -> "started";
            case Need.Ready _ -> "ready";
            case Need.Healthy _ -> "healthy";
            case Need.Completed _ -> "completed";
            case Need.CompletedSuccessfully _ -> "completed_successfully";
            case Need.Log(var pattern) -> "log " + pattern;
        };
    }

    static String port(Port port) {
        return switch (port) {
            case Port.None _ -> "none";
            case Port.Announce(var line) -> "announce" + line.map(l -> " by line " + l).orElse("");
            case Port.Inherit(var preferred) -> "inherit" + preferred(preferred);
            case Port.Assigned(var preferred) -> "assigned" + preferred(preferred);
            case Port.Fixed(var number, Taken taken) ->
                    "fixed " + number + (taken == Taken.FAIL ? "" : ", if taken " + lower(taken));
        };
    }

    private static String preferred(OptionalInt preferred) {
        return preferred.isPresent() ? " (preferred " + preferred.getAsInt() + ")" : "";
    }

    static String ready(Check check, Function<List<Template>, String> words) {
        return switch (check) {
            case Check.Started _ -> "started";
            case Check.Tcp _ -> "tcp";
            case Check.Http(String path, int status, var json) ->
                    "http "
                            + path
                            + " "
                            + status
                            + (json.isEmpty() ? "" : " " + new TreeMap<>(json));
            case Check.Log(var pattern) -> "log " + pattern;
            case Check.Exec(var command) -> "exec " + words.apply(command);
            case Check.Announce _ -> "announce";
        };
    }

    static String restart(Restart restart) {
        var text =
                "%s, %d in %s"
                        .formatted(
                                lower(restart.policy()),
                                restart.max(),
                                Durations.text(restart.within()));
        if (restart.strategy() != Strategy.ONE_FOR_ONE) {
            text += ", " + lower(restart.strategy());
        }
        if (!restart.fatalExitCodes().isEmpty()) {
            text += ", fatal exit codes " + new TreeSet<>(restart.fatalExitCodes());
        }
        return restart.portConflictCodes().isEmpty()
                ? text
                : text + ", port conflict codes " + new TreeSet<>(restart.portConflictCodes());
    }

    static String stop(Stop stop) {
        return stop.http().map(http -> http.method() + " " + http.path() + ", ").orElse("")
                + stop.signal()
                + ", "
                + Durations.text(stop.grace());
    }

    /** What a plan says only when it is not the default, by key of the manifest. */
    static Map<String, String> rest(SidecarSpec s, Function<List<Template>, String> words) {
        Map<String, String> rest = new LinkedHashMap<>();
        if (s.kind() == Kind.TASK) {
            rest.put("kind", "task");
        }
        s.live()
                .ifPresent(live ->
                        rest.put(
                                "live",
                                "%s, every %s, %d failures"
                                        .formatted(
                                                ready(live.check(), words),
                                                Durations.text(live.every()),
                                                live.failures())));
        s.dump().ifPresent(dump -> rest.put("dump", dump(dump, words)));
        if (!s.logs().equals(Logs.DEFAULT)) {
            rest.put("logs", logs(s.logs()));
        }
        confinement(s.confinement(), rest);
        s.attach()
                .ifPresent(attach ->
                        rest.put(
                                "attach",
                                attach.url()
                                        + attach.identity()
                                        + " "
                                        + new TreeMap<>(attach.expect())));
        s.watch()
                .ifPresent(watch ->
                        rest.put(
                                "watch",
                                String.join(" ", watch.paths())
                                        + ", "
                                        + Durations.text(watch.debounce())));
        return rest;
    }

    private static String dump(Dump dump, Function<List<Template>, String> words) {
        var within = ", " + Durations.text(dump.timeout());
        return switch (dump) {
            case Dump.Signal(var signal, _) -> "signal " + signal + within;
            case Dump.Exec(var command, _) -> "exec " + words.apply(command) + within;
        };
    }

    private static String logs(Logs logs) {
        return "%s, keep %d%s, %s"
                .formatted(
                        Sizes.text(logs.maxFile()),
                        logs.keep(),
                        logs.maxAge().map(age -> ", " + Durations.text(age)).orElse(""),
                        lower(logs.onSlowDisk()));
    }

    private static void confinement(Confinement c, Map<String, String> rest) {
        if (c.isolation() != Isolation.NONE) {
            rest.put("isolation", lower(c.isolation()));
        }
        c.umask().ifPresent(umask -> rest.put("umask", "%03o".formatted(umask)));
        c.nice().ifPresent(nice -> rest.put("nice", Integer.toString(nice)));
        var limits = new TreeMap<String, String>();
        c.memory().ifPresent(bytes -> limits.put("memory", Sizes.text(bytes)));
        c.pids().ifPresent(pids -> limits.put("pids", Integer.toString(pids)));
        if (!limits.isEmpty()) {
            rest.put("limits", limits.toString().replaceAll("[{}]", ""));
        }
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
