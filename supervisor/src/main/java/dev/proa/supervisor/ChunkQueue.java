package dev.proa.supervisor;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Output on its way to a disk that may be slower than the sidecar: bounded, and when it is full the
 * oldest goes and is counted.
 */
final class ChunkQueue {
    private static final int COST_OF_ONE = 64; // what a chunk takes beside its bytes

    /** What was dropped just before {@code bytes}, and these. */
    record Chunk(LogGap before, byte[] bytes) {}

    private final long limit;
    private final Deque<byte[]> chunks = new ArrayDeque<>(); // guarded by this
    private long held; // guarded by this
    private LogGap gap = LogGap.NONE; // guarded by this; stands before the oldest
    private boolean ended; // guarded by this

    /** Holds at most {@code limit} bytes, and always one chunk. */
    ChunkQueue(long limit) {
        this.limit = limit;
    }

    synchronized void put(byte[] bytes) {
        chunks.addLast(bytes);
        held += bytes.length + COST_OF_ONE;
        while (held > limit && chunks.size() > 1) {
            var oldest = chunks.removeFirst();
            held -= oldest.length + COST_OF_ONE;
            gap = gap.and(LogGap.of(ByteBuffer.wrap(oldest), "the disk was too slow"));
        }
        notifyAll();
    }

    /** Waits for the oldest; empty when the output has ended and all of it was taken. */
    synchronized Optional<Chunk> take() throws InterruptedException {
        while (chunks.isEmpty()) {
            if (ended) {
                return Optional.empty();
            }
            wait();
        }
        var bytes = chunks.removeFirst();
        held -= bytes.length + COST_OF_ONE;
        var chunk = new Chunk(gap, bytes);
        gap = LogGap.NONE;
        return Optional.of(chunk);
    }

    /** Nothing more will come. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }
}
