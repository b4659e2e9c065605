package dev.proa.supervisor;

import java.util.Map;
import java.util.Optional;

/** Asks a sidecar by HTTP, with its own token, to go. */
final class StopCall {
    private final SidecarAccess access;

    StopCall(SidecarAccess access) {
        this.access = access;
    }

    /**
     * Sends the request, if its port is its own; takes at most half of the grace.
     *
     * @return why it was not accepted, as a clause of its own; empty when it answered 2xx
     */
    Optional<String> refusal(Run run) throws InterruptedException {
        var stop = access.spec().stop();
        if (stop.http().isEmpty()) {
            return Optional.of("it has no stop request");
        }
        var http = stop.http().get();
        var headers = Map.of("X-Proa-Token", access.token().reveal());
        var request = new LoopbackCall.Request(http.method(), http.path(), headers);
        return switch (access.ask(run, request, stop.grace().dividedBy(2))) {
            case LoopbackCall.Reply.None(var why) -> Optional.of(why);
            case LoopbackCall.Reply.Answer(int status, _) ->
                    status >= 200 && status < 300
                            ? Optional.empty()
                            : Optional.of(request.words() + " answered " + status);
        };
    }
}
