package dev.proa.eventlog;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where and when something that a history tells of happened.
 *
 * @param millis since 1970; null if no line so far had a time
 */
record Scene(
        String session,
        String agentType,
        @Nullable String project,
        @Nullable String branch,
        @Nullable String subagent,
        @Nullable Long millis) {
    private static final int ID_DIGITS = 32;

    EventDraft draft(String eventType) {
        return new EventDraft(session, agentType, eventType)
                .project(project)
                .branch(branch)
                .happened(millis)
                .source("import")
                .past(NewEvent.Past.UNSEEN)
                .identity(new NewEvent.Identity(null, null, subagent, false));
    }

    Scene at(@Nullable Long moment) {
        return new Scene(session, agentType, project, branch, subagent, moment);
    }

    /** An event id that is the same whenever the same thing is imported. */
    static String id(String prefix, String what) {
        var hash = Lines.sha256().digest(what.getBytes(StandardCharsets.UTF_8));
        return prefix + HexFormat.of().formatHex(hash).substring(0, ID_DIGITS);
    }

    ObjectNode json() {
        var json = JsonNodeFactory.instance.objectNode();
        json.put("session", session);
        json.put("agent", agentType);
        json.put("project", project);
        json.put("branch", branch);
        json.put("subagent", subagent);
        json.put("at", millis);
        return json;
    }

    static Scene of(JsonNode json) {
        var at = json.path("at");
        return new Scene(
                json.path("session").asString(""),
                json.path("agent").asString(""),
                ClaudeHooks.text(json, "project").orElse(null),
                ClaudeHooks.text(json, "branch").orElse(null),
                ClaudeHooks.text(json, "subagent").orElse(null),
                at.isNumber() ? (Long) at.longValue() : null);
    }
}
