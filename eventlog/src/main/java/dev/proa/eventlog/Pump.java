package dev.proa.eventlog;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Puts the events of one file into a log in groups, and waits while the log has enough to do. */
final class Pump {
    private static final int GROUP_EVENTS = 256;
    private static final long GROUP_BYTES = 1024 * 1024;

    private final EventLog log;
    private final ImportWish wish;
    private final ImportProgress progress;
    private final List<NewEvent> group = new ArrayList<>();
    private long weight;

    Pump(EventLog log, ImportWish wish, ImportProgress progress) {
        this.log = log;
        this.wish = wish;
        this.progress = progress;
    }

    void add(NewEvent event) {
        if (wish.wants(event)) {
            group.add(event);
            weight += event.weight();
        }
    }

    boolean full() {
        return group.size() >= GROUP_EVENTS || weight >= GROUP_BYTES;
    }

    int size() {
        return group.size();
    }

    /** Stores the group and what goes along in one transaction; a dry run only counts. */
    void store(Along along) throws InterruptedException, Intake.Refused {
        if (wish.dryRun()) {
            var known = log.read(connection -> Known.among(connection, group));
            progress.stored(group.size() - known, known);
        } else {
            append(along);
        }
        group.clear();
        weight = 0;
    }

    private void append(Along along) throws InterruptedException, Intake.Refused {
        var done = false;
        while (!done) {
            switch (log.append(List.copyOf(group), along)) {
                case Appended.Stored(var ids, var duplicates) -> {
                    progress.stored(ids.size(), duplicates);
                    done = true;
                }
                case Appended.Busy(var after) -> TimeUnit.MILLISECONDS.sleep(after.toMillis());
                case Appended.Failed(var problem) -> throw new Intake.Refused(problem.toString());
            }
        }
    }
}
