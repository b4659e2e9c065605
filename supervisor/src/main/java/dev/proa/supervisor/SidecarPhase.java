package dev.proa.supervisor;

/** What a sidecar does just now, in the words of the control surface. */
public enum SidecarPhase {
    /** No process, and nobody is trying to change that. */
    STOPPED,
    /** No process yet: another sidecar it needs has not come so far. */
    WAITING,
    /** A process is being started or has not become ready. */
    STARTING,
    /** Reserved: alive by its live check, before it is ready. */
    LIVE,
    READY,
    /** It was ready, is alive, and fails its readiness check. */
    UNREADY,
    /** Reserved: alive and not answering its live check. */
    HUNG,
    /** It was asked to exit, or its main process has died and the rest is being ended. */
    STOPPING,
    /** No process; the next start comes by itself. */
    BACKOFF,
    /** No process: the restart budget is spent, and only a person starts it again. */
    SAFE_MODE,
    /** Reserved: not started by us. */
    ATTACHED,
    /** Reserved: not started by us, and lost. */
    DEGRADED,
    /** It did its work and exited with 0. */
    COMPLETED,
    /** It cannot be started as it is configured. */
    FAILED_CONFIG
}
