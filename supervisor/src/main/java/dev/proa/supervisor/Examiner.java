package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec.Check;
import dev.proa.profile.Template;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Carries out one check of one sidecar, again and again, one at a time. Whatever the check is, it
 * does not hold while somebody outside the sidecar's tree listens on its port.
 */
final class Examiner {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int VALUE_LIMIT = 80;

    private final SidecarAccess access;
    private final Check check;
    private final Duration timeout;
    private final boolean connects;
    private @Nullable SideCommand last; // the thread of the check that is under way

    /**
     * Prepares.
     *
     * @param timeout how long one answer may take
     * @param connects whether a tcp check makes a connection, or is content with who listens
     */
    Examiner(SidecarAccess access, Check check, Duration timeout, boolean connects) {
        this.access = access;
        this.check = check;
        this.timeout = timeout;
        this.connects = connects;
    }

    /** Why the check does not hold now; empty when it holds. */
    Optional<String> miss(Run run) throws InterruptedException {
        return switch (check) {
            case Check.Started _ -> Optional.empty();
            case Check.Log _ -> access.stranger(run); // its line was seen
            case Check.Announce _ -> access.unreachable(run);
            case Check.Tcp _ -> connects ? access.refused(run, timeout) : access.deaf(run, timeout);
            case Check.Http http -> asked(run, http);
            case Check.Exec(var command) -> {
                var stranger = access.stranger(run);
                yield stranger.isPresent() ? stranger : commanded(command);
            }
        };
    }

    private Optional<String> commanded(List<Template> command) throws InterruptedException {
        if (last != null && !last.over()) {
            return Optional.of("the last run of its check command cannot be ended");
        }
        try {
            last = access.command(command);
            return last.failure(timeout).map(why -> "its check command " + why);
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of("its check command could not be run: " + e.getMessage());
        }
    }

    private Optional<String> asked(Run run, Check.Http http) throws InterruptedException {
        var request = LoopbackCall.Request.of(http.path());
        return switch (access.ask(run, request, timeout)) {
            case LoopbackCall.Reply.None(var why) -> Optional.of(why);
            case LoopbackCall.Reply.Answer(int status, byte[] body) ->
                    status == http.status()
                            ? differs(http, body)
                            : Optional.of(
                                    "GET %s answered %d instead of %d"
                                            .formatted(http.path(), status, http.status()));
        };
    }

    private Optional<String> differs(Check.Http http, byte[] body) {
        JsonNode found;
        try {
            found = JSON.readTree(body);
        } catch (JacksonException e) {
            return http.json().isEmpty()
                    ? Optional.empty()
                    : Optional.of("GET " + http.path() + " answered no JSON");
        }
        // Who names an instance has to name this one: another launch's leftover may look the same.
        var instance = found.path("instance");
        if (instance.isString() && !instance.stringValue().equals(access.instance())) {
            return Optional.of(
                    "GET %s was answered by another instance, %s"
                            .formatted(http.path(), shown(instance)));
        }
        return http.json().entrySet().stream()
                .filter(wanted ->
                        !JSON.readTree(wanted.getValue()).equals(found.at(wanted.getKey())))
                .findFirst()
                .map(wanted ->
                        "GET %s has %s at %s instead of %s"
                                .formatted(
                                        http.path(),
                                        shown(found.at(wanted.getKey())),
                                        wanted.getKey(),
                                        wanted.getValue()));
    }

    private static String shown(JsonNode node) {
        var text = node.isMissingNode() ? "nothing" : node.toString();
        return text.length() > VALUE_LIMIT ? text.substring(0, VALUE_LIMIT) + "..." : text;
    }
}
