package dev.proa.eventlog;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Takes files of a history into a log, and remembers what was said about it. */
final class TestImport implements ImportProgress {
    final List<String> skipped = new ArrayList<>();
    long events;
    long duplicates;
    long bytes;
    long cancelAfter = Long.MAX_VALUE; // events

    static TestImport of(TestLog log, HistorySource source, Path... files) throws Exception {
        return of(log, source, ImportWish.ALL, files);
    }

    static TestImport of(TestLog log, HistorySource source, ImportWish wish, Path... files)
            throws Exception {
        var progress = new TestImport();
        progress.take(log, source, wish, files);
        return progress;
    }

    void take(TestLog log, HistorySource source, ImportWish wish, Path... files) throws Exception {
        for (var file : files) {
            new HistoryImport(log.log, source, wish).take(file, this);
        }
    }

    /** What lines of a transcript give, read at once. */
    static List<NewEvent> events(History history, String... lines) throws Exception {
        var events = new ArrayList<NewEvent>();
        for (var i = 0; i < lines.length; i++) {
            events.addAll(history.line(Json.read(lines[i]), i));
        }
        return events;
    }

    static Path file(Path folder, String name, String... lines) throws Exception {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    @Override
    public void read(long more) {
        bytes += more;
    }

    @Override
    public void stored(long more, long known) {
        events += more;
        duplicates += known;
    }

    @Override
    public void skipped(String file, long line, String what) {
        skipped.add(Path.of(file).getFileName() + ":" + line + " " + what);
    }

    @Override
    public boolean cancelled() {
        return events >= cancelAfter;
    }
}
