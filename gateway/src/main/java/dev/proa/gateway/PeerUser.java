package dev.proa.gateway;

import dev.proa.core.LoopbackSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Asks Linux whose socket is at the other end of a loopback connection: by one question about that
 * socket, or, where the kernel does not answer such questions, by {@code /proc/net/tcp} and {@code
 * tcp6} (proc(5)). A socket whose process has closed it has no owner any more: the kernel then
 * shows inode 0, and as its user mostly 0, which is root's number and yet says nothing.
 */
final class PeerUser {
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    /** 127.0.0.1 in the tables' byte order, alone or mapped into IPv6. */
    private static final String V4 = "0100007F";

    private static final String MAPPED = "0000000000000000FFFF0000" + V4;

    /**
     * The states of a connected socket that a process may still hold: established, FIN_WAIT1,
     * FIN_WAIT2, CLOSE_WAIT, LAST_ACK and CLOSING (include/net/tcp_states.h).
     */
    private static final Set<Integer> HELD = Set.of(1, 4, 5, 8, 9, 11);

    private static final int STATE = 3;
    private static final int USER = 7;
    private static final int INODE = 9;

    private PeerUser() {}

    /** Whose the socket at {@code theirs} is that is connected to our {@code ours}. */
    static Guard.Peer of(int theirs, int ours) {
        try {
            var us = ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
            var owner = owner(theirs, ours);
            if (owner.isPresent() && owner.getAsLong() == us && us == 0) {
                // The kernel reads user and inode one after the other, and a close may come
                // between them. Whoever still holds the socket now did so the first time.
                owner = owner(theirs, ours);
            }
            if (owner.isPresent()) {
                return owner.getAsLong() == us ? Guard.Peer.OUR_USER : Guard.Peer.OTHER_USER;
            }
            return Guard.Peer.UNKNOWN;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            // No such tables: not Linux, or they are hidden from us.
            return Guard.Peer.UNKNOWN;
        }
    }

    private static OptionalLong owner(int theirs, int ours) throws IOException {
        var socket = LoopbackSocket.find(theirs, ours);
        return socket.isPresent() ? owner(socket.get()) : listedOwner(theirs, ours);
    }

    private static OptionalLong owner(LoopbackSocket socket) {
        return HELD.contains(socket.state()) && socket.inode() != 0
                ? OptionalLong.of(socket.user())
                : OptionalLong.empty();
    }

    /** The same by the tables. */
    static OptionalLong listedOwner(int theirs, int ours) throws IOException {
        for (var table : TABLES) {
            var owner = owner(table, theirs, ours);
            if (owner.isPresent()) {
                return owner;
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong owner(Path table, int theirs, int ours) throws IOException {
        if (!Files.exists(table)) {
            return OptionalLong.empty();
        }
        try (BufferedReader lines = Files.newBufferedReader(table)) {
            return owner(lines, theirs, ours);
        }
    }

    /** The user of the row for the socket at {@code theirs}, if it has an owner. */
    static OptionalLong owner(BufferedReader table, int theirs, int ours) throws IOException {
        var local = ":%04X".formatted(theirs);
        var remote = ":%04X".formatted(ours);
        for (var line = table.readLine(); line != null; line = table.readLine()) {
            if (line.contains(local) && line.contains(remote)) {
                var columns = line.strip().split("\\s+");
                if (columns.length > INODE && at(columns[1], local) && at(columns[2], remote)) {
                    return owner(listed(columns));
                }
            }
        }
        return OptionalLong.empty();
    }

    private static LoopbackSocket listed(String[] columns) {
        return new LoopbackSocket(
                Integer.parseInt(columns[STATE], 16),
                Long.parseLong(columns[USER]),
                Long.parseLong(columns[INODE]));
    }

    private static boolean at(String address, String port) {
        return address.equals(V4 + port) || address.equals(MAPPED + port);
    }
}
