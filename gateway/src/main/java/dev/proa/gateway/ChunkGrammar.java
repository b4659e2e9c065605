package dev.proa.gateway;

import io.netty.buffer.ByteBuf;

/**
 * The one form of a chunked body that Proa reads (RFC 9112 section 7.1), checked byte by byte
 * before the decoder sees it, as {@link HeadGrammar} does for heads. Extensions may be there but
 * have no meaning; trailer fields are in the form of other fields, and none is folded.
 */
final class ChunkGrammar {
    /** The longest line of a size with its extensions in bytes. */
    static final int MAX_SIZE_LINE = 1024;

    /** The longest trailer section in bytes. */
    static final int MAX_TRAILERS = 32 * 1024;

    private static final int MAX_TRAILER_FIELDS = 100;
    private static final int MAX_DIGITS = 15;

    private enum State {
        SIZE,
        BLANK_AFTER_SIZE,
        EXTENSION,
        END_OF_SIZE,
        DATA,
        CR_AFTER_DATA,
        END_OF_DATA,
        TRAILER,
        NAME,
        VALUE,
        END_OF_TRAILER,
        END_OF_BODY,
        DONE,
        BROKEN
    }

    private State state = State.SIZE;
    private long size;
    private int digits;
    private int line; // bytes of the present line of a size, or of all trailers
    private int fields;
    private int ahead; // bytes that were checked and have not been decoded

    /**
     * Looks at what has arrived beyond what was looked at before.
     *
     * @param in holds the bytes that are still to be decoded
     * @return what is wrong; empty if nothing is
     */
    String check(ByteBuf in) {
        var at = in.readerIndex() + ahead;
        var end = in.writerIndex();
        while (at < end && state != State.DONE) {
            if (state == State.DATA) {
                var some = (int) Math.min(size, end - at);
                size -= some;
                at += some;
                if (size == 0) {
                    state = State.CR_AFTER_DATA;
                }
                continue;
            }
            state = next(in.getByte(at++));
            if (state == State.BROKEN) {
                return "the body is not framed properly";
            }
        }
        ahead = at - in.readerIndex();
        return "";
    }

    /** The decoder has taken this many of the bytes. */
    void decoded(int bytes) {
        ahead = Math.max(0, ahead - bytes);
    }

    private State next(byte b) {
        return switch (state) {
            case SIZE -> inSize(b);
            case BLANK_AFTER_SIZE -> tooLong(MAX_SIZE_LINE) ? State.BROKEN : afterSize(b, false);
            case EXTENSION -> tooLong(MAX_SIZE_LINE) ? State.BROKEN : inText(b, State.END_OF_SIZE);
            case END_OF_SIZE -> b == '\n' ? sized() : State.BROKEN;
            case CR_AFTER_DATA -> b == '\r' ? State.END_OF_DATA : State.BROKEN;
            case END_OF_DATA -> b == '\n' ? State.SIZE : State.BROKEN;
            case TRAILER, NAME, VALUE -> tooLong(MAX_TRAILERS) ? State.BROKEN : inTrailer(b);
            case END_OF_TRAILER -> b == '\n' ? State.TRAILER : State.BROKEN;
            case END_OF_BODY -> b == '\n' ? State.DONE : State.BROKEN;
            case DATA, DONE, BROKEN -> State.BROKEN;
        };
    }

    private boolean tooLong(int limit) {
        return ++line > limit;
    }

    private State inSize(byte b) {
        var digit = Character.digit(b, 16);
        if (digit >= 0 && digits < MAX_DIGITS) {
            digits++;
            size = size * 16 + digit;
            return State.SIZE;
        }
        return digits == 0 ? State.BROKEN : afterSize(b, true);
    }

    /** Blanks may come only before an extension. */
    private static State afterSize(byte b, boolean lineMayEnd) {
        return switch (b) {
            case ';' -> State.EXTENSION;
            case ' ', '\t' -> State.BLANK_AFTER_SIZE;
            case '\r' -> lineMayEnd ? State.END_OF_SIZE : State.BROKEN;
            default -> State.BROKEN;
        };
    }

    private State inText(byte b, State atItsEnd) {
        if (b == '\r') {
            return atItsEnd;
        }
        return HeadGrammar.control(b) ? State.BROKEN : state;
    }

    private State sized() {
        line = 0;
        digits = 0;
        return size == 0 ? State.TRAILER : State.DATA;
    }

    private State inTrailer(byte b) {
        return switch (state) {
            case TRAILER -> {
                if (b == '\r') {
                    yield State.END_OF_BODY;
                }
                var begins = HeadGrammar.tokenChar(b) && ++fields <= MAX_TRAILER_FIELDS;
                yield begins ? State.NAME : State.BROKEN;
            }
            case NAME -> {
                if (b == ':') {
                    yield State.VALUE;
                }
                yield HeadGrammar.tokenChar(b) ? State.NAME : State.BROKEN;
            }
            default -> inText(b, State.END_OF_TRAILER);
        };
    }
}
