package dev.proa.cli;

import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What a command says while it waits for sidecars: a line for each change, and the result. */
final class SidecarScreen {
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;
    private final Map<String, String> last = new HashMap<>();

    private SidecarScreen(PrintWriter out, PrintWriter err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    static SidecarScreen on(CommandLine commandLine, boolean json) {
        return new SidecarScreen(commandLine.getOut(), commandLine.getErr(), json);
    }

    /** Says which states have changed since the last time. */
    void progress(List<JsonNode> sidecars) {
        for (var each : sidecars) {
            var id = each.path("id").asString("");
            var state = each.path("state").asString("");
            if (!json && !state.equals(last.put(id, state))) {
                out.printf("%-14s %s%n", id, SidecarTable.stateAndReason(each));
                out.flush();
            }
        }
    }

    /** Says what came of it; {@code --json}: {@code {"ok": ..., "sidecars": [...]}}. */
    void end(List<JsonNode> sidecars, Function<JsonNode, SidecarOutcome> judge) {
        boolean ok = sidecars.stream().allMatch(each -> judge.apply(each) == SidecarOutcome.DONE);
        if (json) {
            var body = JsonNodeFactory.instance.objectNode().put("ok", ok);
            body.putArray("sidecars").addAll(sidecars);
            out.println(body);
            return;
        }
        for (var each : sidecars) {
            var id = each.path("id").asString("");
            switch (judge.apply(each)) {
                case DONE -> {}
                case FAILED ->
                        err.printf(
                                "%s: it is %s. Read its log with: proa logs %s.%n",
                                id, SidecarTable.stateAndReason(each), id);
                case PENDING ->
                        err.printf(
                                "%s: it is still %s. Wait longer with --timeout, or look at proa status.%n",
                                id, SidecarTable.stateAndReason(each));
            }
        }
        err.flush();
    }
}
