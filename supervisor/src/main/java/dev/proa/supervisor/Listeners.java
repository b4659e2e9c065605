package dev.proa.supervisor;

import dev.proa.core.LoopbackPort;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Who listens on a port of this machine, as {@code /proc/net/tcp} and {@code /proc/PID/fd} tell.
 */
final class Listeners {
    private static final String LISTEN = "0A";

    /**
     * The addresses through which a connection to 127.0.0.1 is taken, as the kernel writes them.
     */
    private static final Set<String> LOOPBACK_V4 = Set.of("0100007F", "00000000");

    private static final Set<String> LOOPBACK_V6 =
            Set.of("00000000000000000000000000000000", "0000000000000000FFFF00000100007F");

    /**
     * A listening socket.
     *
     * @param inode the socket's number; 0 never names one
     * @param uid the user it belongs to
     */
    record Socket(long inode, int uid) {}

    /** A process that holds a socket, as far as it may be seen. */
    record Owner(long pid, Optional<String> executable, Optional<String> user) {}

    private final Path proc;

    Listeners() {
        this(Path.of("/proc"));
    }

    Listeners(Path proc) {
        this.proc = proc;
    }

    /** The sockets that would take a connection to {@code 127.0.0.1:port}. */
    Set<Socket> on(LoopbackPort port) throws IOException {
        var sockets = new HashSet<Socket>();
        collect(proc.resolve("net/tcp"), port, LOOPBACK_V4, sockets);
        collect(proc.resolve("net/tcp6"), port, LOOPBACK_V6, sockets);
        return sockets;
    }

    private static void collect(
            Path table, LoopbackPort port, Set<String> addresses, Set<Socket> into)
            throws IOException {
        if (!Files.isReadable(table)) {
            return;
        }
        var hexPort = "%04X".formatted(port.number());
        try (var lines = Files.lines(table)) {
            // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
            lines.map(line -> line.trim().split("\\s+"))
                    .filter(word -> word.length > 9)
                    // The kernel names those who listen first; all others are costly to walk
                    // through.
                    .takeWhile(word -> word[3].equals(LISTEN) || word[3].equals("st"))
                    .filter(word -> {
                        var colon = word[1].indexOf(':');
                        return colon > 0
                                && word[1].substring(colon + 1).equals(hexPort)
                                && addresses.contains(word[1].substring(0, colon));
                    })
                    .forEach(word ->
                            into.add(
                                    new Socket(
                                            Long.parseLong(word[9]), Integer.parseInt(word[7]))));
        }
    }

    /** Whether every one of {@code sockets} is held by one of {@code pids}. */
    boolean heldBy(Set<Socket> sockets, List<Long> pids) {
        var missing = new HashSet<String>();
        sockets.forEach(socket -> missing.add("socket:[" + socket.inode() + "]"));
        for (long pid : pids) {
            if (missing.isEmpty()) {
                break;
            }
            holds(
                    pid,
                    link -> {
                        missing.remove(link);
                        return missing.isEmpty();
                    });
        }
        return missing.isEmpty();
    }

    /**
     * The process that holds {@code socket}; none when it belongs to somebody whose files are
     * closed to us.
     */
    Optional<Owner> owner(Socket socket) {
        var wanted = "socket:[" + socket.inode() + "]";
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.filter(process -> holds(process.pid(), wanted::equals))
                    .findFirst()
                    .map(process ->
                            new Owner(
                                    process.pid(),
                                    process.info().command(),
                                    process.info().user()));
        }
    }

    /** Shows the open files of a process to {@code eye} until it has seen enough. */
    private boolean holds(long pid, Predicate<String> eye) {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(proc.resolve(pid + "/fd"))) {
            for (var file : open) {
                if (eye.test(target(file))) {
                    return true;
                }
            }
            return false;
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return false; // gone, or not ours to look into
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }
}
