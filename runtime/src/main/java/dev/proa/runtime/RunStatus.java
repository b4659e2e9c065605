package dev.proa.runtime;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.core.Redaction;
import dev.proa.profile.Profile;
import dev.proa.supervisor.SidecarPhase;
import dev.proa.supervisor.SidecarStatus;
import dev.proa.supervisor.Tier;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the run is and how it is, as the control surface tells it. Safe to use from any thread. */
final class RunStatus {
    /** What does not change during a run. */
    record Facts(
            String instance, String version, String build, Path dataFolder, Instant startedAt) {}

    /** What is learnt while it starts. */
    record Ports(Optional<LoopbackPort> gateway, Optional<LoopbackPort> ingest) {}

    private final Facts facts;
    private final Supplier<ModeInForce> mode;
    private final Supplier<List<SidecarStatus>> sidecars;
    private final Redaction redaction;
    private final Supplier<ObjectNode> transport;
    private final Supplier<Tier> tier;
    private final Supplier<JsonNode> switching;
    private final List<Problem> problems = new ArrayList<>(); // guarded by this
    private volatile Ports ports = new Ports(Optional.empty(), Optional.empty());
    private volatile boolean backendStarted;
    private volatile boolean stopping;
    private volatile Optional<Instant> readyAt = Optional.empty();
    private volatile Optional<String> lastError = Optional.empty();

    RunStatus(
            Facts facts,
            Supplier<ModeInForce> mode,
            Supplier<List<SidecarStatus>> sidecars,
            Redaction redaction,
            Supplier<ObjectNode> transport,
            Supplier<Tier> tier,
            Supplier<JsonNode> switching) {
        this.facts = facts;
        this.mode = mode;
        this.sidecars = sidecars;
        this.redaction = redaction;
        this.transport = transport;
        this.tier = tier;
        this.switching = switching;
    }

    void listening(Ports found) {
        ports = found;
    }

    void backendStarted() {
        backendStarted = true;
    }

    void stopping() {
        stopping = true;
    }

    synchronized void problem(Problem problem) {
        lastError = Optional.of(problem.toString());
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }

    /** Something failed that is told elsewhere as long as it lasts. */
    void error(String what) {
        lastError = Optional.of(what);
    }

    boolean knows(String sidecar) {
        return sidecars.get().stream().anyMatch(each -> each.id().equals(sidecar));
    }

    /**
     * Whether every sidecar of the mode is where it should be, the backend elsewhere can be reached
     * and the embedded backend has started.
     */
    boolean ready() {
        var now = mode.get();
        return backendStarted && !stopping && now.reachable() && allGood(now);
    }

    private boolean allGood(ModeInForce now) {
        var wanted = now.sidecars();
        return sidecars.get().stream()
                        .filter(each -> wanted.contains(each.id()))
                        .filter(RunStatus::good)
                        .count()
                == wanted.size();
    }

    /** Notes the first moment of readiness; true only then. */
    synchronized boolean firstReady(Instant now) {
        if (readyAt.isPresent() || !ready()) {
            return false;
        }
        readyAt = Optional.of(now);
        return true;
    }

    static boolean good(SidecarStatus sidecar) {
        return switch (sidecar.state()) {
            case READY, COMPLETED, ATTACHED -> true;
            case STOPPED,
                    WAITING,
                    STARTING,
                    LIVE,
                    UNREADY,
                    HUNG,
                    STOPPING,
                    BACKOFF,
                    SAFE_MODE,
                    DEGRADED,
                    FAILED_CONFIG ->
                    false;
        };
    }

    /** One word of the control surface: STARTING READY DEGRADED SAFE_MODE STOPPING. */
    String state() {
        if (stopping) {
            return "STOPPING";
        }
        var wanted = mode.get().sidecars();
        var now = sidecars.get().stream().filter(each -> wanted.contains(each.id())).toList();
        if (now.stream().anyMatch(each -> each.state() == SidecarPhase.SAFE_MODE)) {
            return "SAFE_MODE";
        }
        if (ready()) {
            return "READY";
        }
        boolean failed = now.stream().anyMatch(each -> each.state() == SidecarPhase.FAILED_CONFIG);
        boolean gone = failed || mode.get().offline();
        return readyAt.isPresent() || gone ? "DEGRADED" : "STARTING";
    }

    Instant startedAt() {
        return facts.startedAt();
    }

    int problemCount() {
        return allProblems(sidecars.get()).size();
    }

    /** What runs, for metrics. */
    SortedMap<String, String> buildLabels() {
        var labels = new TreeMap<String, String>();
        labels.put("version", facts.version());
        labels.put("build", facts.build());
        labels.put("java", Runtime.version().toString());
        labels.put("app", facts.profile().app().id());
        labels.put("app_version", facts.profile().app().version());
        return labels;
    }

    ObjectNode health() {
        var json =
                JsonNodeFactory.instance.objectNode().put("status", state()).put("ready", ready());
        json.put("started_at", facts.startedAt().toString());
        json.put("ready_at", readyAt.map(Instant::toString).orElse(null));
        return json.put("last_error", lastError.orElse(null));
    }

    ObjectNode info() {
        var profile = mode.get().profile();
        var json = JsonNodeFactory.instance.objectNode();
        json.put("api_version", "1");
        json.putObject("app")
                .put("id", profile.app().id())
                .put("name", profile.app().name())
                .put("version", profile.app().version());
        json.put("proa_version", facts.version());
        json.put("build", facts.build());
        json.put("instance", facts.instance());
        json.put("mode", profile.mode());
        json.put("backend_origin", profile.backendOrigin());
        json.put("data_dir", facts.dataFolder().toString());
        var open = json.putObject("ports");
        ports.gateway().ifPresent(port -> open.put("gateway", port.number()));
        ports.ingest().ifPresent(port -> open.put("ingest", port.number()));
        var local = open.putObject("sidecars");
        sidecars.get()
                .forEach(
                        each -> each.port().ifPresent(port -> local.put(each.id(), port.number())));
        json.put("ingest_url", ports.ingest().map(LoopbackPort::baseUrl).orElse(null));
        json.set("features", features(profile));
        json.put("started_at", facts.startedAt().toString());
        json.put("ready_at", readyAt.map(Instant::toString).orElse(null));
        json.put("last_error", lastError.orElse(null));
        var origins = json.putObject("provenance");
        profile.origins()
                .forEach((pointer, origin) ->
                        origins.putObject(pointer)
                                .put("layer", origin.layer())
                                .put("name", origin.name()));
        return json;
    }

    /** What this run has, and the flags that the installation's profile sets. */
    private ObjectNode features(Profile profile) {
        var json = JsonNodeFactory.instance.objectNode();
        profile.installation().featureFlags().forEach(json::put);
        return json.put("ingest", ports.ingest().isPresent())
                .put("embedded_backend", profile.embeddedBackend().isPresent())
                .put("local_sidecars", !profile.sidecars().isEmpty())
                .put("remote_backend", profile.remote().isPresent());
    }

    ObjectNode status() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("instance", facts.instance());
        json.put("mode", mode.get().id());
        json.set("switching", switching.get());
        json.put("state", state());
        json.put("ready", ready());
        var array = json.putArray("sidecars");
        var now = sidecars.get();
        now.forEach(each -> array.add(SidecarJson.of(each, redaction)));
        json.set("upstreams", UpstreamsJson.of(now, mode.get(), redaction));
        json.set("transport", transport.get());
        json.putObject("eventlog");
        var told = json.putArray("problems");
        allProblems(now)
                .forEach(problem ->
                        told.addObject()
                                .put("where", problem.where().toString())
                                .put("what", problem.what())
                                .put("remedy", problem.remedy()));
        return json.put("tier", tier.get().name());
    }

    private synchronized List<Problem> allProblems(List<SidecarStatus> now) {
        var all = new ArrayList<>(problems);
        now.forEach(each -> each.problem().ifPresent(all::add));
        mode.get().remote().flatMap(RemoteBackend::problem).ifPresent(all::add);
        return all;
    }
}
