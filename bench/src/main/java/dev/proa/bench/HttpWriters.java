package dev.proa.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that post events to a run's ingest port, each on a connection of its own. */
final class HttpWriters implements AutoCloseable {
    private final AtomicLong numbers = new AtomicLong(1);
    private final int port;
    private final List<RawHttp> connections = new ArrayList<>();
    private final List<Closed.Writer> writers = new ArrayList<>();

    HttpWriters(int port, int count, int size) throws IOException {
        this.port = port;
        for (var i = 0; i < count; i++) {
            connections.add(new RawHttp(port));
            var place = i;
            var event = new Event("bench-" + i, port, size);
            writers.add(() -> post(connections.get(place), event.request(numbers.getAndAdd(size))));
        }
    }

    /** Opens every connection anew: a gateway ends those that have been idle for some seconds. */
    void reconnect() throws IOException {
        for (var i = 0; i < connections.size(); i++) {
            connections.get(i).close();
            connections.set(i, new RawHttp(port));
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
