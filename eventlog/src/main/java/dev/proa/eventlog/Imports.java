package dev.proa.eventlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Imports histories of agents into a log, one import at a time, when it is asked to and by itself
 * at intervals. Safe to use from any thread.
 */
public final class Imports implements AutoCloseable {
    /** How long after the start the first import by itself begins. */
    static final Duration FIRST = Duration.ofSeconds(5);

    private static final Duration LOOK = Duration.ofSeconds(15);
    private static final int MOST_KEPT = 20;

    private sealed interface Input {
        record Run(ImportJob job, ImportRequest request) implements Input {}

        record Stop() implements Input {}
    }

    private final EventLog log;
    private final HistoryPlaces places;
    private final Supplier<Duration> every;
    private final LongConsumer imported;
    private final LinkedBlockingQueue<Input> inbox = new LinkedBlockingQueue<>();
    private final Deque<ImportJob> jobs = new ArrayDeque<>(); // guarded by itself, newest first
    private final Thread thread;
    private long ids; // guarded by jobs
    private Instant autoAt; // guarded by jobs
    private volatile boolean stopping;

    /**
     * Imports into {@code log}.
     *
     * @param places where the agents' histories are
     * @param every how often it imports by itself; zero for never
     * @param imported hears how many events an import by itself has brought, if any
     */
    public Imports(
            EventLog log, HistoryPlaces places, Supplier<Duration> every, LongConsumer imported) {
        this.log = log;
        this.places = places;
        this.every = every;
        this.imported = imported;
        autoAt = Instant.ofEpochMilli(log.now()).plus(FIRST);
        thread = Thread.ofPlatform().name("proa-import").daemon().start(this::run);
    }

    /**
     * Answers {@code POST /api/imports}: 202 with the job, 400 with every fault. A job waits until
     * those before it have ended.
     */
    public Reply start(byte[] body) {
        var input = body.length == 0 ? Optional.of(Json.read("{}")) : BodyText.read(body);
        if (input.isEmpty()) {
            return Reply.error(400, EventIngest.NOT_JSON);
        }
        return switch (ImportRequest.read(input.get(), ZoneId.systemDefault())) {
            case ImportRequest.Read.Bad(var faults) ->
                    EventIngest.refused("Invalid import", faults);
            case ImportRequest.Read.Good(var request) -> {
                var job = begin(request);
                yield Reply.of(202, job::write);
            }
        };
    }

    ImportJob begin(ImportRequest request) {
        var job = keep(request);
        inbox.add(new Input.Run(job, request));
        return job;
    }

    private ImportJob keep(ImportRequest request) {
        synchronized (jobs) {
            var job = new ImportJob(++ids, request.source(), request.wish(), log.now());
            jobs.addFirst(job);
            while (jobs.size() > MOST_KEPT && !jobs.getLast().running()) {
                jobs.removeLast();
            }
            return job;
        }
    }

    /** Answers {@code GET /api/imports}: the jobs since the start, newest first. */
    public Reply list() {
        List<ImportJob> present;
        Instant next;
        synchronized (jobs) {
            present = List.copyOf(jobs);
            next = autoAt;
        }
        var interval = every.get();
        return Reply.of(
                200,
                out -> {
                    out.writeStartObject();
                    out.writeName("jobs");
                    out.writeStartArray();
                    present.forEach(job -> job.write(out));
                    out.writeEndArray();
                    out.writeName("auto");
                    out.writeStartObject();
                    out.writeNumberProperty("every_minutes", interval.toMinutes());
                    Json.time(out, "next_at", interval.isZero() ? null : next.toEpochMilli());
                    out.writeEndObject();
                    out.writeEndObject();
                });
    }

    /** Answers {@code POST /api/imports/{id}/cancel}: 202 with the job, or 404. */
    public Reply cancel(String id) {
        synchronized (jobs) {
            for (var job : jobs) {
                if (Long.toString(job.id()).equals(id)) {
                    job.cancel();
                    return Reply.of(202, job::write);
                }
            }
        }
        return Reply.error(404, "There is no import " + id);
    }

    private void run() {
        try {
            while (!stopping) {
                switch (inbox.poll(patience(), TimeUnit.MILLISECONDS)) {
                    case Input.Run(var job, var request) -> run(job, request);
                    case Input.Stop() -> stopping = true;
                    case null -> auto();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Milliseconds until the next import by itself may be due. */
    private long patience() {
        synchronized (jobs) {
            return Math.clamp(autoAt.toEpochMilli() - log.now(), 1, LOOK.toMillis());
        }
    }

    private void auto() throws InterruptedException {
        var interval = every.get();
        synchronized (jobs) {
            if (interval.isZero() || log.now() < autoAt.toEpochMilli()) {
                return;
            }
        }
        var request = ImportRequest.all();
        var job = keep(request);
        run(job, request);
        synchronized (jobs) {
            autoAt = Instant.ofEpochMilli(log.now()).plus(interval);
            if (job.idle()) {
                jobs.remove(job); // nothing new is no news
            }
        }
        if (job.events() > 0) {
            imported.accept(job.events());
        }
    }

    private void run(ImportJob job, ImportRequest request) throws InterruptedException {
        try {
            job.run(intakes(request), log::instant);
        } catch (RuntimeException | Error e) { // one import must not end all that follow
            job.fail("The import failed (" + e + "). Report this defect.", log.now());
        }
    }

    private List<Intake> intakes(ImportRequest request) {
        var intakes = new ArrayList<Intake>();
        for (var source : request.sources()) {
            var importing = new HistoryImport(log, source, request.wish());
            for (var folder : request.folder().map(List::of).orElse(places.of(source))) {
                for (var found : HistorySource.files(folder)) {
                    intakes.add(
                            new Intake(
                                    found.file(),
                                    found.bytes(),
                                    progress -> importing.take(found.file(), progress)));
                }
            }
        }
        request.file().ifPresent(file -> intakes.add(single(file, request.wish())));
        return intakes;
    }

    /** A file of its own kind is read as a whole each time. */
    private Intake single(Path file, ImportWish wish) {
        return new Intake(
                file,
                size(file),
                progress -> {
                    if (!Files.isReadable(file)) {
                        throw new NoSuchFileException(file.toString());
                    }
                    if (OldMonitor.database(file)) {
                        new OldMonitor(log, wish).take(file, progress);
                        return;
                    }
                    var name = log.read(ImportTables::log);
                    HistoryImport.Opening opening =
                            (_, _) -> new EventLines(name, this::has, progress);
                    new HistoryImport(log, "lines", opening, wish.whole()).take(file, progress);
                });
    }

    private boolean has(long id, String session) {
        try {
            return log.read(connection -> Known.row(connection, id, session));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0; // who reads it will say so
        }
    }

    /** Ends after what was begun has been stored as far as it was read. */
    @Override
    public void close() {
        stopping = true;
        synchronized (jobs) {
            jobs.forEach(ImportJob::cancel);
        }
        inbox.add(new Input.Stop());
        Threads.join(thread);
    }
}
