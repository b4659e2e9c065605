package dev.proa.supervisor;

/** What a sidecar does just now, in the words of the control surface. */
public enum SidecarPhase {
    /** No process, and nobody is trying to change that. */
    STOPPED,
    /** No process yet: another sidecar it needs has not come so far. */
    WAITING,
    /** A process is being started or has not become ready. */
    STARTING,
    /** Alive by its live check, not yet ready. */
    LIVE,
    READY,
    /** It was ready, is alive, and fails its readiness check. */
    UNREADY,
    /** Alive, but does not answer its live check; what says why is kept, then it is restarted. */
    HUNG,
    /** It was asked to exit, or its main process has died and the rest is being ended. */
    STOPPING,
    /** No process; the next start comes by itself. */
    BACKOFF,
    /** No process: the restart budget is spent, and only a person starts it again. */
    SAFE_MODE,
    /** Not started by us, and there. */
    ATTACHED,
    /** Not started by us, and lost. */
    DEGRADED,
    /** It did its work and exited with 0. */
    COMPLETED,
    /** It cannot be started as it is configured. */
    FAILED_CONFIG
}
