package dev.proa.core;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * One function of the C library that takes at most six numbers or addresses and returns an {@code
 * int}. All of them are called in one way, with six words: the calling conventions of 64-bit Linux
 * pass the first six in registers, and a function does not look at those it has no parameter for.
 * So one piece of glue serves all, which matters to a guard that starts a JVM for each sidecar.
 */
public final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
    private static final FunctionDescriptor SHAPE =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, WORD, WORD, WORD, WORD, WORD, WORD);

    @SuppressWarnings("restricted") // to call the C library is what this class is for
    private static final MethodHandle GLUE =
            LINKER.downcallHandle(SHAPE, Linker.Option.captureCallState("errno"));

    // Freed by the garbage collector some time after its thread has ended.
    private static final ThreadLocal<MemorySegment> STATES =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private final MemorySegment symbol;

    private Libc(MemorySegment symbol) {
        this.symbol = symbol;
    }

    /**
     * Looks a function up.
     *
     * @throws java.util.NoSuchElementException if this system has none of that name
     */
    public static Libc function(String name) {
        return new Libc(LINKER.defaultLookup().findOrThrow(name));
    }

    /** What it returns; minus its errno if that is -1. */
    public int call(long... words) {
        var state = STATES.get();
        try {
            int result =
                    (int)
                            GLUE.invokeExact(
                                    symbol,
                                    state,
                                    word(words, 0),
                                    word(words, 1),
                                    word(words, 2),
                                    word(words, 3),
                                    word(words, 4),
                                    word(words, 5));
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library threw", e);
        }
    }

    private static long word(long[] words, int index) {
        return index < words.length ? words[index] : 0;
    }

    /** The address of an array of C strings that ends with a null. */
    public static long strings(Arena arena, List<byte[]> words) {
        var array = arena.allocate(WORD, words.size() + 1L);
        for (int i = 0; i < words.size(); i++) {
            array.setAtIndex(WORD, i, string(arena, words.get(i)));
        }
        return array.address();
    }

    /** The address of a C string. */
    public static long string(Arena arena, byte[] word) {
        var segment = arena.allocate(word.length + 1L);
        MemorySegment.copy(word, 0, segment, ValueLayout.JAVA_BYTE, 0, word.length);
        return segment.address();
    }
}
