package dev.proa.example.standin;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;

/** Speaks MongoDB's protocol on a port of 127.0.0.1 and keeps its data in one file. */
public final class StandIn {
    private static final int COMMIT_MILLIS = 50;

    private StandIn() {}

    /**
     * Runs until it is asked to end (SIGTERM, SIGINT), closes its file and ends with 0.
     *
     * @param words the port, and the file without its suffix
     */
    public static void main(String[] words) {
        if (words.length != 2) {
            System.err.println("usage: StandIn PORT FILE");
            System.exit(64);
        }
        var backend = new H2Backend(words[1]);
        // What was written longer ago than this survives kill -9. H2 takes a second by itself.
        backend.getMvStore().setAutoCommitDelay(COMMIT_MILLIS);
        var server = new MongoServer(backend);
        server.bind("127.0.0.1", Integer.parseInt(words[0]));
        System.out.println("waiting for connections on port " + words[0]);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server), "close"));
    }

    private static void close(MongoServer server) {
        server.shutdownNow();
        System.out.println("closed");
        // Otherwise the exit code would be that of the signal, as if it had not ended in order.
        Runtime.getRuntime().halt(0);
    }
}
