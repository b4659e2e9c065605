package dev.proa.eventlog;

import dev.proa.core.Problem;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one thread that writes a log. Appends that wait together go into one transaction and are
 * acknowledged after it is on the disk.
 */
final class Writer implements AutoCloseable {
    /** How many appends, and how many bytes of them, may wait; beyond that they are refused. */
    record Limits(int appends, long bytes) {
        static final Limits USUAL = new Limits(8_192, 64L * 1024 * 1024);
    }

    private static final int GROUP_EVENTS = 1_024;
    private static final long GROUP_BYTES = 4L * 1024 * 1024;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration SLOWEST_AGING = Duration.ofSeconds(60);

    /** Something to do on the writer's thread with its connection. */
    @FunctionalInterface
    interface Work {
        void run(Statements sql) throws SQLException;
    }

    private final Database database;
    private final InstantSource clock;
    private final EventLogListener listener;
    private final Teller teller;
    private final Checkpoints checkpoints;
    private final Limits limits;
    private final Indexer indexer;
    private final LinkedBlockingQueue<Job> inbox = new LinkedBlockingQueue<>(); // see Limits
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final Thread thread;
    private volatile Lifecycle rules = Lifecycle.USUAL;
    private final AtomicBoolean troubled = new AtomicBoolean();
    private boolean ended; // guarded by inbox; nothing is added once it is set
    private final Transactions transactions; // writer's thread only, as is all that follows
    private boolean stopping;
    private long agedAt;

    Writer(
            Database database,
            Statements statements,
            PriceBook prices,
            InstantSource clock,
            EventLogListener listener,
            Limits limits,
            Indexer indexer)
            throws SQLException {
        this.database = database;
        this.transactions = new Transactions(database, statements, prices, indexer::stored);
        this.clock = clock;
        this.listener = listener;
        this.teller =
                new Teller(listener, failure -> trouble(Storage.defect(database.file(), failure)));
        this.checkpoints =
                new Checkpoints(
                        database, failure -> trouble(Storage.problem(database.file(), failure)));
        this.limits = limits;
        this.indexer = indexer;
        agedAt = clock.millis();
        indexer.begin(ids -> send(new Job.Task(new Clearing(ids), new CompletableFuture<>())));
        thread = Thread.ofPlatform().name("proa-eventlog-writer").start(this::run);
    }

    /**
     * Stores events and what goes along all or none; returns when they are on the disk, or why they
     * are not.
     */
    Appended append(List<NewEvent> events, Along along) throws InterruptedException {
        var weight = along.weight() + events.stream().mapToLong(NewEvent::weight).sum();
        if (waiting.incrementAndGet() > limits.appends() || waitingBytes.get() > limits.bytes()) {
            waiting.decrementAndGet();
            return new Appended.Busy(RETRY_AFTER);
        }
        waitingBytes.addAndGet(weight);
        var job = new Job.Append(events, along, weight, new CompletableFuture<>());
        send(job);
        return await(job.done());
    }

    /** The rules that hold from now on. */
    void live(Lifecycle next) {
        rules = next;
    }

    Lifecycle lifecycle() {
        return rules;
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    int waiting() {
        return waiting.get();
    }

    /** Applies the life cycle's rules, and returns when that is stored and told. */
    void age() throws InterruptedException {
        change(Posting::age);
    }

    /** Runs work between two transactions and waits for it; false if it failed. */
    boolean run(Work work) throws InterruptedException {
        var job = new Job.Task(work, new CompletableFuture<>());
        send(job);
        return await(job.done());
    }

    /** Runs one transaction between those of appends; false if it failed. */
    boolean change(Transactions.Part part) throws InterruptedException {
        var job = new Job.Change(part);
        send(job);
        return await(job.done());
    }

    /** The index of words that follows what is stored. */
    Indexer indexer() {
        return indexer;
    }

    /** Clears the list of deleted events of those whose words are gone. */
    private record Clearing(List<Long> forgotten) implements Work {
        @Override
        public void run(Statements sql) throws SQLException {
            sql.begin();
            try (var delete =
                    sql.connection()
                            .prepareStatement(
                                    "DELETE FROM forgotten WHERE id IN"
                                            + " (SELECT value FROM json_each(?))")) {
                delete.setString(1, forgotten.toString());
                delete.executeUpdate();
            }
            sql.commit();
        }
    }

    private void send(Job job) {
        synchronized (inbox) {
            if (!ended) {
                inbox.add(job);
                return;
            }
        }
        job.refuse(database.file());
    }

    private static <T> T await(CompletableFuture<T> done) throws InterruptedException {
        try {
            return done.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the event log's writer failed", e);
        }
    }

    private void run() {
        while (!(stopping && inbox.isEmpty())) {
            try {
                turn();
            } catch (InterruptedException e) {
                stopping = true; // nobody interrupts this thread but the end of the process
            } catch (RuntimeException | Error e) {
                trouble(Storage.defect(database.file(), e));
            }
        }
        synchronized (inbox) {
            ended = true;
        }
        for (var job = inbox.poll(); job != null; job = inbox.poll()) {
            job.refuse(database.file());
        }
        teller.close();
        try (transactions;
                checkpoints) {
            indexer.close();
        } catch (SQLException e) {
            trouble(Storage.problem(database.file(), e));
        }
    }

    private void turn() throws InterruptedException {
        var first = inbox.poll(patience().toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
            ageIfDue();
            return;
        }
        var group = new ArrayList<Job.Append>();
        var weight = 0L;
        var events = 0;
        for (var job = first; job != null; job = inbox.poll()) {
            switch (job) {
                case Job.Append append -> {
                    group.add(append);
                    weight += append.weight();
                    events += append.events().size();
                }
                case Job.Task task -> {
                    post(group);
                    work(task);
                }
                case Job.Change change -> {
                    post(group);
                    change(change);
                }
                case Job.Stop() -> stopping = true;
            }
            if (events >= GROUP_EVENTS || weight >= GROUP_BYTES) {
                break;
            }
        }
        post(group);
        ageIfDue();
    }

    private Duration patience() {
        return Duration.ofMillis(Math.clamp(aging() - (clock.millis() - agedAt), 1, aging()));
    }

    private boolean agingDue() {
        return clock.millis() - agedAt >= aging();
    }

    /** How often silence is looked at, in milliseconds. */
    private long aging() {
        return Math.clamp(rules.idleAfter().toMillis() / 2, 100, SLOWEST_AGING.toMillis());
    }

    private void work(Job.Task task) {
        var done = false;
        try {
            transactions.work(task.work());
            checkpoints.committed();
            done = true;
        } catch (SQLException e) {
            trouble(Storage.problem(database.file(), e));
        } finally {
            forget(task.work());
            task.done().complete(done);
        }
    }

    /** Has the words of what was deleted forgotten. */
    private void forget(Work work) {
        var any = true;
        try {
            any = !(work instanceof Clearing) && transactions.forgetful();
        } catch (SQLException e) {
            trouble(Storage.problem(database.file(), e)); // there may be some
        }
        if (any) {
            indexer.deleted();
        }
    }

    private void ageIfDue() {
        if (agingDue()) {
            agedAt = clock.millis();
            change(new Job.Change(Posting::age));
        }
    }

    private void change(Job.Change change) {
        try {
            var posted = transact(change.part());
            teller.tell(posted, () -> change.done().complete(true));
        } catch (SQLException e) {
            trouble(Storage.problem(database.file(), e));
            change.done().complete(false);
        } catch (RuntimeException | Error e) {
            change.done().complete(false);
            throw e;
        }
    }

    /** Runs one transaction; on return it is on the disk. */
    private Posting.Posted transact(Transactions.Part part) throws SQLException {
        checkpoints.beginning();
        var posted = transactions.run(clock.millis(), rules, part);
        checkpoints.committed();
        return posted;
    }

    private void post(List<Job.Append> group) {
        if (group.isEmpty()) {
            return;
        }
        for (var append : group) {
            waiting.decrementAndGet();
            waitingBytes.addAndGet(-append.weight());
        }
        store(group);
        group.clear();
    }

    private void store(List<Job.Append> group) {
        var results = new ArrayList<Appended.Stored>(group.size());
        Posting.Posted posted;
        try {
            posted =
                    transact(posting -> {
                        posting.expect(group.stream().flatMap(a -> a.events().stream()));
                        for (var append : group) {
                            results.add(posting.take(append.events(), append.along()));
                        }
                    });
        } catch (SQLException e) {
            failed(group, Storage.problem(database.file(), e), !Storage.medium(e));
            return;
        } catch (RuntimeException | Error e) {
            failed(group, Storage.defect(database.file(), e), true);
            return;
        }
        troubled.set(false);
        for (var i = 0; i < group.size(); i++) {
            group.get(i).done().complete(results.get(i));
        }
        teller.tell(posted, () -> {});
    }

    /** One append that cannot be stored must not take its neighbours with it. */
    private void failed(List<Job.Append> group, Problem problem, boolean apart) {
        if (apart && group.size() > 1) {
            group.forEach(append -> store(List.of(append)));
            return;
        }
        trouble(problem);
        group.forEach(append -> append.done().complete(new Appended.Failed(problem)));
    }

    /** Tells of a problem that somebody else found. */
    void tellOf(Problem problem) {
        listener.troubled(problem);
    }

    private void trouble(Problem problem) {
        if (!troubled.getAndSet(true)) {
            listener.troubled(problem);
        }
    }

    /** Stores what waits, then ends. */
    @Override
    public void close() {
        send(new Job.Stop());
        Threads.join(thread);
    }
}
