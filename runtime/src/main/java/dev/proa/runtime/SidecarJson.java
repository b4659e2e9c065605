package dev.proa.runtime;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Redaction;
import dev.proa.supervisor.LastExit;
import dev.proa.supervisor.SidecarStatus;
import java.time.Instant;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One sidecar in the words of {@code status}. */
final class SidecarJson {
    private SidecarJson() {}

    static ObjectNode of(SidecarStatus sidecar, Redaction redaction) {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("id", sidecar.id());
        json.put("state", sidecar.state().name());
        json.put("reason", sidecar.reason());
        sidecar.pid().ifPresentOrElse(pid -> json.put("pid", pid), () -> json.putNull("pid"));
        sidecar.port()
                .map(LoopbackPort::number)
                .ifPresentOrElse(port -> json.put("port", port), () -> json.putNull("port"));
        json.put("ready", sidecar.ready());
        json.put("restarts", sidecar.restarts());
        json.putObject("budget")
                .put("max", sidecar.budget().max())
                .put("within_s", sidecar.budget().within().toSeconds())
                .put("used", sidecar.budget().used());
        sidecar.lastExit()
                .ifPresentOrElse(
                        exit -> json.set("last_exit", lastExit(exit, redaction)),
                        () -> json.putNull("last_exit"));
        json.put("left_behind", sidecar.leftBehind());
        json.put("port_owner", sidecar.portHolder().map(redaction::of).orElse(null));
        return json.put("next_start", sidecar.nextStart().map(Instant::toString).orElse(null));
    }

    private static ObjectNode lastExit(LastExit exit, Redaction redaction) {
        var json = JsonNodeFactory.instance.objectNode();
        exit.code().ifPresentOrElse(code -> json.put("code", code), () -> json.putNull("code"));
        exit.signal()
                .ifPresentOrElse(
                        signal -> json.put("signal", signal), () -> json.putNull("signal"));
        json.put("at", exit.at().toString());
        var tail = json.putArray("log_tail");
        exit.logTail().forEach(line -> tail.add(redaction.of(LogText.clean(line))));
        return json;
    }
}
