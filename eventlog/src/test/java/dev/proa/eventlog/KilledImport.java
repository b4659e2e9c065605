package dev.proa.eventlog;

import dev.proa.core.MonotonicTime;
import dev.proa.core.Problem;
import java.nio.file.Path;
import java.util.Map;

/**
 * A process to be killed: imports the histories of a home folder and prints how many events each
 * transaction stored. Arguments: folder of the log, home folder.
 */
final class KilledImport {
    private KilledImport() {}

    public static void main(String[] arguments) throws Exception {
        EventLogListener deaf =
                new EventLogListener() {
                    @Override
                    public void committed(Commit commit) {}

                    @Override
                    public void troubled(Problem problem) {
                        System.out.println("trouble " + problem);
                    }
                };
        try (var log = EventLog.open(Path.of(arguments[0]), new MonotonicTime(), deaf)) {
            var places = HistoryPlaces.of(Map.of("HOME", arguments[1]));
            for (var source : HistorySource.values()) {
                var reader = new HistoryImport(log, source, ImportWish.ALL);
                for (var folder : places.of(source)) {
                    for (var found : HistorySource.files(folder)) {
                        reader.take(found.file(), new Printing());
                    }
                }
            }
        }
        System.out.println("done");
    }

    private static final class Printing implements ImportProgress {
        @Override
        public void read(long bytes) {}

        @Override
        public void stored(long events, long duplicates) {
            System.out.println("stored " + events + " " + duplicates);
        }

        @Override
        public void skipped(String file, long line, String what) {
            System.out.println("skipped " + file + ":" + line + " " + what);
        }

        @Override
        public boolean cancelled() {
            return false;
        }
    }
}
