package dev.proa.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that post events to a run's ingest port, each on a connection of its own. */
final class HttpWriters implements AutoCloseable {
    private final AtomicLong numbers = new AtomicLong(1);
    private final List<RawHttp> connections = new ArrayList<>();
    private final List<Closed.Writer> writers = new ArrayList<>();

    HttpWriters(int port, int count, int size) throws IOException {
        for (var i = 0; i < count; i++) {
            var connection = new RawHttp(port);
            connections.add(connection);
            var event = new Event("bench-" + i, port, size);
            writers.add(() -> post(connection, event.request(numbers.getAndAdd(size))));
        }
    }

    static void post(RawHttp connection, byte[] request) throws IOException {
        var status = connection.exchange(request);
        if (status != 201) {
            throw new IOException("an event was answered by " + status);
        }
    }

    List<Closed.Writer> writers() {
        return writers;
    }

    @Override
    public void close() throws IOException {
        for (var connection : connections) {
            connection.close();
        }
    }
}
