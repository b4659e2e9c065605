package dev.proa.eventlog;

import dev.proa.core.ProaException;
import java.util.List;

/**
 * Reads in the background what questions hold in memory, so that the first page that is opened over
 * a long log need not wait for it.
 */
final class Warming {
    private final Readers readers;
    private final List<Readers.Query<?>> readings;
    private final Thread thread;

    private Warming(Readers readers, List<Readers.Query<?>> readings) {
        this.readers = readers;
        this.readings = List.copyOf(readings);
        thread = Thread.ofVirtual().name("proa-eventlog-warming").unstarted(this::run);
    }

    /** Begins with them, one after another, so that other readers always find a free thread. */
    static Warming begin(Readers readers, List<Readers.Query<?>> readings) {
        var warming = new Warming(readers, readings);
        warming.thread.start();
        return warming;
    }

    private void run() {
        try {
            for (var reading : readings) {
                readers.read(reading);
            }
        } catch (ProaException _) {
            // The log is closed, or whoever asks next is told of it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until it has read everything. */
    void await() throws InterruptedException {
        thread.join();
    }
}
