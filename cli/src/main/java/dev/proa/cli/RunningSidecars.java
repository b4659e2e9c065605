package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.MonotonicTime;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.runtime.RunningInstance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** The sidecars of a running instance: asks something of them and waits until it has come about. */
final class RunningSidecars {
    private static final JsonMapper JSON = new JsonMapper();

    private final RunningInstance instance;

    RunningSidecars(RunningInstance instance) {
        this.instance = instance;
    }

    private List<JsonNode> all() {
        var status = JSON.readTree(instance.call("GET", "/_proa/status").body());
        var sidecars = new ArrayList<JsonNode>();
        status.path("sidecars").forEach(sidecars::add);
        return sidecars;
    }

    List<String> ids() {
        return all().stream().map(each -> each.path("id").asString("")).toList();
    }

    /** The pids that are there now, by sidecar. */
    Map<String, Long> processes() {
        var pids = new HashMap<String, Long>();
        all().forEach(each -> pids.put(each.path("id").asString(""), each.path("pid").asLong(0)));
        return pids;
    }

    /**
     * Asks for {@code start}, {@code stop} or {@code restart} of one, or a restart of all.
     *
     * @throws ProaException (64) with those there are, if there is none of that name
     */
    void ask(String wish, @Nullable String sidecar, String who) {
        if (sidecar != null && !ids().contains(sidecar)) {
            throw new ProaException(
                    ExitCode.USAGE,
                    new Problem(
                            Where.of("--sidecar"),
                            "There is no sidecar called " + sidecar,
                            ids().isEmpty()
                                    ? "Leave it out: this app has no sidecars"
                                    : "Name one of " + String.join(", ", ids())));
        }
        var path = sidecar == null ? wish : sidecar + "/" + wish;
        var body = JsonNodeFactory.instance.objectNode().put("reason", who).toString();
        instance.call("POST", "/_proa/sidecars/" + path, body);
    }

    /** Waits until each has come to its end; false if one failed or the time is over. */
    boolean await(
            List<String> wanted,
            Function<JsonNode, SidecarOutcome> judge,
            Duration patience,
            SidecarScreen screen)
            throws InterruptedException {
        var clock = new MonotonicTime();
        var deadline = clock.instant().plus(patience);
        while (true) {
            var now =
                    all().stream()
                            .filter(each -> wanted.contains(each.path("id").asString("")))
                            .toList();
            boolean over = clock.instant().isAfter(deadline);
            boolean pending =
                    now.stream().anyMatch(each -> judge.apply(each) == SidecarOutcome.PENDING);
            screen.progress(now);
            if (!pending || over) {
                screen.end(now, judge);
                return now.stream().allMatch(each -> judge.apply(each) == SidecarOutcome.DONE);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
