package dev.proa.supervisor;

import dev.proa.core.Problem;
import dev.proa.core.Where;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Port;

/** What an end means, before any budget is asked. */
sealed interface Verdict {
    /** How often somebody else may be faster on a port that we chose. */
    int PORT_RETRIES = 5;

    /** Its work is done. */
    record Done() implements Verdict {}

    /** Not done, and its policy says that it is not tried again. */
    record Over(String reason) implements Verdict {}

    /** Another try would end the same way. */
    record Fatal(Problem problem) implements Verdict {}

    /** Somebody was faster on its port: not its fault, so not charged. */
    record OtherPort() implements Verdict {}

    /** Within its budget. */
    record Again(After.Judge judge) implements Verdict {}

    /**
     * The verdict on an end that nobody asked for.
     *
     * @param portTakenBy who has its port now; empty when nobody else has
     * @param portRetries how often it was started again because of that
     */
    static Verdict on(
            SidecarSpec spec, Exit exit, After.Judge judge, String portTakenBy, int portRetries) {
        boolean success = exit.success() && !judge.forced();
        if (success && spec.kind() == SidecarSpec.Kind.TASK) {
            return new Done();
        }
        if (!judge.forced() && exit.code().isPresent()) {
            int code = exit.code().getAsInt();
            if (spec.restart().fatalExitCodes().contains(code)) {
                return new Fatal(fatal(spec, code));
            }
            if (spec.restart().portConflictCodes().contains(code)) {
                return portTaken(spec, judge, portTakenBy, portRetries);
            }
        }
        if (!portTakenBy.isEmpty() && judge.readyFor().isZero() && portRetries < PORT_RETRIES) {
            return new OtherPort();
        }
        return switch (spec.restart().policy()) {
            case ALWAYS -> new Again(judge);
            case ON_FAILURE -> success ? new Done() : new Again(judge);
            case NEVER -> success ? new Done() : new Over("it " + judge.why());
        };
    }

    private static Verdict portTaken(
            SidecarSpec spec, After.Judge judge, String portTakenBy, int portRetries) {
        return switch (spec.port()) {
            case Port.Assigned _, Port.Announce _, Port.Inherit _ ->
                    portRetries < PORT_RETRIES ? new OtherPort() : policy(spec, judge);
            case Port.Fixed(var port, _) ->
                    new Fatal(
                            new Problem(
                                    place(spec, "/port"),
                                    "%s says that its port %s is taken (it %s)%s"
                                            .formatted(
                                                    spec.id(),
                                                    port,
                                                    judge.why(),
                                                    portTakenBy.isEmpty()
                                                            ? ""
                                                            : ", by " + portTakenBy),
                                    "Stop who has it, or choose another port"));
            case Port.None _ -> policy(spec, judge);
        };
    }

    private static Verdict policy(SidecarSpec spec, After.Judge judge) {
        return spec.restart().policy() == SidecarSpec.RestartPolicy.NEVER
                ? new Over("it " + judge.why())
                : new Again(judge);
    }

    private static Problem fatal(SidecarSpec spec, int code) {
        return new Problem(
                place(spec, "/restart/fatal_exit_codes"),
                "%s exited with code %d, after which it is never restarted"
                        .formatted(spec.id(), code),
                "Read its log, mend the cause, and start it again");
    }

    private static Where place(SidecarSpec spec, String key) {
        var file = spec.command().getFirst().where().file();
        return new Where(file, 0, 0, "/sidecars/" + spec.id() + key);
    }
}
