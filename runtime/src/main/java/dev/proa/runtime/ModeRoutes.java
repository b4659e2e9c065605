package dev.proa.runtime;

import dev.proa.core.ProaException;
import dev.proa.gateway.BackendRequest;
import dev.proa.gateway.BackendResponse;
import dev.proa.gateway.BackendRoute;
import dev.proa.gateway.RequestProblem;
import dev.proa.profile.ModeSpec;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /_proa/mode}: which mode is in force, and the wish for another. */
final class ModeRoutes {
    /** A switch that is as quick is answered with its result. */
    private static final Duration QUICK = Duration.ofSeconds(2);

    private static final String ASKED = "--mode";

    private final ModeControl control;

    ModeRoutes(ModeControl control) {
        this.control = control;
    }

    List<BackendRoute> routes() {
        return List.of(
                BackendRoute.reading("GET", "/_proa/mode", this::tell),
                BackendRoute.reading("POST", "/_proa/mode", this::ask));
    }

    private BackendResponse tell(BackendRequest request) {
        request.only();
        return Answers.json(200, json(control));
    }

    private BackendResponse ask(BackendRequest request) throws InterruptedException {
        var body =
                request.only()
                        .json()
                        .orElseThrow(() ->
                                RequestProblem.bad(
                                        "The body names no mode. Send {\"mode\": \"...\"} with one of "
                                                + names()));
        Answers.only(body, "mode", "at_once", "reason");
        var wanted = Answers.text(body, "mode");
        if (wanted.isEmpty()) {
            throw new RequestProblem(
                    422, "The body names no mode. Send {\"mode\": \"...\"} with one of " + names());
        }
        return switch (control.ask(wanted, atOnce(body), Answers.reason(body))) {
            case ModeControl.Reply.Here _ -> Answers.json(200, json(control));
            case ModeControl.Reply.Begun _ -> {
                control.awaitServing(QUICK);
                var over = control.underway().isEmpty();
                yield Answers.json(over ? 200 : 202, json(control));
            }
            case ModeControl.Reply.Busy(var other) ->
                    throw new RequestProblem(
                            409,
                            "A switch from %s to %s is under way since %s (%s). Try again when it has ended."
                                    .formatted(
                                            other.from(),
                                            other.to(),
                                            other.since().truncatedTo(ChronoUnit.SECONDS),
                                            word(other)));
            case ModeControl.Reply.Refused(var why) -> throw refused(why);
        };
    }

    private static boolean atOnce(ObjectNode body) {
        var said = body.path("at_once");
        if (!said.isMissingNode() && !said.isBoolean()) {
            throw new RequestProblem(422, "at_once is true or false.");
        }
        return said.asBoolean(false);
    }

    /** What a person has to mend is told by the gateway: 422 with all problems. */
    private static RuntimeException refused(ProaException why) {
        return why.problems().stream()
                .filter(each -> each.where().file().equals(ASKED))
                .findFirst()
                .<RuntimeException>map(
                        each -> RequestProblem.notFound(each.what() + ". " + each.remedy() + "."))
                .orElse(why);
    }

    private String names() {
        return control.current().profile().modes().stream()
                .map(ModeSpec::id)
                .collect(Collectors.joining(", "));
    }

    private static String word(ModeControl.Underway switching) {
        return switching.step().name().toLowerCase(Locale.ROOT);
    }

    /** What is in force, what could be, and how the last switch went. */
    static ObjectNode json(ModeControl control) {
        var current = control.current();
        var json = JsonNodeFactory.instance.objectNode();
        json.put("mode", current.id());
        json.put("since", current.since().toString());
        var modes = json.putArray("modes");
        current.profile()
                .modes()
                .forEach(mode ->
                        modes.addObject()
                                .put("id", mode.id())
                                .put("default", mode.chosenByDefault())
                                .put("current", mode.id().equals(current.id())));
        json.set("switching", switching(control));
        control.last()
                .ifPresentOrElse(
                        last ->
                                json.putObject("last_switch")
                                        .put("from", last.from())
                                        .put("to", last.to())
                                        .put("at", last.at().toString())
                                        .put("failure", last.failure().orElse(null)),
                        () -> json.putNull("last_switch"));
        return json;
    }

    /** The switch under way; null if there is none. */
    static JsonNode switching(ModeControl control) {
        return control.underway()
                .<JsonNode>map(now ->
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("from", now.from())
                                .put("to", now.to())
                                .put("since", now.since().toString())
                                .put("step", word(now)))
                .orElseGet(JsonNodeFactory.instance::nullNode);
    }
}
