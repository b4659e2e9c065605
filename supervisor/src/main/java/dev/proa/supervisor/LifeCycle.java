package dev.proa.supervisor;

import dev.proa.profile.SidecarSpec;
import dev.proa.supervisor.SidecarState.*;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The rules of one sidecar: from state, input and the present moment to the next state and what is
 * to be done. No threads, no clock, no I/O.
 */
final class LifeCycle {
    /** After so long a readiness a crash is news, and the restart does not wait. */
    static final Duration HEALTHY = Duration.ofSeconds(10);

    /** After so long a readiness the delays begin anew. */
    static final Duration SETTLED = Duration.ofSeconds(60);

    static final int MISSES = 3;
    static final int PORT_RETRIES = 5;

    private record Turn(SidecarState state, Input input) {}

    private final SidecarSpec spec;
    private final RandomGenerator dice;

    private SidecarState state = new Stopped("not started yet");
    private RestartBudget budget;
    private RestartDelay delay = RestartDelay.first();
    private boolean needsMet;
    private long run;
    private int restarts;
    private int portRetries;

    LifeCycle(SidecarSpec spec, RandomGenerator dice) {
        this.spec = spec;
        this.dice = dice;
        this.budget = RestartBudget.of(spec.restart());
        this.needsMet = spec.needs().isEmpty();
    }

    SidecarState state() {
        return state;
    }

    RestartBudget budget() {
        return budget;
    }

    int restarts() {
        return restarts;
    }

    /** When {@link Input.TimeReached} is due, if time alone changes something. */
    Optional<Instant> wakeAt() {
        return switch (state) {
            case Backoff(Instant until, _) -> Optional.of(until);
            case Starting(_, _, Instant deadline) -> Optional.of(deadline);
            case Stopped _, Waiting _, SafeMode _, Completed _, FailedConfig _ -> Optional.empty();
            case Spawning _, Abandoning _, Ready _, Unready _ -> Optional.empty();
            case Stopping _, Clearing _ -> Optional.empty(); // the guard keeps the grace
        };
    }

    /** Takes one input; the effects are to be carried out in their order. */
    List<Effect> on(Input input, Instant now) {
        if (input instanceof Input.NeedsChanged(boolean met)) {
            needsMet = met;
        }
        return table(new Turn(state, input), now);
    }

    private List<Effect> table(Turn turn, Instant now) {
        return switch (turn) {
            // What people ask for.
            case Turn(Waiting _, Input.StartAsked _) -> stay();
            case Turn(Down _, Input.StartAsked _) -> fresh();
            case Turn(Down _, Input.RestartAsked _) -> fresh();
            case Turn(Stopped _, Input.StopAsked _) -> stay();
            case Turn(Down _, Input.StopAsked _) -> to(new Stopped("stopped on request"));
            case Turn(Down _, Input.KillAsked _) -> to(new Stopped("stopped on request"));
            case Turn(Spawning _, Input.StartAsked _) -> stay();
            case Turn(Spawning _, Input.RestartAsked _) -> stay();
            case Turn(Spawning s, Input.StopAsked _) ->
                    abandon(s.run(), new Effect.AskToExit(s.run()));
            case Turn(Spawning s, Input.KillAsked _) ->
                    abandon(s.run(), new Effect.KillTree(s.run()));
            case Turn(Up _, Input.StartAsked _) -> stay();
            case Turn(Up up, Input.StopAsked _) -> stop(up, new After.Stop());
            case Turn(Up up, Input.RestartAsked _) -> stop(up, new After.Restart());
            case Turn(Up up, Input.KillAsked _) -> kill(up);
            // While something is going away, the last wish counts.
            case Turn(Abandoning s, Input.StartAsked _) ->
                    to(new Abandoning(s.run(), new After.Restart()));
            case Turn(Abandoning s, Input.RestartAsked _) ->
                    to(new Abandoning(s.run(), new After.Restart()));
            case Turn(Abandoning s, Input.StopAsked _) ->
                    to(new Abandoning(s.run(), new After.Stop()));
            case Turn(Abandoning s, Input.KillAsked _) ->
                    abandon(s.run(), new Effect.KillTree(s.run()));
            case Turn(Stopping s, Input.StartAsked _) ->
                    to(new Stopping(s.run(), s.pid(), new After.Restart()));
            case Turn(Stopping s, Input.RestartAsked _) ->
                    to(new Stopping(s.run(), s.pid(), new After.Restart()));
            case Turn(Stopping s, Input.StopAsked _) ->
                    to(new Stopping(s.run(), s.pid(), new After.Stop()));
            case Turn(Stopping s, Input.KillAsked _) ->
                    to(
                            new Stopping(s.run(), s.pid(), new After.Stop()),
                            new Effect.KillTree(s.run()));
            case Turn(Clearing s, Input.StartAsked _) ->
                    to(new Clearing(s.run(), s.exit(), new After.Restart()));
            case Turn(Clearing s, Input.RestartAsked _) ->
                    to(new Clearing(s.run(), s.exit(), new After.Restart()));
            case Turn(Clearing s, Input.StopAsked _) ->
                    to(new Clearing(s.run(), s.exit(), new After.Stop()));
            case Turn(Clearing s, Input.KillAsked _) ->
                    to(
                            new Clearing(s.run(), s.exit(), new After.Stop()),
                            new Effect.KillTree(s.run()));

            // Needs and time.
            case Turn(Waiting _, Input.NeedsChanged(boolean met)) when met -> begin();
            case Turn(Backoff(Instant until, _), Input.TimeReached _) when !now.isBefore(until) ->
                    begin();
            case Turn(Starting s, Input.TimeReached _) when !now.isBefore(s.deadline()) ->
                    stop(s, tooLate());
            case Turn(Starting(long r, long pid, Instant deadline), Input.Overslept(Duration by)) ->
                    to(new Starting(r, pid, deadline.plus(by)));

            // The start.
            case Turn(Spawning(long r), Input.Spawned news) when news.run() == r ->
                    started(news, now);
            case Turn(Abandoning s, Input.Spawned news) when news.run() == s.run() ->
                    to(new Stopping(news.run(), news.pid(), s.after()));
            case Turn(Spawning(long r), Input.SpawnFailed news) when news.run() == r ->
                    failed(news, now);
            case Turn(Abandoning s, Input.SpawnFailed news) when news.run() == s.run() ->
                    settleWish(s.after());
            // A process nobody is waiting for must not outlive this turn.
            case Turn(_, Input.Spawned news) -> stay(new Effect.KillTree(news.run()));

            // Readiness.
            case Turn(Starting s, Input.ProbePassed news) when news.run() == s.run() ->
                    ready(s, now);
            case Turn(Ready s, Input.ProbePassed news) when news.run() == s.run() ->
                    to(new Ready(s.run(), s.pid(), s.since(), 0));
            case Turn(Unready s, Input.ProbePassed news) when news.run() == s.run() ->
                    to(new Ready(s.run(), s.pid(), s.since(), 0));
            case Turn(Ready s, Input.ProbeMissed news) when news.run() == s.run() -> missed(s);
            case Turn(Ready s, Input.Overslept _) -> to(new Ready(s.run(), s.pid(), s.since(), 0));

            // The end.
            case Turn(Up up, Input.Exited news) when news.run() == up.run() ->
                    to(new Clearing(up.run(), news.exit(), judge(up, news.exit(), now)));
            case Turn(Stopping s, Input.Exited news) when news.run() == s.run() ->
                    to(new Clearing(s.run(), news.exit(), s.after()));
            case Turn(Clearing s, Input.Emptied news) when news.run() == s.run() ->
                    settle(s, news.portTaken(), now);

            // News that changes nothing here. No default: a new input has to be placed by hand.
            case Turn(_, Input.NeedsChanged _) -> stay();
            case Turn(_, Input.TimeReached _) -> stay();
            case Turn(_, Input.Overslept _) -> stay();
            case Turn(_, Input.SpawnFailed _) -> stay();
            case Turn(_, Input.ProbePassed _) -> stay();
            case Turn(_, Input.ProbeMissed _) -> stay();
            case Turn(_, Input.LivePassed _) -> stay();
            case Turn(_, Input.LiveMissed _) -> stay();
            case Turn(_, Input.Dumped _) -> stay();
            case Turn(_, Input.Exited _) -> stay();
            case Turn(_, Input.Emptied _) -> stay();
        };
    }

    private List<Effect> fresh() {
        budget = budget.refilled();
        delay = RestartDelay.first();
        portRetries = 0;
        return begin();
    }

    private List<Effect> begin() {
        if (!needsMet) {
            return to(new Waiting());
        }
        run++;
        return to(new Spawning(run), new Effect.Spawn(run));
    }

    private List<Effect> abandon(long abandoned, Effect how) {
        return to(new Abandoning(abandoned, new After.Stop()), how);
    }

    private List<Effect> stop(Up up, After after) {
        return to(new Stopping(up.run(), up.pid(), after), new Effect.AskToExit(up.run()));
    }

    private List<Effect> kill(Up up) {
        return to(
                new Stopping(up.run(), up.pid(), new After.Stop()), new Effect.KillTree(up.run()));
    }

    private List<Effect> started(Input.Spawned news, Instant now) {
        var deadline = now.plus(spec.ready().timeout());
        var starting = new Starting(news.run(), news.pid(), deadline);
        // Nothing to wait for: the process is there, and that is all that was asked.
        return spec.ready().check() instanceof SidecarSpec.Check.Started
                ? ready(starting, now)
                : to(starting);
    }

    private List<Effect> ready(Starting s, Instant now) {
        portRetries = 0;
        return to(new Ready(s.run(), s.pid(), now, 0));
    }

    private List<Effect> missed(Ready s) {
        int misses = s.misses() + 1;
        return to(
                misses < MISSES
                        ? new Ready(s.run(), s.pid(), s.since(), misses)
                        : new Unready(s.run(), s.pid(), s.since()));
    }

    private After tooLate() {
        var why = "was not ready within " + seconds(spec.ready().timeout());
        return new After.Judge(Duration.ZERO, true, why);
    }

    private static After judge(Up up, Exit exit, Instant now) {
        var readyFor =
                switch (up) {
                    case Starting _ -> Duration.ZERO;
                    case Ready ready -> Duration.between(ready.since(), now);
                    case Unready unready -> Duration.between(unready.since(), now);
                };
        return new After.Judge(readyFor, false, exit.words());
    }

    private List<Effect> failed(Input.SpawnFailed news, Instant now) {
        return switch (news.failure()) {
            case Input.Failure.Configured(var problem) -> to(new FailedConfig(problem));
            case Input.Failure.Undecided(var problem) ->
                    to(new SafeMode(problem.what() + ". " + problem.remedy()));
            case Input.Failure.Passing(var why) ->
                    again(new After.Judge(Duration.ZERO, true, why), now);
        };
    }

    private List<Effect> settle(Clearing s, boolean portTaken, Instant now) {
        if (!(s.after() instanceof After.Judge judge)) {
            return settleWish(s.after());
        }
        if (portTaken && judge.readyFor().isZero() && portRetries < PORT_RETRIES) {
            // Somebody was faster on a port that we chose: not the sidecar's fault, so not charged.
            portRetries++;
            return begin();
        }
        boolean success = s.exit().success() && !judge.forced();
        return switch (spec.restart().policy()) {
            case ALWAYS -> again(judge, now);
            case ON_FAILURE -> success ? to(new Completed()) : again(judge, now);
            case NEVER -> to(success ? new Completed() : new Stopped("it " + judge.why()));
        };
    }

    private List<Effect> settleWish(After after) {
        return after instanceof After.Restart ? fresh() : to(new Stopped("stopped on request"));
    }

    private List<Effect> again(After.Judge judge, Instant now) {
        if (spec.restart().policy() == SidecarSpec.RestartPolicy.NEVER) {
            return to(new Stopped("it " + judge.why()));
        }
        if (budget.exhausted(now)) {
            return to(
                    new SafeMode(
                            "it %s, and the %d restarts it has within %s are used up"
                                    .formatted(
                                            judge.why(), budget.max(), seconds(budget.within()))));
        }
        budget = budget.spend(now);
        restarts++;
        if (judge.readyFor().compareTo(SETTLED) >= 0) {
            delay = RestartDelay.first();
        }
        if (judge.readyFor().compareTo(HEALTHY) >= 0) {
            return begin();
        }
        delay = delay.next(dice);
        return to(new Backoff(now.plus(delay.previous()), "it " + judge.why()));
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + " s"
                : duration.toMillis() + " ms";
    }

    private List<Effect> to(SidecarState next, Effect... effects) {
        state = next;
        return List.of(effects);
    }

    private List<Effect> stay(Effect... effects) {
        return List.of(effects);
    }
}
