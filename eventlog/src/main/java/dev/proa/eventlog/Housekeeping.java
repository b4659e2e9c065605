package dev.proa.eventlog;

import dev.proa.core.ProaException;
import dev.proa.core.Problem;
import dev.proa.core.Where;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Keeps a log small and sound: deletes what has been kept long enough, gives room back, copies the
 * log, and looks through it once a day. Safe to use from any thread.
 */
public final class Housekeeping implements AutoCloseable {
    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration PRUNING = Duration.ofHours(1);
    private static final Duration CHECK = Duration.ofHours(24);

    /** Sizes are estimates, so that it may take more than one round to get below a limit. */
    private static final int ROUNDS = 10;

    private static final Duration INDEXING = Duration.ofSeconds(5);

    private final EventLog log;
    private final Supplier<SettingValues.Retention> retention;
    private final Object pruning = new Object(); // held while events are deleted
    private final ScheduledExecutorService pace =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("proa-housekeeping").daemon().factory());
    private volatile @Nullable Integrity integrity;
    private volatile boolean closing;

    /**
     * Keeps {@code log}.
     *
     * @param retention how long events are to be kept now
     */
    public Housekeeping(EventLog log, Supplier<SettingValues.Retention> retention) {
        this(log, retention, FIRST, PRUNING);
    }

    Housekeeping(
            EventLog log,
            Supplier<SettingValues.Retention> retention,
            Duration first,
            Duration pruning) {
        this.log = log;
        this.retention = retention;
        every(first, pruning, () -> prune(false));
        every(first, CHECK, this::check);
    }

    private interface Chore {
        void run() throws InterruptedException;
    }

    private void every(Duration first, Duration period, Chore chore) {
        Runnable guarded =
                () -> {
                    try {
                        chore.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (ProaException e) {
                        log.trouble(e.problems().getFirst()); // and it is tried again next time
                    } catch (RuntimeException | Error e) { // what is thrown here ends the chore
                        log.trouble(failed(e));
                    }
                };
        var _ =
                pace.scheduleWithFixedDelay(
                        guarded, first.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Problem failed(Throwable because) {
        var cause = because.getCause() == null ? because : because.getCause();
        return new Problem(
                Where.of(log.folder().toString()),
                "a chore of the event log failed (" + cause + ")",
                "Report this defect; it is tried again by itself");
    }

    /**
     * Answers {@code POST /api/prune} with {@code {dry_run}}: what was or would be deleted, when
     * that is done.
     */
    public Reply prune(byte[] body) throws InterruptedException {
        var input = body.length == 0 ? Optional.of(Json.read("{}")) : BodyText.read(body);
        if (input.isEmpty() || !understood(input.get())) {
            return Reply.error(400, "Expected { dry_run: true or false }");
        }
        return prune(input.get().path("dry_run").asBoolean(false));
    }

    /** Another word might be {@code dry_run} with a mistake in it, and what is deleted is gone. */
    private static boolean understood(JsonNode body) {
        return body.isObject()
                && body.properties().stream()
                        .allMatch(member ->
                                member.getKey().equals("dry_run") && member.getValue().isBoolean());
    }

    private Reply prune(boolean dryRun) throws InterruptedException {
        synchronized (pruning) {
            var gone = new TreeMap<String, Pruning.Share>();
            var oldest = OptionalLong.empty();
            if (!dryRun && retention.get().maxBytes().orElse(Long.MAX_VALUE) < log.fileBytes()) {
                giveBack(); // what is free may be what is too much
            }
            for (var round = 0; round < (dryRun ? 1 : ROUNDS) && !closing; round++) {
                var wanted = retention.get();
                var plan = plan(wanted);
                var shares = log.read(plan::plan);
                shares.forEach((type, share) -> gone.merge(type, share, Pruning.Share::plus));
                if (!dryRun && !shares.isEmpty()) {
                    delete(plan);
                }
                oldest = log.read(plan::oldestKept);
                if (shares.isEmpty()) {
                    break;
                }
            }
            var kept = oldest;
            return Reply.of(
                    200,
                    out ->
                            Json.object(
                                    out,
                                    o -> {
                                        var all = Pruning.all(gone);
                                        o.writeNumberProperty("events", all.events());
                                        o.writeNumberProperty("bytes", all.bytes());
                                        StorageReport.kinds(o, gone);
                                        Json.time(
                                                o,
                                                "oldest_kept",
                                                kept.isPresent() ? (Long) kept.getAsLong() : null);
                                        o.writeBooleanProperty("dry_run", dryRun);
                                    }));
        }
    }

    private Pruning plan(SettingValues.Retention wanted) throws InterruptedException {
        // What was deleted takes room in the index until it is forgotten there.
        if (log.index(INDEXING) == Indexer.State.CURRENT) {
            try {
                return log.readWords(c -> Pruning.wanted(c, wanted, log.now(), true));
            } catch (ProaException e) {
                return planned(wanted); // a lost index keeps nobody from deleting
            }
        }
        return planned(wanted);
    }

    private Pruning planned(SettingValues.Retention wanted) throws InterruptedException {
        return log.read(connection -> Pruning.wanted(connection, wanted, log.now(), false));
    }

    private void delete(Pruning plan) throws InterruptedException {
        var more = true;
        while (more && !closing) {
            var gone = new int[1];
            var done =
                    log.onWriter(sql -> {
                        sql.begin();
                        gone[0] = plan.step(sql.connection());
                        sql.commit();
                    });
            more = done && gone[0] > 0;
        }
        giveBack();
    }

    /** Returns free pages to the disk, a few at a time, so that nobody waits for long. */
    private void giveBack() throws InterruptedException {
        var free = log.read(connection -> Schema.number(connection, "PRAGMA freelist_count"));
        for (var left = free; left > 0 && !closing; left -= Pruning.PAGES) {
            log.onWriter(sql -> Pruning.giveBack(sql.connection()));
        }
        log.emptyWal();
    }

    /** Answers {@code GET /api/storage}: what the log takes, and what it holds. */
    public Reply storage() throws InterruptedException {
        var report = log.read(StorageReport::of);
        var looked = integrity;
        var wanted = retention.get();
        return Reply.of(
                200,
                out ->
                        Json.object(
                                out,
                                o -> {
                                    o.writeNumberProperty("db_bytes", log.fileBytes());
                                    o.writeNumberProperty("wal_bytes", log.walBytes());
                                    report.write(o);
                                    StorageReport.integrity(o, looked);
                                    StorageReport.retention(o, wanted);
                                }));
    }

    /** Answers {@code POST /api/storage/check}: looks through the whole log now. */
    public Reply checked() throws InterruptedException {
        check();
        return storage();
    }

    private void check() throws InterruptedException {
        var found = log.readAnew(connection -> Integrity.of(connection, log.now()));
        integrity = found;
        if (!found.soundWords()) {
            var _ = log.damagedWords(new SQLException(found.faults().getFirst()));
        }
    }

    /**
     * Answers {@code POST /api/backup} with {@code {file}}, or none for one in the folder {@code
     * backups} beside the log: 200 with the file, 400, or 409 if it exists.
     */
    public Reply backup(byte[] body) throws InterruptedException {
        var input = body.length == 0 ? Optional.of(Json.read("{}")) : BodyText.read(body);
        try {
            var file = input.map(this::file).orElseThrow(() -> new IOException("no JSON"));
            log.backup(file);
            return Reply.of(
                    200,
                    out ->
                            Json.object(
                                    out,
                                    o -> {
                                        o.writeStringProperty("file", file.toString());
                                        o.writeNumberProperty("bytes", EventLog.size(file));
                                    }));
        } catch (FileAlreadyExistsException e) {
            return Reply.error(409, "The file exists already: " + e.getFile());
        } catch (IOException | InvalidPathException e) {
            return Reply.error(400, "The backup cannot be written there (" + e.getMessage() + ")");
        }
    }

    private Path file(JsonNode input) {
        var named = ClaudeHooks.text(input, "file");
        if (named.isPresent()) {
            var file = Path.of(named.get());
            if (!file.isAbsolute()) {
                throw new InvalidPathException(named.get(), "it must be absolute");
            }
            return file.normalize();
        }
        var name = "events-" + Json.iso(log.now()).replaceAll("[-:]|\\..*$", "") + ".db";
        return log.folder().resolve("backups").resolve(name);
    }

    @Override
    public void close() {
        closing = true;
        pace.shutdownNow();
        try {
            // What is being deleted ends with its transaction.
            var _ = pace.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
