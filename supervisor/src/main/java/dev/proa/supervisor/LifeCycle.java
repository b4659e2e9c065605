package dev.proa.supervisor;

import dev.proa.core.Problem;
import dev.proa.profile.SidecarSpec;
import dev.proa.profile.SidecarSpec.Strategy;
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
    /** For so long after a standstill of the machine nothing counts as a failure. */
    static final Duration CALM = Duration.ofSeconds(10);

    /** What a dump may take beyond the time it was given. */
    static final Duration DUMP_MARGIN = Duration.ofSeconds(2);

    private record Turn(SidecarState state, Input input) {}

    private final SidecarSpec spec;
    private final RestartAccount account;

    private SidecarState state = new Stopped(Stopped.NOT_YET);
    private String missing;
    private Instant calmUntil = Instant.MIN;
    private Optional<String> lastMiss = Optional.empty();
    private Optional<String> lastLiveMiss = Optional.empty();
    private boolean liveHeld;
    private int liveMisses;
    private long run;
    private long ends;
    private int portRetries;

    LifeCycle(SidecarSpec spec, RandomGenerator dice, AppBudget appBudget) {
        this.spec = spec;
        this.account = new RestartAccount(RestartBudget.of(spec.restart()), appBudget, dice);
        this.missing = spec.needs().isEmpty() ? "" : "waits for what it needs";
    }

    SidecarState state() {
        return state;
    }

    RestartAccount account() {
        return account;
    }

    /** How often it was restarted by itself, at the expense of its budget. */
    int restarts() {
        return account.restarts();
    }

    /** How often a process of it ended, with its tree. */
    long ends() {
        return ends;
    }

    /** Whether it is ready, and its last live check held if it has one. */
    boolean healthy() {
        return state instanceof Ready && (liveHeld || spec.live().isEmpty());
    }

    /** Takes one input; the effects are to be carried out in their order. */
    List<Effect> on(Input input, Instant now) {
        if (input instanceof Input.NeedsChanged news) {
            missing = news.missing();
        }
        if (input instanceof Input.Overslept) {
            calmUntil = now.plus(CALM);
            liveMisses = 0;
        }
        return table(new Turn(state, input), now);
    }

    private List<Effect> table(Turn turn, Instant now) {
        return switch (turn) {
            // What people ask for.
            case Turn(Waiting _, Input.StartAsked _) -> stay();
            case Turn(Aside _, Input.StartAsked _) -> stay();
            case Turn(Aside s, Input.RestartAsked _) -> refilled(to(new Aside(now, s.reason())));
            case Turn(Down _, Input.StartAsked _) -> fresh();
            case Turn(Down _, Input.RestartAsked _) -> fresh();
            case Turn(Stopped _, Input.StopAsked _) -> stay();
            case Turn(Failed _, Input.StopAsked _) -> stay();
            case Turn(Down _, Input.StopAsked _) -> to(new Stopped("stopped on request"));
            case Turn(Down _, Input.KillAsked _) -> to(new Stopped("stopped on request"));
            case Turn(Spawning _, Input.StartAsked _) -> stay();
            // What is being started may have read its files before they were mended.
            case Turn(Spawning s, Input.RestartAsked _) -> abandon(s, new After.Restart());
            case Turn(Spawning s, Input.StopAsked _) -> abandon(s, new After.Stop());
            case Turn(Spawning(long r), Input.KillAsked _) ->
                    to(new Abandoning(r, new After.Stop()), new Effect.KillTree(r));
            case Turn(Up _, Input.StartAsked _) -> stay();
            case Turn(Up up, Input.StopAsked _) -> stop(up, new After.Stop());
            case Turn(Up up, Input.RestartAsked _) -> stop(up, new After.Restart());
            case Turn(Up up, Input.KillAsked _) ->
                    to(
                            new Stopping(up.run(), up.pid(), new After.Stop()),
                            new Effect.KillTree(up.run()));
            // While something is going away, the last wish counts.
            case Turn(Going s, Input.StartAsked _) -> to(s.then(new After.Restart()));
            case Turn(Going s, Input.RestartAsked _) -> to(s.then(new After.Restart()));
            case Turn(Going s, Input.StopAsked _) -> to(s.then(new After.Stop()));
            case Turn(Going s, Input.KillAsked _) ->
                    to(s.then(new After.Stop()), new Effect.KillTree(s.run()));

            // Room for others: down, and up again when called back.
            case Turn(Stopped _, Input.StepAside _) -> stay();
            case Turn(AtRest _, Input.StepAside ask) when !ask.byPerson() -> stay();
            case Turn(Backoff s, Input.StepAside ask) when !ask.byPerson() ->
                    to(new Aside(s.until(), s.reason()));
            case Turn(Aside _, Input.StepAside ask) when !ask.byPerson() -> stay();
            case Turn(Down _, Input.StepAside ask) -> aside(ask, to(new Aside(now, ask.why())));
            case Turn(Spawning s, Input.StepAside ask) ->
                    aside(ask, abandon(s, new After.Aside(ask.why())));
            case Turn(Up up, Input.StepAside ask) ->
                    aside(ask, stop(up, new After.Aside(ask.why())));
            case Turn(Going s, Input.StepAside ask)
                    when s.after() instanceof After.Stop && !ask.byPerson() ->
                    stay();
            case Turn(Going s, Input.StepAside ask) ->
                    aside(ask, to(s.then(new After.Aside(ask.why()))));
            case Turn(Aside(Instant notBefore, String why), Input.ComeBack _) ->
                    now.isBefore(notBefore) ? to(new Backoff(notBefore, why)) : begin();
            case Turn(Going s, Input.ComeBack _) when s.after() instanceof After.Aside ->
                    to(s.then(new After.Back()));

            // Needs and time.
            case Turn(Waiting _, Input.NeedsChanged(String what)) ->
                    what.isEmpty() ? begin() : to(new Waiting(what));
            case Turn(Backoff(Instant until, _), Input.TimeReached _) when !now.isBefore(until) ->
                    begin();
            case Turn(Starting s, Input.TimeReached _) when !now.isBefore(s.deadline()) ->
                    stop(s, tooLate(now));
            case Turn(Live s, Input.TimeReached _) when !now.isBefore(s.deadline()) ->
                    stop(s, tooLate(now));
            case Turn(Unready s, Input.TimeReached _) when due(s.deadline(), now) ->
                    stop(s, judge(s, true, "was unready for too long", now));
            case Turn(Hung s, Input.TimeReached _) when !now.isBefore(s.deadline()) ->
                    giveUp(s, now);
            case Turn(Starting(long r, long pid, Instant at), Input.Overslept(Duration by)) ->
                    to(new Starting(r, pid, later(at, by)));
            case Turn(Live(long r, long pid, Instant at), Input.Overslept(Duration by)) ->
                    to(new Live(r, pid, later(at, by)));
            case Turn(Ready s, Input.Overslept _) -> to(new Ready(s.run(), s.pid(), s.since(), 0));
            case Turn(Unready(long r, long pid, Instant since, var at), Input.Overslept news) ->
                    to(new Unready(r, pid, since, at.map(end -> later(end, news.by()))));
            case Turn(Hung s, Input.Overslept(Duration by)) ->
                    to(new Hung(s.run(), s.pid(), s.readyFor(), later(s.deadline(), by)));

            // The start.
            case Turn(Spawning(long r), Input.Spawned news) when news.run() == r ->
                    started(news, now);
            case Turn(Abandoning s, Input.Spawned news) when news.run() == s.run() ->
                    to(new Stopping(news.run(), news.pid(), s.after()));
            case Turn(Spawning(long r), Input.SpawnFailed news) when news.run() == r ->
                    failed(news.failure(), now);
            case Turn(Abandoning s, Input.SpawnFailed news) when news.run() == s.run() ->
                    settle(s.after(), new Exit.Unknown(), "", now);
            // A process nobody is waiting for must not outlive this turn.
            case Turn(_, Input.Spawned news) -> stay(new Effect.KillTree(news.run()));

            // Readiness.
            case Turn(Starting s, Input.ProbePassed news) when news.run() == s.run() ->
                    ready(s, now);
            case Turn(Live s, Input.ProbePassed news) when news.run() == s.run() -> ready(s, now);
            case Turn(Ready s, Input.ProbePassed news) when news.run() == s.run() ->
                    to(new Ready(s.run(), s.pid(), s.since(), 0));
            case Turn(Unready s, Input.ProbePassed news) when news.run() == s.run() ->
                    to(new Ready(s.run(), s.pid(), s.since(), 0));
            case Turn(Ready s, Input.ProbeMissed news) when news.run() == s.run() && !calm(now) ->
                    missed(s, now);

            // Life.
            case Turn(Hung _, Input.LivePassed _) -> stay();
            case Turn(Hung _, Input.LiveMissed _) -> stay();
            case Turn(Hung s, Input.Dumped news) when news.run() == s.run() -> giveUp(s, now);
            case Turn(Up up, Input.LivePassed news) when news.run() == up.run() -> alive(up);
            case Turn(Starting _, Input.LiveMissed _) -> stay(); // its deadline watches over it
            case Turn(Up up, Input.LiveMissed news) when news.run() == up.run() && !calm(now) ->
                    silent(up, now);

            // The end.
            case Turn(Up up, Input.Exited(long r, Exit exit)) when r == up.run() ->
                    to(new Clearing(r, exit, judge(up, false, exit.words(), now)));
            case Turn(Stopping s, Input.Exited(long r, Exit exit)) when r == s.run() ->
                    to(new Clearing(r, exit, s.after()));
            case Turn(Clearing s, Input.Emptied(long r, String holder)) when r == s.run() ->
                    settle(s.after(), s.exit(), holder, now);

            // News that changes nothing here. No default: a new input has to be placed by hand.
            case Turn(_, Input.NeedsChanged _) -> stay();
            case Turn(_, Input.ComeBack _) -> stay();
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
        return refilled(begin());
    }

    private List<Effect> refilled(List<Effect> effects) {
        account.refill();
        portRetries = 0;
        return effects;
    }

    private List<Effect> aside(Input.StepAside ask, List<Effect> effects) {
        return ask.byPerson() ? refilled(effects) : effects;
    }

    private List<Effect> begin() {
        if (!missing.isEmpty()) {
            return to(new Waiting(missing));
        }
        run++;
        return to(new Spawning(run), new Effect.Spawn(run));
    }

    private List<Effect> abandon(Spawning s, After after) {
        return to(new Abandoning(s.run(), after), new Effect.AskToExit(s.run()));
    }

    private List<Effect> stop(Up up, After after) {
        return to(new Stopping(up.run(), up.pid(), after), new Effect.AskToExit(up.run()));
    }

    private List<Effect> started(Input.Spawned news, Instant now) {
        liveHeld = false;
        liveMisses = 0;
        var deadline = later(now, spec.ready().timeout());
        var starting = new Starting(news.run(), news.pid(), deadline);
        // Nothing to wait for: the process is there, and that is all that was asked.
        return spec.ready().check() instanceof SidecarSpec.Check.Started
                ? ready(starting, now)
                : to(starting);
    }

    private List<Effect> ready(Up up, Instant now) {
        portRetries = 0;
        return to(new Ready(up.run(), up.pid(), now, 0));
    }

    private List<Effect> missed(Ready s, Instant now) {
        int misses = s.misses() + 1;
        return to(
                misses < spec.ready().failures()
                        ? new Ready(s.run(), s.pid(), s.since(), misses)
                        : new Unready(
                                s.run(),
                                s.pid(),
                                s.since(),
                                spec.ready().unhealthy().map(now::plus)));
    }

    private List<Effect> alive(Up up) {
        liveHeld = true;
        liveMisses = 0;
        return up instanceof Starting s ? to(new Live(s.run(), s.pid(), s.deadline())) : stay();
    }

    private List<Effect> silent(Up up, Instant now) {
        liveHeld = false;
        liveMisses++;
        if (liveMisses < failures()) {
            return stay();
        }
        var patience = spec.dump().map(SidecarSpec.Dump::timeout).orElse(Duration.ZERO);
        var deadline = now.plus(patience).plus(DUMP_MARGIN);
        var hung = new Hung(up.run(), up.pid(), up.readyFor(now), deadline);
        return to(hung, new Effect.Dump(up.run()));
    }

    /** Why the last checks missed, in words for people. */
    void lastMisses(Optional<String> ready, Optional<String> live) {
        lastMiss = ready;
        lastLiveMiss = live;
    }

    /** Why it is in its state, in plain words; empty when there is nothing to say. */
    String reason() {
        return state instanceof Unready ? state.reason() + because(lastMiss) : state.reason();
    }

    private static String because(Optional<String> miss) {
        return miss.map(why -> ": " + why).orElse("");
    }

    private int failures() {
        return spec.live().map(SidecarSpec.Live::failures).orElse(Integer.MAX_VALUE);
    }

    private List<Effect> giveUp(Hung s, Instant now) {
        var why = "failed its live check %d times in a row".formatted(failures());
        why += because(lastLiveMiss);
        return stop(s, judge(s, true, why, now));
    }

    private After tooLate(Instant now) {
        var why = "was not ready within " + Words.of(spec.ready().timeout()) + because(lastMiss);
        return new After.Judge(Duration.ZERO, true, calm(now), why);
    }

    private After judge(Up up, boolean forced, String why, Instant now) {
        return new After.Judge(up.readyFor(now), forced, calm(now), why);
    }

    private List<Effect> failed(Input.Failure failure, Instant now) {
        return switch (failure) {
            case Input.Failure.Configured(var problem) -> misconfigured(problem);
            case Input.Failure.Undecided(var problem) ->
                    to(new SafeMode(problem.what(), Optional.of(problem)));
            case Input.Failure.Passing(var why) ->
                    spec.restart().policy() == SidecarSpec.RestartPolicy.NEVER
                            ? to(new Failed("it " + why))
                            : again(new After.Judge(Duration.ZERO, true, calm(now), why), now);
        };
    }

    /** No process is left: what now? */
    private List<Effect> settle(After after, Exit exit, String portTakenBy, Instant now) {
        ends++;
        return switch (after) {
            case After.Stop _ -> to(new Stopped("stopped on request"));
            case After.Restart _ -> fresh();
            case After.Aside(String why) -> to(new Aside(now, why));
            case After.Back _ -> begin();
            case After.Judge judge ->
                    switch (Verdict.on(spec, exit, judge, portTakenBy, portRetries)) {
                        case Verdict.Done _ -> to(new Completed());
                        case Verdict.Over(String reason) -> to(new Failed(reason));
                        case Verdict.Fatal(Problem problem) -> misconfigured(problem);
                        case Verdict.Again _ -> again(judge, now);
                        case Verdict.OtherPort _ -> {
                            portRetries++;
                            yield begin();
                        }
                    };
        };
    }

    private List<Effect> misconfigured(Problem problem) {
        return to(new FailedConfig(problem), new Effect.ClearAround(false));
    }

    private List<Effect> again(After.Judge judge, Instant now) {
        if (!judge.excused()) {
            var refusal = account.charge(now);
            if (!refusal.isEmpty()) {
                var reason = "it %s, and %s are used up".formatted(judge.why(), refusal);
                return to(new SafeMode(reason), new Effect.ClearAround(false));
            }
        }
        var at = account.restartAt(judge.readyFor(), now);
        var strategy = spec.restart().strategy();
        if (strategy != Strategy.ONE_FOR_ONE) {
            var everybody = strategy == Strategy.ONE_FOR_ALL;
            return to(new Aside(at, "it " + judge.why()), new Effect.ClearAround(everybody));
        }
        return now.isBefore(at) ? to(new Backoff(at, "it " + judge.why())) : begin();
    }

    private boolean calm(Instant now) {
        return now.isBefore(calmUntil);
    }

    private Instant later(Instant deadline, Duration by) {
        var moved = deadline.plus(by);
        return moved.isBefore(calmUntil) ? calmUntil : moved;
    }

    private static boolean due(Optional<Instant> deadline, Instant now) {
        return deadline.isPresent() && !now.isBefore(deadline.get());
    }

    private List<Effect> to(SidecarState next, Effect... effects) {
        state = next;
        return List.of(effects);
    }

    private List<Effect> stay(Effect... effects) {
        return List.of(effects);
    }
}
