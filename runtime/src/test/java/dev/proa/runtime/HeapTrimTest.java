package dev.proa.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapTrimTest {
    private static final long MIB = 1 << 20;

    /** One in which so much is in use. */
    private static final class TestHeap implements HeapTrim.Heap {
        private long committed = 32 * MIB;
        private long used = 20 * MIB;
        private int collections;

        @Override
        public long committed() {
            return committed;
        }

        @Override
        public void collect() {
            collections++;
            committed = used;
        }
    }

    private final TestHeap heap = new TestHeap();
    private final HeapTrim trim = new HeapTrim(heap);

    private int collectionsAt(long mebibytes) {
        heap.committed = mebibytes * MIB;
        trim.look();
        return heap.collections;
    }

    @Test
    void collectsOnceTheHeapHasGrown() {
        assertThat(collectionsAt(32)).isZero();
        assertThat(collectionsAt(63)).isZero();
        assertThat(collectionsAt(64)).isOne();
        assertThat(heap.committed).isEqualTo(20 * MIB);
        assertThat(collectionsAt(51)).isOne();
        assertThat(collectionsAt(52)).isEqualTo(2);
    }

    @Test
    void leavesAHeapAloneThatIsAllInUse() {
        heap.used = 150 * MIB;

        assertThat(collectionsAt(150)).isOne();
        assertThat(collectionsAt(150)).isOne();
        assertThat(collectionsAt(160)).isOne();
    }

    @Test
    void looksAgainAfterAWhileWhetherItIsStillInUse() {
        heap.used = 150 * MIB;
        assertThat(collectionsAt(150)).isOne();
        heap.used = 20 * MIB;

        for (var look = 1; look < HeapTrim.LONG; look++) {
            assertThat(collectionsAt(150)).as("look %d", look).isOne();
        }
        assertThat(collectionsAt(150)).isEqualTo(2);
        assertThat(heap.committed).isEqualTo(20 * MIB);
        assertThat(collectionsAt(20)).isEqualTo(2);
    }

    @Test
    void countsFromTheSmallestThatItSaw() {
        heap.used = 150 * MIB;
        assertThat(collectionsAt(150)).isOne();
        assertThat(collectionsAt(40)).isOne(); // the collector did it by itself

        heap.used = 20 * MIB;
        assertThat(collectionsAt(72)).isEqualTo(2);
    }
}
