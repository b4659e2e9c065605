package dev.proa.eventlog;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Takes one file of a history into the log, from where it was left. Events and the mark of how far
 * they reach are stored in one transaction after another. For one thread.
 */
final class HistoryImport {
    private static final int GROUP_EVENTS = 256;
    private static final long GROUP_BYTES = 1024 * 1024;

    /** Or so many bytes of a file without an event. */
    private static final long STEP_BYTES = 8L * 1024 * 1024;

    private final EventLog log;
    private final HistorySource source;
    private final ImportWish wish;
    private final ImportProgress progress;

    HistoryImport(EventLog log, HistorySource source, ImportWish wish, ImportProgress progress) {
        this.log = log;
        this.source = source;
        this.wish = wish;
        this.progress = progress;
    }

    /** The log does not take events. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /** Takes in what is new. */
    void take(Path file) throws IOException, InterruptedException, Refused {
        var stamp = ImportMark.Stamp.of(file);
        var silent = log.now() - stamp.modifiedMillis() > Lifecycle.HISTORY.toMillis();
        var known = wish.force() || wish.scoped() ? null : mark(file).orElse(null);
        if (known != null && known.stamp().equals(stamp) && !(known.unfinished() && silent)) {
            progress.read(stamp.bytes());
            return;
        }
        try (var lines = Lines.of(file)) {
            if (known != null && continues(lines, known)) {
                progress.read(known.place().offset());
                new Reading(file, lines, stamp, known).all(silent);
                return;
            }
        }
        if (known != null) {
            progress.skipped(
                    file.toString(),
                    0,
                    "the file was cut or replaced since it was last read; it is read from its"
                            + " start");
        }
        try (var lines = Lines.of(file)) {
            new Reading(file, lines, stamp, null).all(silent);
        }
    }

    private Optional<ImportMark> mark(Path file) throws InterruptedException {
        return log.read(connection -> ImportTables.of(connection, file.toString()));
    }

    private static boolean continues(Lines lines, ImportMark known) throws IOException {
        lines.pass(known.place().offset());
        return lines.takenTo() == known.place().offset()
                && lines.hash().equals(known.place().hash());
    }

    /** One file from a line on. */
    private final class Reading {
        private final Path file;
        private final Lines lines;
        private final ImportMark.Stamp stamp;
        private final History history;
        private final List<NewEvent> group = new ArrayList<>();
        private long weight;
        private long line;
        private long entries;
        private long events;
        private long storedTo;

        Reading(Path file, Lines lines, ImportMark.Stamp stamp, @Nullable ImportMark known) {
            this.file = file;
            this.lines = lines;
            this.stamp = stamp;
            history = source.reader(file, known == null ? "{}" : known.memory());
            line = known == null ? 0 : known.place().lines();
            entries = known == null ? 0 : known.place().entries();
            events = known == null ? 0 : known.events();
            storedTo = lines.takenTo();
        }

        void all(boolean silent) throws IOException, InterruptedException, Refused {
            for (var next = lines.next(); next.isPresent(); next = lines.next()) {
                if (!one(next.get())) {
                    break;
                }
                if (group.size() >= GROUP_EVENTS
                        || weight >= GROUP_BYTES
                        || lines.takenTo() - storedTo >= STEP_BYTES) {
                    store(ImportMark.Stamp.NONE);
                    if (progress.cancelled()) {
                        return;
                    }
                }
            }
            if (silent) {
                history.rest().forEach(this::keep);
            }
            store(stamp);
        }

        /** False if the line is still being written. */
        private boolean one(Lines.Line next) {
            var text = next.text();
            var blank = text.isPresent() && text.get().isBlank();
            var json = text.filter(_ -> !blank).flatMap(HistoryImport::object);
            if (!next.ended() && json.isEmpty()) {
                return false;
            }
            line++;
            if (json.isPresent()) {
                history.line(json.get(), entries).forEach(this::keep);
            } else if (!blank) {
                progress.skipped(
                        file.toString(),
                        line,
                        text.isPresent()
                                ? "is no JSON object"
                                : "is longer than %d MB"
                                        .formatted(Lines.LONGEST_LINE / (1024 * 1024)));
            }
            entries += blank ? 0 : 1;
            lines.take();
            return true;
        }

        private void keep(NewEvent event) {
            if (wish.wants(event)) {
                group.add(event);
                weight += event.weight();
            }
        }

        private void store(ImportMark.Stamp upTo) throws InterruptedException, Refused {
            if (wish.dryRun()) {
                count();
            } else {
                append(upTo);
            }
            progress.read(lines.takenTo() - storedTo);
            storedTo = lines.takenTo();
            group.clear();
            weight = 0;
        }

        private void count() throws InterruptedException {
            var known = log.read(connection -> known(connection, group));
            progress.stored(group.size() - known, known);
        }

        private void append(ImportMark.Stamp upTo) throws InterruptedException, Refused {
            var mark =
                    new ImportMark(
                            file.toString(),
                            source.word(),
                            new ImportMark.Place(lines.takenTo(), lines.hash(), line, entries),
                            history.memory(),
                            history.unfinished(),
                            upTo,
                            events + group.size());
            var now = log.now();
            Along along =
                    wish.recorded()
                            ? connection -> ImportTables.save(connection, mark, now)
                            : Along.NOTHING;
            var done = false;
            while (!done) {
                switch (log.append(List.copyOf(group), along)) {
                    case Appended.Stored(var ids, var duplicates) -> {
                        events += group.size();
                        progress.stored(ids.size(), duplicates);
                        done = true;
                    }
                    case Appended.Busy(var after) -> TimeUnit.MILLISECONDS.sleep(after.toMillis());
                    case Appended.Failed(var problem) -> throw new Refused(problem.toString());
                }
            }
        }
    }

    private static long known(Connection connection, List<NewEvent> events) throws SQLException {
        var known = 0L;
        try (var statement =
                connection.prepareStatement("SELECT 1 FROM events WHERE event_id = ?")) {
            for (var event : events) {
                statement.setString(1, event.eventId());
                try (var rows = statement.executeQuery()) {
                    known += rows.next() ? 1 : 0;
                }
            }
        }
        return known;
    }

    private static Optional<JsonNode> object(String text) {
        try {
            return Optional.of(BodyText.sound(text)).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
