package dev.proa.cli;

import dev.proa.core.ExitCode;
import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.runtime.RunningInstance;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an event log has answered, whether its app runs or not. */
final class EventAnswer {
    private static final JsonMapper JSON = new JsonMapper();

    private EventAnswer() {}

    /** Asks a running instance, as long as a long log may take. */
    static RunningInstance.Answer ask(RunningInstance instance, String method, String path) {
        return instance.call(method, path, "", EventStore.PATIENCE);
    }

    static JsonNode good(CommandSpec command, RunningInstance.Answer answer) {
        return good(command, answer.status(), answer.body());
    }

    /**
     * What a good answer says.
     *
     * @throws ProaException with what a bad one says: 64 if the question was wrong, 69 if the app
     *     has no event log, 75 if it cannot answer now
     */
    static JsonNode good(CommandSpec command, int status, String body) {
        var json = read(body);
        if (status < 300) {
            return json;
        }
        var exit =
                switch (status) {
                    case 400 -> ExitCode.USAGE;
                    case 404 -> ExitCode.UNAVAILABLE;
                    default -> ExitCode.TRY_LATER;
                };
        var name = command.qualifiedName();
        throw new ProaException(
                exit,
                status == 404
                        ? new Problem(
                                Where.of(name),
                                "the instance has no event log",
                                "Name one of the agent monitor with --data-dir")
                        : new Problem(
                                Where.of(name),
                                details(json, status),
                                status == 400 ? "See " + name + " --help" : "Try again"));
    }

    private static JsonNode read(String body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            return JSON.createObjectNode(); // the status alone says what is wrong
        }
    }

    private static String details(JsonNode json, int status) {
        var details =
                new StringBuilder(
                        json.path("error")
                                .asString(json.path("detail").asString("it answered " + status))
                                .replaceFirst("\\.$", "")); // a remedy follows
        for (var each : json.path("details")) {
            details.append("; ")
                    .append(each.path("field").asString(""))
                    .append(' ')
                    .append(each.path("message").asString(""));
        }
        return details.toString();
    }
}
