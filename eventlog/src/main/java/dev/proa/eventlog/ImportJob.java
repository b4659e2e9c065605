package dev.proa.eventlog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
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

    private record Skipped(String file, long line, String what) {}

    private final long id;
    private final String source;
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
    private final Map<String, long[]> counts = new TreeMap<>();
    private boolean cancelled;

    ImportJob(long id, String source, ImportWish wish, long startedMillis) {
        this.id = id;
        this.source = source;
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

    /** Whether it has found anything at all. */
    synchronized boolean idle() {
        return state.equals(DONE) && events == 0 && duplicates == 0 && skipped.isEmpty();
    }

    synchronized boolean running() {
        return state.equals(RUNNING);
    }

    /** Takes the files in and returns when that is done, cancelled, or has failed. */
    void run(List<Intake> intakes, InstantSource clock) throws InterruptedException {
        synchronized (this) {
            files = intakes.size();
            bytes = intakes.stream().mapToLong(Intake::bytes).sum();
        }
        try {
            for (var intake : intakes) {
                if (cancelled()) {
                    break;
                }
                one(intake);
            }
            end(cancelled() ? CANCELLED : DONE, clock.millis());
        } catch (Intake.Refused e) {
            fail(String.valueOf(e.getMessage()), clock.millis());
        }
    }

    private void one(Intake intake) throws InterruptedException, Intake.Refused {
        try {
            intake.taking().run(this);
        } catch (IOException | UncheckedIOException e) {
            skipped(intake.file().toString(), 0, "cannot be read (" + e + ")");
        }
        synchronized (this) {
            filesDone += cancelled ? 0 : 1;
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

    @Override
    public synchronized void counted(String table, long read, long before, long after) {
        counts.put(table, new long[] {read, before, after});
    }

    private void writeCounts(JsonGenerator out) {
        out.writeName("counts");
        out.writeStartObject();
        counts.forEach((table, numbers) -> {
            out.writeName(table);
            out.writeStartObject();
            out.writeNumberProperty("read", numbers[0]);
            out.writeNumberProperty("before", numbers[1]);
            out.writeNumberProperty("after", numbers[2]);
            out.writeEndObject();
        });
        out.writeEndObject();
    }

    synchronized void write(JsonGenerator out) {
        out.writeStartObject();
        out.writeNumberProperty("id", id);
        out.writeStringProperty("source", source);
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
        if (!counts.isEmpty()) {
            writeCounts(out);
        }
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
