package dev.proa.gateway;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * One JSON line for each request, written by one thread behind a bounded queue: a slow disk costs
 * lines, which are counted, and never a request's time.
 */
final class AccessLog implements AutoCloseable {
    private static final int QUEUE = 4096;
    private static final long MAX_BYTES = 16L * 1024 * 1024;
    private static final int KEPT = 4;

    /** What is known of a request when it is over; times in milliseconds of the gateway's clock. */
    record Line(
            long begun,
            long ended,
            @Nullable String id,
            String method,
            String target,
            int status,
            long bytes,
            String to) {}

    private static final Line LAST = new Line(0, 0, null, "", "", 0, 0, "");

    private final AccessLogSpec spec;
    private final BlockingQueue<Line> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer;

    private AccessLog(AccessLogSpec spec) {
        this.spec = spec;
        this.writer = Thread.ofVirtual().name("proa-access-log").unstarted(this::run);
    }

    /** A log that writes until it is closed; nothing if none is wanted. */
    static Optional<AccessLog> of(Optional<AccessLogSpec> spec) {
        return spec.map(wanted -> {
            var log = new AccessLog(wanted);
            log.writer.start();
            return log;
        });
    }

    void add(Line line) {
        if (!queue.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    private void run() {
        var batch = new ArrayList<Line>();
        try {
            while (!batch.contains(LAST)) {
                batch.clear();
                batch.add(queue.take());
                queue.drainTo(batch);
                write(batch.stream().filter(line -> !line.equals(LAST)).toList());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(List<Line> lines) {
        if (lines.isEmpty()) {
            return;
        }
        try (var out = open()) {
            var lost = dropped.getAndSet(0);
            if (lost > 0) {
                out.write(Problems.line(json -> json.writeNumberProperty("lines_dropped", lost)));
            }
            for (var line : lines) {
                out.write(Problems.line(json -> fields(json, line)));
            }
        } catch (IOException e) {
            dropped.addAndGet(lines.size());
        }
    }

    private void fields(JsonGenerator json, Line line) {
        json.writeStringProperty("at", Instant.ofEpochMilli(line.begun()).toString());
        if (line.id() != null) {
            json.writeStringProperty("id", spec.redaction().apply(line.id()));
        }
        json.writeStringProperty("method", line.method());
        json.writeStringProperty("path", path(line.target()));
        json.writeNumberProperty("status", line.status());
        json.writeNumberProperty("bytes", line.bytes());
        json.writeNumberProperty("ms", line.ended() - line.begun());
        json.writeStringProperty("to", line.to());
    }

    /** Nonces and tokens of old clients lie in queries. */
    private String path(String target) {
        var question = target.indexOf('?');
        var path = spec.redaction().apply(question < 0 ? target : target.substring(0, question));
        return question < 0 ? path : path + "?***";
    }

    private OutputStream open() throws IOException {
        var file = spec.file();
        if (Files.exists(file) && Files.size(file) >= MAX_BYTES) {
            for (var number = KEPT - 1; number > 0; number--) {
                move(numbered(number), numbered(number + 1));
            }
            move(file, numbered(1));
        }
        var mode =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var how =
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND);
        return new BufferedOutputStream(
                Channels.newOutputStream(FileChannel.open(file, how, mode)));
    }

    private Path numbered(int number) {
        return spec.file().resolveSibling(spec.file().getFileName() + "." + number);
    }

    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Returns when everything that was added is written. */
    @Override
    public void close() {
        try {
            queue.put(LAST);
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
