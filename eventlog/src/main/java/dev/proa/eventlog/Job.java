package dev.proa.eventlog;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the writer is to do. */
sealed interface Job {
    /** Says that nothing comes of it, since the log in this file is closed. */
    default void refuse(Path file) {}

    /** Stores events and what goes along. */
    record Append(List<NewEvent> events, Along along, long weight, CompletableFuture<Appended> done)
            implements Job {
        @Override
        public void refuse(Path file) {
            done.complete(new Appended.Failed(Storage.closed(file)));
        }
    }

    /** Work of another kind, between two transactions. */
    record Task(Writer.Work work, CompletableFuture<Boolean> done) implements Job {
        @Override
        public void refuse(Path file) {
            done.complete(false);
        }
    }

    /** A transaction that is no append. */
    record Change(Transactions.Part part, CompletableFuture<Boolean> done) implements Job {
        Change(Transactions.Part part) {
            this(part, new CompletableFuture<>());
        }

        @Override
        public void refuse(Path file) {
            done.complete(false);
        }
    }

    record Stop() implements Job {}
}
