package dev.proa.runtime;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import dev.proa.core.Redaction;
import dev.proa.profile.Destination;
import dev.proa.profile.Profile;
import dev.proa.supervisor.SidecarPhase;
import dev.proa.supervisor.SidecarStatus;
import dev.proa.supervisor.Tier;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the run is and how it is, as the control surface tells it. Safe to use from any thread. */
final class RunStatus {
    /** What does not change during a run. */
    record Facts(
            String instance,
            String version,
            String build,
            Profile profile,
            Path dataFolder,
            Instant startedAt) {}

    /** What is learnt while it starts. */
    record Ports(Optional<LoopbackPort> gateway, Optional<LoopbackPort> ingest) {}

    private final Facts facts;
    private final Supplier<List<SidecarStatus>> sidecars;
    private final Redaction redaction;
    private final Supplier<ObjectNode> transport;
    private final Tier tier;
    private final List<Problem> problems = new ArrayList<>(); // guarded by this
    private volatile Ports ports = new Ports(Optional.empty(), Optional.empty());
    private volatile boolean backendStarted;
    private volatile boolean stopping;
    private volatile Optional<Instant> readyAt = Optional.empty();

    RunStatus(
            Facts facts,
            Supplier<List<SidecarStatus>> sidecars,
            Redaction redaction,
            Supplier<ObjectNode> transport,
            Tier tier) {
        this.facts = facts;
        this.sidecars = sidecars;
        this.redaction = redaction;
        this.transport = transport;
        this.tier = tier;
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
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }

    boolean knows(String sidecar) {
        return facts.profile().sidecars().stream().anyMatch(spec -> spec.id().equals(sidecar));
    }

    /** Whether every sidecar is where it should be and the embedded backend has started. */
    boolean ready() {
        return backendStarted && !stopping && sidecars.get().stream().allMatch(RunStatus::good);
    }

    /** Notes the first moment of readiness; true only then. */
    synchronized boolean firstReady(Instant now) {
        if (readyAt.isPresent() || !ready()) {
            return false;
        }
        readyAt = Optional.of(now);
        return true;
    }

    private static boolean good(SidecarStatus sidecar) {
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
        var now = sidecars.get();
        if (now.stream().anyMatch(each -> each.state() == SidecarPhase.SAFE_MODE)) {
            return "SAFE_MODE";
        }
        if (ready()) {
            return "READY";
        }
        boolean failed = now.stream().anyMatch(each -> each.state() == SidecarPhase.FAILED_CONFIG);
        return readyAt.isPresent() || failed ? "DEGRADED" : "STARTING";
    }

    ObjectNode health() {
        var json =
                JsonNodeFactory.instance.objectNode().put("status", state()).put("ready", ready());
        return json.put("ready_at", readyAt.map(Instant::toString).orElse(null));
    }

    ObjectNode info() {
        var profile = facts.profile();
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
        json.putObject("features")
                .put("ingest", ports.ingest().isPresent())
                .put("embedded_backend", profile.embeddedBackend().isPresent());
        json.put("started_at", facts.startedAt().toString());
        json.put("ready_at", readyAt.map(Instant::toString).orElse(null));
        json.put("last_error", lastError().orElse(null));
        var origins = json.putObject("provenance");
        profile.origins()
                .forEach((pointer, origin) ->
                        origins.putObject(pointer)
                                .put("layer", origin.layer())
                                .put("name", origin.name()));
        return json;
    }

    private synchronized Optional<String> lastError() {
        return problems.isEmpty() ? Optional.empty() : Optional.of(problems.getLast().toString());
    }

    ObjectNode status() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("instance", facts.instance());
        json.put("mode", facts.profile().mode());
        json.put("state", state());
        json.put("ready", ready());
        var array = json.putArray("sidecars");
        var now = sidecars.get();
        now.forEach(each -> array.add(SidecarJson.of(each, redaction)));
        var upstreams = json.putObject("upstreams");
        facts.profile().routes().forEach(route -> upstreams.put(route.prefix(), name(route.to())));
        json.set("transport", transport.get());
        json.putObject("eventlog");
        var told = json.putArray("problems");
        allProblems(now)
                .forEach(problem ->
                        told.addObject()
                                .put("where", problem.where().toString())
                                .put("what", problem.what())
                                .put("remedy", problem.remedy()));
        return json.put("tier", tier.name());
    }

    private static String name(Destination to) {
        return switch (to) {
            case Destination.Sidecar(var id) -> id;
            case Destination.Remote() -> "remote";
        };
    }

    private synchronized List<Problem> allProblems(List<SidecarStatus> now) {
        var all = new ArrayList<>(problems);
        now.forEach(each -> each.problem().ifPresent(all::add));
        return all;
    }
}
