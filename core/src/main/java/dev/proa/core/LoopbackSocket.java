package dev.proa.core;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * One end of a TCP connection over 127.0.0.1, as Linux knows it.
 *
 * @param state one of the kernel's states of TCP (include/net/tcp_states.h), 1 is established
 * @param user whose it is; says nothing if no process holds it: before Linux 6.17 it is 0 then, and
 *     since whoever held it last, or listens
 * @param inode its number; 0 if no process holds it, not yet or no more
 */
public record LoopbackSocket(int state, long user, long inode) {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private static final int NETLINK_SOCK_DIAG = 4;
    private static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final short NLM_F_REQUEST = 1;
    private static final byte AF_INET = 2;
    private static final byte IPPROTO_TCP = 6;
    private static final int NETLINK_HEADER = 16;

    /** struct inet_diag_req_v2 with its header, and where in it the two ends stand. */
    private static final int QUESTION = NETLINK_HEADER + 56;

    private static final int ENDS = NETLINK_HEADER + 8;
    private static final int NO_COOKIE = ENDS + 40;

    /** struct inet_diag_msg: family, state, timer, retransmits; the ends; five numbers. */
    private static final int ANSWER = NETLINK_HEADER + 72;

    private static final int STATE = NETLINK_HEADER + 1;
    private static final int USER = NETLINK_HEADER + 64;
    private static final int INODE = NETLINK_HEADER + 68;
    private static final int ROOM = 4 * 1024;

    /** The functions of the C library, looked up by the first question. */
    private static final class Calls {
        static final Libc SOCKET = Libc.function("socket");
        static final Libc SEND = Libc.function("send");
        static final Libc RECEIVE = Libc.function("recv");
        static final Libc CLOSE = Libc.function("close");
    }

    /**
     * Asks the kernel for the socket bound to {@code 127.0.0.1:local} and connected to {@code
     * 127.0.0.1:remote} (sock_diag(7)). That takes some microseconds; {@code /proc/net/tcp} takes
     * milliseconds, since the kernel walks through all its buckets for it. Empty if there is no
     * such socket, or if this system does not answer such questions.
     */
    public static Optional<LoopbackSocket> find(int local, int remote) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        var socket = Calls.SOCKET.call(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_SOCK_DIAG);
        if (socket < 0) {
            return Optional.empty();
        }
        try (var arena = Arena.ofConfined()) {
            return ask(socket, arena.allocate(ROOM, Long.BYTES), local, remote);
        } finally {
            Calls.CLOSE.call(socket);
        }
    }

    /** The kernel answers while it is asked, so there is nothing to wait for. */
    private static Optional<LoopbackSocket> ask(
            int socket, MemorySegment room, int local, int remote) {
        write(room.asByteBuffer().order(ByteOrder.nativeOrder()), local, remote);
        if (Calls.SEND.call(socket, room.address(), QUESTION, 0) != QUESTION) {
            return Optional.empty();
        }
        var length = Calls.RECEIVE.call(socket, room.address(), room.byteSize(), MSG_DONTWAIT);
        var answer = room.asByteBuffer().order(ByteOrder.nativeOrder());
        return length >= ANSWER
                        && answer.getShort(4) == SOCK_DIAG_BY_FAMILY
                        && ends(answer, local, remote)
                ? Optional.of(read(answer))
                : Optional.empty();
    }

    /** For want of a connection the kernel shows who listens on the port. */
    private static boolean ends(ByteBuffer answer, int local, int remote) {
        var ends = answer.duplicate().order(ByteOrder.BIG_ENDIAN).position(NETLINK_HEADER + 4);
        return ends.getShort() == (short) local && ends.getShort() == (short) remote;
    }

    private static void write(ByteBuffer to, int local, int remote) {
        to.putInt(QUESTION)
                .putShort((short) SOCK_DIAG_BY_FAMILY)
                .putShort(NLM_F_REQUEST)
                .position(NETLINK_HEADER);
        to.put(AF_INET).put(IPPROTO_TCP).putShort((short) 0).putInt(-1); // in any state
        to.order(ByteOrder.BIG_ENDIAN).putShort((short) local).putShort((short) remote);
        to.put(new byte[] {127, 0, 0, 1}).position(ENDS + 20);
        to.put(new byte[] {127, 0, 0, 1}).position(NO_COOKIE);
        to.putLong(-1);
    }

    private static LoopbackSocket read(ByteBuffer answer) {
        return new LoopbackSocket(
                answer.get(STATE),
                Integer.toUnsignedLong(answer.getInt(USER)),
                Integer.toUnsignedLong(answer.getInt(INODE)));
    }
}
