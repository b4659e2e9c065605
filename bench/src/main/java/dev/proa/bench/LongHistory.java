package dev.proa.bench;

import dev.proa.core.MonotonicTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A data folder with the log of a long history, put in as a user does.
 *
 * @param perSecond how many events a second it took in
 */
record LongHistory(Path folder, MadeEvents events, double perSecond) {
    private static final Duration SPAN = Duration.ofDays(90);

    /** Makes so many events of the last months, and takes them in. */
    static LongHistory of(Setting setting, int count) throws IOException, InterruptedException {
        var events = new MadeEvents(count, new MonotonicTime().instant().minus(SPAN), SPAN);
        var lines = setting.work().resolve("events.ndjson");
        events.write(lines);
        var folder = Files.createTempDirectory(setting.work(), "history");
        var began = System.nanoTime();
        events(setting, folder, "import", lines.toString());
        var seconds = secondsSince(began);
        Files.delete(lines);
        return new LongHistory(folder, events, count / seconds);
    }

    /** The seconds that a user waits for all of it to be priced anew, while an instance has it. */
    double priced(Setting setting) throws IOException, InterruptedException {
        var began = System.nanoTime();
        events(setting, folder, "recalculate");
        return secondsSince(began);
    }

    private static double secondsSince(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private static void events(Setting setting, Path folder, String... words)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.addAll(List.of(setting.checkout().resolve("proa").toString(), "events"));
        command.addAll(List.of(words));
        command.addAll(List.of("--data-dir", folder.toString()));
        var builder = new ProcessBuilder(command);
        Product.separate(builder, setting.work());
        var told = setting.work().resolve("events.log");
        builder.redirectErrorStream(true).redirectOutput(told.toFile());
        var status = builder.start().waitFor();
        if (status != 0) {
            throw new IOException(Files.readString(told));
        }
    }

    /** The event log's bytes on the disk, with what is not yet in its main file. */
    double mebibytes() throws IOException {
        var bytes = 0L;
        try (var files = Files.newDirectoryStream(folder, "events*.db*")) {
            for (var file : files) {
                bytes += Files.size(file);
            }
        }
        return bytes / 1024.0 / 1024;
    }
}
