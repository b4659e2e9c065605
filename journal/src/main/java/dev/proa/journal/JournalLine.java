package dev.proa.journal;

import dev.proa.core.Problem;
import dev.proa.core.Redaction;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** The JSON form of one journal entry: {@code {"seq":7,"at":"…","event":"sidecar_started",…}}. */
final class JournalLine {
    private static final JsonFactory JSON = new JsonFactory();

    private JournalLine() {}

    /** One line with its line feed, as UTF-8. */
    static byte[] of(long seq, Instant at, RuntimeEvent event, Redaction redaction) {
        var bytes = new ByteArrayOutputStream(256);
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeNumberProperty("seq", seq);
            json.writeStringProperty("at", at.toString());
            json.writeStringProperty("event", name(event));
            fields(json, event, redaction);
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /** The event's type in snake case: {@code SidecarStarted} is {@code sidecar_started}. */
    static String name(RuntimeEvent event) {
        var words = event.getClass().getSimpleName();
        var name = new StringBuilder(words.length() + 4);
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            if (Character.isUpperCase(c) && i > 0) {
                name.append('_');
            }
            name.append(Character.toLowerCase(c));
        }
        return name.toString();
    }

    private static void fields(JsonGenerator json, RuntimeEvent event, Redaction redaction) {
        switch (event) {
            case RuntimeEvent.RuntimeStarted e -> {
                json.writeStringProperty("instance", e.instance());
                json.writeNumberProperty("pid", e.pid());
                json.writeStringProperty("app", e.app());
                json.writeStringProperty("version", e.version());
            }
            case RuntimeEvent.GatewayListening e ->
                    json.writeNumberProperty("port", e.port().number());
            case RuntimeEvent.IngestListening e -> {
                json.writeNumberProperty("port", e.port().number());
                json.writeNumberProperty("wanted", e.wanted().number());
            }
            case RuntimeEvent.RuntimeReady e ->
                    json.writeNumberProperty("after_ms", e.after().toMillis());
            case RuntimeEvent.RuntimeStopping e ->
                    json.writeStringProperty("reason", redaction.of(e.reason()));
            case RuntimeEvent.RuntimeStopped e ->
                    json.writeNumberProperty("took_ms", e.took().toMillis());
            case RuntimeEvent.StartedAgain e -> {
                json.writeNumberProperty("arguments", e.arguments());
                json.writeBooleanProperty("raised", e.raised());
            }
            case RuntimeEvent.DataMigrated e -> {
                json.writeNumberProperty("from", e.from());
                json.writeNumberProperty("to", e.to());
                json.writeStringProperty("backup", e.backup());
            }
            case RuntimeEvent.SidecarChanged e -> {
                json.writeStringProperty("sidecar", e.sidecar());
                json.writeStringProperty("from", e.from());
                json.writeStringProperty("to", e.to());
                json.writeStringProperty("reason", redaction.of(e.reason()));
            }
            case RuntimeEvent.SidecarAsked e -> {
                json.writeStringProperty("sidecar", e.sidecar());
                json.writeStringProperty("wish", e.wish());
                json.writeStringProperty("reason", redaction.of(e.reason()));
            }
            case RuntimeEvent.SidecarStarted e -> {
                json.writeStringProperty("sidecar", e.sidecar());
                json.writeNumberProperty("pid", e.pid());
                json.writeNumberProperty("port", e.port());
            }
            case RuntimeEvent.SidecarExited e -> exited(json, e, redaction);
            case RuntimeEvent.SidecarLeaked e -> {
                json.writeStringProperty("sidecar", e.sidecar());
                json.writeNumberProperty("survivors_killed", e.survivorsKilled());
            }
            case RuntimeEvent.SidecarNotEmpty e -> pids(json, e.sidecar(), e.pids());
            case RuntimeEvent.LeftoversReaped e -> pids(json, e.sidecar(), e.pids());
            case RuntimeEvent.LeftoversRemain e -> pids(json, e.sidecar(), e.pids());
            case RuntimeEvent.LogDropped e -> {
                json.writeStringProperty("sidecar", e.sidecar());
                json.writeNumberProperty("bytes", e.bytes());
                json.writeStringProperty("reason", redaction.of(e.reason()));
            }
            case RuntimeEvent.ModeChanged e -> {
                json.writeStringProperty("from", e.from());
                json.writeStringProperty("to", e.to());
                json.writeStringProperty("reason", redaction.of(e.reason()));
            }
            case RuntimeEvent.ModeSwitchEnded e -> {
                json.writeStringProperty("from", e.from());
                json.writeStringProperty("to", e.to());
                json.writeNumberProperty("took_ms", e.took().toMillis());
                json.writeStringProperty("failure", redaction.of(e.failure()));
            }
            case RuntimeEvent.RemoteChanged e -> {
                json.writeStringProperty("remote", e.remote());
                json.writeStringProperty("from", e.from());
                json.writeStringProperty("to", e.to());
                json.writeStringProperty("reason", redaction.of(e.reason()));
            }
            case RuntimeEvent.GuardLost e ->
                    json.writeStringProperty("reason", redaction.of(e.reason()));
            case RuntimeEvent.PageReady e -> {
                json.writeStringProperty("path", redaction.of(e.path()));
                json.writeStringProperty("user_agent", redaction.of(e.userAgent()));
            }
            case RuntimeEvent.UpstreamFailed e -> {
                json.writeStringProperty("upstream", e.upstream());
                json.writeNumberProperty("status", e.status());
                json.writeStringProperty("reason", redaction.of(e.reason()));
                json.writeStringProperty("request", redaction.of(e.request()));
                json.writeNumberProperty("count", e.count());
            }
            case RuntimeEvent.QueryTokenUsed e -> json.writeStringProperty("route", e.route());
            case RuntimeEvent.RequestsRefused e -> {
                json.writeStringProperty("reason", redaction.of(e.reason()));
                json.writeNumberProperty("count", e.count());
            }
            case RuntimeEvent.EntriesLost e -> json.writeNumberProperty("count", e.count());
            case RuntimeEvent.ProblemFound e -> problem(json, e.problem(), redaction);
        }
    }

    private static void pids(JsonGenerator json, String sidecar, List<Long> pids) {
        json.writeStringProperty("sidecar", sidecar);
        json.writeArrayPropertyStart("pids");
        pids.forEach(json::writeNumber);
        json.writeEndArray();
    }

    private static void exited(
            JsonGenerator json, RuntimeEvent.SidecarExited e, Redaction redaction) {
        json.writeStringProperty("sidecar", e.sidecar());
        json.writeNumberProperty("pid", e.pid());
        numberOrNull(json, "code", e.code());
        numberOrNull(json, "signal", e.signal());
        json.writeArrayPropertyStart("log_tail");
        e.logTail().forEach(line -> json.writeString(redaction.of(line)));
        json.writeEndArray();
    }

    private static void numberOrNull(JsonGenerator json, String name, OptionalInt number) {
        if (number.isPresent()) {
            json.writeNumberProperty(name, number.getAsInt());
        } else {
            json.writeNullProperty(name);
        }
    }

    private static void problem(JsonGenerator json, Problem problem, Redaction redaction) {
        json.writeStringProperty("where", problem.where().toString());
        json.writeStringProperty("what", redaction.of(problem.what()));
        json.writeStringProperty("remedy", redaction.of(problem.remedy()));
    }
}
