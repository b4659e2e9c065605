package dev.proa.journal;

import dev.proa.core.LoopbackPort;
import dev.proa.core.Problem;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** Something the runtime did or met; text for people is made from it at the edge. */
public sealed interface RuntimeEvent {
    /** A run began, before anything listens. */
    record RuntimeStarted(String instance, long pid, String app, String version)
            implements RuntimeEvent {}

    /** The gateway accepts connections. */
    record GatewayListening(LoopbackPort port) implements RuntimeEvent {}

    /** The ingest listener accepts connections; {@code wanted} differs when its port was taken. */
    record IngestListening(LoopbackPort port, LoopbackPort wanted) implements RuntimeEvent {}

    /** Everything the mode needs is ready for the first time. */
    record RuntimeReady(Duration after) implements RuntimeEvent {}

    record RuntimeStopping(String reason) implements RuntimeEvent {}

    /** The orderly end of a run; its absence means that the runtime was killed. */
    record RuntimeStopped(Duration took) implements RuntimeEvent {}

    /**
     * Somebody started the app again; this run got so many arguments, and its window came up or
     * not.
     */
    record StartedAgain(int arguments, boolean raised) implements RuntimeEvent {}

    /** The data folder was brought into another form; {@code backup} has what it was. */
    record DataMigrated(int from, int to, String backup) implements RuntimeEvent {}

    /** A sidecar went from one state to another; states are the words of the control surface. */
    record SidecarChanged(String sidecar, String from, String to, String reason)
            implements RuntimeEvent {}

    /**
     * Somebody asked for something of a sidecar: {@code wish} is start, stop or restart, {@code
     * reason} says who or why.
     */
    record SidecarAsked(String sidecar, String wish, String reason) implements RuntimeEvent {}

    /** A sidecar's main process exists; {@code port} is 0 if it has none. */
    record SidecarStarted(String sidecar, long pid, int port) implements RuntimeEvent {}

    /**
     * A sidecar's main process has died.
     *
     * @param code if it exited by itself
     * @param signal if one ended it; neither is known when its guard was lost
     */
    record SidecarExited(
            String sidecar, long pid, OptionalInt code, OptionalInt signal, List<String> logTail)
            implements RuntimeEvent {
        public SidecarExited {
            logTail = List.copyOf(logTail);
        }
    }

    /** A sidecar's main process was gone and left others behind, which had to be killed. */
    record SidecarLeaked(String sidecar, int survivorsKilled) implements RuntimeEvent {}

    /** Processes of a sidecar that could not be killed; they are reported, never taken for gone. */
    record SidecarNotEmpty(String sidecar, List<Long> pids) implements RuntimeEvent {
        public SidecarNotEmpty {
            pids = List.copyOf(pids);
        }
    }

    /** Processes that an earlier run left behind and that were ended at this start. */
    record LeftoversReaped(String sidecar, List<Long> pids) implements RuntimeEvent {
        public LeftoversReaped {
            pids = List.copyOf(pids);
        }
    }

    /** Processes of an earlier run that could not be ended. */
    record LeftoversRemain(String sidecar, List<Long> pids) implements RuntimeEvent {
        public LeftoversRemain {
            pids = List.copyOf(pids);
        }
    }

    /** Output that could not be kept: {@code bytes} of it were dropped. */
    record LogDropped(String sidecar, long bytes, String reason) implements RuntimeEvent {}

    /** The app runs in another mode from now on; {@code reason} says who wanted it or why. */
    record ModeChanged(String from, String to, String reason) implements RuntimeEvent {}

    /** A switch of the mode has ended; {@code failure} is empty if it succeeded. */
    record ModeSwitchEnded(String from, String to, Duration took, String failure)
            implements RuntimeEvent {}

    /** The backend elsewhere can be reached again, or cannot; words of the page channel. */
    record RemoteChanged(String remote, String from, String to, String reason)
            implements RuntimeEvent {}

    /** The native guard process is gone; its sidecars count as exited. */
    record GuardLost(String reason) implements RuntimeEvent {}

    /** The page said that it runs. */
    record PageReady(String path, String userAgent) implements RuntimeEvent {}

    /** Requests that the guard refused since the last such entry, by reason. */
    record RequestsRefused(String reason, long count) implements RuntimeEvent {}

    /**
     * Requests to an upstream ended with a status of 502, 503 or 504 that the gateway made: {@code
     * count} since the last entry of this kind; {@code request} names the last of them.
     */
    record UpstreamFailed(String upstream, int status, String reason, String request, long count)
            implements RuntimeEvent {}

    /** A client showed the token in a query, where a route allows it for old clients. */
    record QueryTokenUsed(String route) implements RuntimeEvent {}

    /** Entries of this journal that could not be written. */
    record EntriesLost(long count) implements RuntimeEvent {}

    /** Something a person must fix. */
    record ProblemFound(Problem problem) implements RuntimeEvent {}
}
