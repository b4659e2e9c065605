package dev.proa.cli;

import tools.jackson.databind.JsonNode;

/** Whether what was asked of a sidecar has come about, from its entry in the status. */
enum SidecarOutcome {
    /** On its way. */
    PENDING,
    DONE,
    /** It will not come about by itself. */
    FAILED;

    /**
     * Of a start or restart.
     *
     * @param before the pid that was there when it was asked; 0 for none
     */
    static SidecarOutcome ofStart(JsonNode sidecar, long before) {
        return switch (sidecar.path("state").asString("")) {
            case "READY" -> sidecar.path("pid").asLong(0) == before ? PENDING : DONE;
            case "COMPLETED", "ATTACHED" -> DONE;
            case "SAFE_MODE", "FAILED_CONFIG", "STOPPED" -> FAILED;
            default -> PENDING;
        };
    }

    static SidecarOutcome ofStop(JsonNode sidecar) {
        return sidecar.path("state").asString("").equals("STOPPED") ? DONE : PENDING;
    }
}
