package dev.proa.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Asks Linux whose socket is at the other end of a loopback connection ({@code /proc/net/tcp} and
 * {@code tcp6}, proc(5)). A socket whose process has closed it already has no owner any more.
 */
final class PeerUser {
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    /** 127.0.0.1 in the tables' byte order, alone or mapped into IPv6. */
    private static final String V4 = "0100007F";

    private static final String MAPPED = "0000000000000000FFFF0000" + V4;

    private PeerUser() {}

    /** Whose the socket at {@code theirs} is that is connected to our {@code ours}. */
    static Guard.Peer of(int theirs, int ours) {
        try {
            var us = ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
            for (var table : TABLES) {
                var owner = owner(table, theirs, ours);
                if (owner.isPresent()) {
                    return owner.getAsLong() == us ? Guard.Peer.OUR_USER : Guard.Peer.OTHER_USER;
                }
            }
            return Guard.Peer.UNKNOWN;
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            // No such tables: not Linux, or they are hidden from us.
            return Guard.Peer.UNKNOWN;
        }
    }

    private static OptionalLong owner(Path table, int theirs, int ours) throws IOException {
        if (!Files.exists(table)) {
            return OptionalLong.empty();
        }
        var ports = ":%04X ".formatted(theirs);
        var peer = ":%04X ".formatted(ours);
        try (BufferedReader lines = Files.newBufferedReader(table)) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains(ports) && line.contains(peer)) {
                    var owner = owner(line.strip().split("\\s+"), ports.strip(), peer.strip());
                    if (owner.isPresent()) {
                        return owner;
                    }
                }
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong owner(String[] columns, String theirs, String ours) {
        if (columns.length > 7 && at(columns[1], theirs) && at(columns[2], ours)) {
            return OptionalLong.of(Long.parseLong(columns[7]));
        }
        return OptionalLong.empty();
    }

    private static boolean at(String address, String port) {
        return address.equals(V4 + port) || address.equals(MAPPED + port);
    }
}
