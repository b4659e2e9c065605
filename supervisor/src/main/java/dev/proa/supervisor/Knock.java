package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import dev.proa.core.LoopbackSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Connects to a port and sees whether a process takes the connection. On a socket that the guard
 * keeps, the kernel alone takes connections into the queue; not until a process has accepted one
 * does its end have an inode.
 */
final class Knock {
    private static final Path TABLE = Path.of("/proc/net/tcp");
    private static final int LOOK_MS = 10;

    private Knock() {}

    /** Whether one was accepted within {@code patience}. */
    static boolean accepted(LoopbackPort port, Duration patience, InstantSource time) {
        var until = time.instant().plus(patience);
        try (var socket = new Socket(Proxy.NO_PROXY)) {
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port.number()),
                    (int) patience.toMillis());
            socket.setSoTimeout(LOOK_MS);
            while (time.instant().isBefore(until) && !Thread.currentThread().isInterrupted()) {
                if (taken(port.number(), socket.getLocalPort()) || spoken(socket)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /** Only who has accepted can say something, or close in order. */
    private static boolean spoken(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() >= -1;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private static boolean taken(int port, int ours) throws IOException {
        var theirs = LoopbackSocket.find(port, ours);
        return theirs.isPresent() ? theirs.get().inode() != 0 : listedAsTaken(port, ours);
    }

    /** The same where the kernel does not answer questions about single sockets. */
    private static boolean listedAsTaken(int port, int ours) throws IOException {
        var here = ":%04X".formatted(port);
        var there = ":%04X".formatted(ours);
        try (var lines = Files.lines(TABLE)) {
            // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
            return lines.map(line -> line.trim().split("\\s+"))
                    .anyMatch(word ->
                            word.length > 9
                                    && word[1].endsWith(here)
                                    && word[2].endsWith(there)
                                    && !word[9].equals("0"));
        }
    }
}
