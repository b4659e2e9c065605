package dev.proa.eventlog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * One import of histories: what it is to do, and how far it has come. Safe to use from any thread.
 */
final class ImportJob implements ImportProgress {
    /** Enough to look at; the rest is counted. */
    private static final int MOST_NAMED = 200;

    static final String RUNNING = "running";
    static final String DONE = "done";
    static final String CANCELLED = "cancelled";
    static final String FAILED = "failed";

    /** The folders and files of one source. */
    record Part(HistorySource source, List<HistorySource.Found> files) {}

    private record Skipped(String file, long line, String what) {}

    private final long id;
    private final String sources;
    private final ImportWish wish;
    private final long startedMillis;
    private String state = RUNNING; // guarded by this, as is all that follows
    private @Nullable Long endedMillis;
    private @Nullable String problem;
    private int files;
    private int filesDone;
    private long bytes;
    private long bytesDone;
    private long events;
    private long duplicates;
    private final List<Skipped> skipped = new ArrayList<>();
    private long skippedMore;
    private boolean cancelled;

    ImportJob(long id, String sources, ImportWish wish, long startedMillis) {
        this.id = id;
        this.sources = sources;
        this.wish = wish;
        this.startedMillis = startedMillis;
    }

    long id() {
        return id;
    }

    ImportWish wish() {
        return wish;
    }

    synchronized long events() {
        return events;
    }

    synchronized boolean running() {
        return state.equals(RUNNING);
    }

    /** Reads the files into the log and returns when that is done, cancelled, or has failed. */
    void run(EventLog log, List<Part> parts) throws InterruptedException {
        synchronized (this) {
            files = parts.stream().mapToInt(part -> part.files().size()).sum();
            bytes =
                    parts.stream()
                            .flatMap(part -> part.files().stream())
                            .mapToLong(HistorySource.Found::bytes)
                            .sum();
        }
        try {
            for (var part : parts) {
                var reader = new HistoryImport(log, part.source(), wish, this);
                for (var found : part.files()) {
                    if (cancelled()) {
                        end(CANCELLED, log.now());
                        return;
                    }
                    one(reader, found);
                }
            }
            end(cancelled() ? CANCELLED : DONE, log.now());
        } catch (HistoryImport.Refused e) {
            fail(String.valueOf(e.getMessage()), log.now());
        }
    }

    private void one(HistoryImport reader, HistorySource.Found found)
            throws InterruptedException, HistoryImport.Refused {
        try {
            reader.take(found.file());
        } catch (IOException | UncheckedIOException e) {
            skipped(found.file().toString(), 0, "cannot be read (" + e + ")");
        }
        synchronized (this) {
            filesDone++;
        }
    }

    private synchronized void end(String how, long now) {
        state = how;
        endedMillis = now;
    }

    synchronized void fail(String because, long now) {
        problem = because;
        end(FAILED, now);
    }

    synchronized void cancel() {
        cancelled = true;
    }

    @Override
    public synchronized boolean cancelled() {
        return cancelled;
    }

    @Override
    public synchronized void read(long more) {
        bytesDone += more;
    }

    @Override
    public synchronized void stored(long more, long known) {
        events += more;
        duplicates += known;
    }

    @Override
    public synchronized void skipped(String file, long line, String what) {
        if (skipped.size() < MOST_NAMED) {
            skipped.add(new Skipped(file, line, what));
        } else {
            skippedMore++;
        }
    }

    synchronized void write(JsonGenerator out) {
        out.writeStartObject();
        out.writeNumberProperty("id", id);
        out.writeStringProperty("source", sources);
        out.writeStringProperty("state", state);
        out.writeNumberProperty("files", files);
        out.writeNumberProperty("files_done", filesDone);
        out.writeNumberProperty("bytes", bytes);
        out.writeNumberProperty("bytes_done", bytesDone);
        out.writeNumberProperty("events", events);
        out.writeNumberProperty("duplicates", duplicates);
        out.writeName("skipped");
        out.writeStartArray();
        for (var one : skipped) {
            out.writeStartObject();
            out.writeStringProperty("file", one.file());
            Json.whole(out, "line", one.line() == 0 ? null : (Long) one.line());
            out.writeStringProperty("what", one.what());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeNumberProperty("skipped_more", skippedMore);
        Json.time(out, "started_at", startedMillis);
        Json.time(out, "ended_at", endedMillis);
        Json.text(out, "problem", problem);
        out.writeBooleanProperty("dry_run", wish.dryRun());
        Json.time(out, "from", boxed(wish.from()));
        Json.time(out, "to", boxed(wish.to()));
        out.writeEndObject();
    }

    private static @Nullable Long boxed(OptionalLong value) {
        return value.isPresent() ? (Long) value.getAsLong() : null;
    }
}
