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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** The parts of a sidecar in the words of a plan. */
final class PlanWords {
    private static final String STARTED = "started";

    private static final String DONE = "exits with 0";

    /** What {@code ready} says where nothing is asked, and no time is given for it. */
    static final Set<String> CHECKLESS = Set.of(STARTED, DONE);

    private PlanWords() {}

    static String destination(Destination to) {
        return switch (to) {
            case Destination.Sidecar(var id) -> id;
            case Destination.Remote _ -> RouteReader.REMOTE;
        };
    }

    static String remote(RemoteSpec remote) {
        return "%s, probe %s every %s within %s, offline after %d%s%s"
                .formatted(
                        remote.base(),
                        remote.probe(),
                        Durations.text(remote.every()),
                        Durations.text(remote.timeout()),
                        remote.failures(),
                        remote.token().isPresent() ? ", token ***" : "",
                        remote.ca().map(ca -> ", ca " + ca).orElse(""));
    }

    /** What a route does beside leading somewhere, by the manifest's keys. */
    static Map<String, String> rules(RouteRules rules) {
        Map<String, String> words = new LinkedHashMap<>();
        rules.rewrite().ifPresent(r -> words.put("rewrite", rewrite(r)));
        headers("request_headers", rules.request(), words);
        headers("response_headers", rules.response(), words);
        rules.maxBody().ifPresent(bytes -> words.put("max_body", Sizes.text(bytes)));
        rules.timeout().ifPresent(d -> words.put("timeout", Durations.text(d)));
        rules.hold().ifPresent(d -> words.put("hold", Durations.text(d)));
        rules.queryToken().ifPresent(name -> words.put("compat", "query_token " + name));
        return words;
    }

    private static String rewrite(PathRewrite rewrite) {
        return (rewrite.strip().isEmpty() ? "" : "strip " + rewrite.strip())
                + (rewrite.strip().isEmpty() || rewrite.prepend().isEmpty() ? "" : ", ")
                + (rewrite.prepend().isEmpty() ? "" : "prepend " + rewrite.prepend());
    }

    /** Names only: values may hold secrets, and the origins have those that do not. */
    private static void headers(String key, HeaderRules headers, Map<String, String> words) {
        var text = new java.util.ArrayList<String>();
        headers.put().keySet().forEach(name -> text.add("set " + name));
        headers.remove().forEach(name -> text.add("remove " + name));
        if (!text.isEmpty()) {
            words.put(key, String.join(", ", text));
        }
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

    /** A task without a check is there for others when its work is done. */
    static String ready(SidecarSpec s, Function<List<Template>, String> words) {
        boolean task = s.kind() == Kind.TASK && s.ready().check() instanceof Check.Started;
        return task ? DONE : ready(s.ready().check(), words);
    }

    private static String ready(Check check, Function<List<Template>, String> words) {
        return switch (check) {
            case Check.Started _ -> STARTED;
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
