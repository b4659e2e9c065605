package dev.proa.eventlog;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Takes one file of a history into the log, from where it was left. Events and the mark of how far
 * they reach are stored in one transaction after another.
 */
final class HistoryImport {
    /** How many bytes of a file may go by without an event before the mark moves. */
    private static final long STEP_BYTES = 8L * 1024 * 1024;

    private final EventLog log;
    private final String source;
    private final Opening opening;
    private final ImportWish wish;

    /** Makes a reader of a file that knows what an earlier one gave as its memory. */
    @FunctionalInterface
    interface Opening {
        History reader(Path file, String memory);
    }

    HistoryImport(EventLog log, HistorySource source, ImportWish wish) {
        this(log, source.word(), source::reader, wish);
    }

    HistoryImport(EventLog log, String source, Opening opening, ImportWish wish) {
        this.log = log;
        this.source = source;
        this.opening = opening;
        this.wish = wish;
    }

    /** Takes in what is new. */
    void take(Path file, ImportProgress progress)
            throws IOException, InterruptedException, Intake.Refused {
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
                new Reading(file, progress, lines, stamp, known).all(silent);
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
            new Reading(file, progress, lines, stamp, null).all(silent);
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
        private final ImportProgress progress;
        private final Lines lines;
        private final ImportMark.Stamp stamp;
        private final History history;
        private final Pump pump;
        private long line;
        private long entries;
        private long events;
        private long storedTo;

        Reading(
                Path file,
                ImportProgress progress,
                Lines lines,
                ImportMark.Stamp stamp,
                @Nullable ImportMark known) {
            this.file = file;
            this.progress = progress;
            pump = new Pump(log, wish, progress);
            this.lines = lines;
            this.stamp = stamp;
            history = opening.reader(file, known == null ? "{}" : known.memory());
            // Another monitor did not count the lines that it read.
            line = known == null ? 0 : Math.max(known.place().lines(), lines.passed());
            entries =
                    known == null
                            ? 0
                            : known.place().lines() == 0 ? lines.passed() : known.place().entries();
            events = known == null ? 0 : known.events();
            storedTo = lines.takenTo();
        }

        void all(boolean silent) throws IOException, InterruptedException, Intake.Refused {
            for (var next = lines.next(); next.isPresent(); next = lines.next()) {
                if (!one(next.get())) {
                    break;
                }
                if (pump.full() || lines.takenTo() - storedTo >= STEP_BYTES) {
                    store(ImportMark.Stamp.NONE);
                    if (progress.cancelled()) {
                        return;
                    }
                }
            }
            if (silent) {
                history.rest().forEach(pump::add);
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
                tell(json.get());
            } else if (!blank) {
                skip(
                        text.isPresent()
                                ? "is no JSON object"
                                : "is longer than %d MB"
                                        .formatted(Lines.LONGEST_LINE / (1024 * 1024)));
            }
            entries += blank ? 0 : 1;
            lines.take();
            return true;
        }

        private void tell(JsonNode json) {
            try {
                history.line(json, entries).forEach(pump::add);
            } catch (History.Unfit e) {
                skip(String.valueOf(e.getMessage()));
            }
        }

        private void skip(String because) {
            progress.skipped(file.toString(), line, because);
        }

        private void store(ImportMark.Stamp upTo) throws InterruptedException, Intake.Refused {
            events += pump.size();
            var mark =
                    new ImportMark(
                            file.toString(),
                            source,
                            new ImportMark.Place(lines.takenTo(), lines.hash(), line, entries),
                            history.memory(),
                            history.unfinished(),
                            upTo,
                            events);
            var now = log.now();
            pump.store(
                    wish.recorded()
                            ? posting -> ImportTables.save(posting.sql().connection(), mark, now)
                            : Along.NOTHING);
            progress.read(lines.takenTo() - storedTo);
            storedTo = lines.takenTo();
        }
    }

    private static Optional<JsonNode> object(String text) {
        try {
            return Optional.of(BodyText.sound(BodyText.unmarked(text))).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
