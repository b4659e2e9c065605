package dev.proa.cli;

import java.io.PrintWriter;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Shows on a terminal how an import goes on, in one line. */
final class ImportBar {
    private static final int WIDTH = 30;

    private final PrintWriter out;
    private final boolean shown;
    private boolean begun;

    ImportBar(PrintWriter out, boolean shown) {
        this.out = out;
        this.shown = shown;
    }

    void show(JsonNode job) {
        if (shown) {
            begun = true;
            out.print("\r" + line(job));
            out.flush();
        }
    }

    static String line(JsonNode job) {
        var bytes = Math.max(1, job.path("bytes").asLong());
        var done = Math.clamp((double) job.path("bytes_done").asLong() / bytes, 0, 1);
        var full = (int) Math.round(done * WIDTH);
        return String.format(
                Locale.ROOT,
                "[%s%s] %3d %%  %,d of %,d files, %,d events",
                "#".repeat(full),
                " ".repeat(WIDTH - full),
                Math.round(done * 100),
                job.path("files_done").asLong(),
                job.path("files").asLong(),
                job.path("events").asLong());
    }

    void end() {
        if (begun) {
            out.print("\r\u001b[K");
            out.flush();
        }
    }
}
