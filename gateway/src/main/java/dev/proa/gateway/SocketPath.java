package dev.proa.gateway;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An address of a socket file, however long its path is. The kernel's address has room for 108
 * bytes (unix(7)), Java's for 106; for a longer path a short symbolic link leads to its folder for
 * as long as the address is needed. The socket itself always lies where its path says.
 */
final class SocketPath implements AutoCloseable {
    private static final int ROOM = 100;

    private final UnixDomainSocketAddress address;
    private final Optional<Path> detour;

    private SocketPath(Path path, Optional<Path> detour) {
        this.address = UnixDomainSocketAddress.of(path);
        this.detour = detour;
    }

    static SocketPath of(Path socket) throws IOException {
        var file = socket.toAbsolutePath();
        if (file.toString().getBytes(StandardCharsets.UTF_8).length <= ROOM) {
            return new SocketPath(file, Optional.empty());
        }
        // Under a random name in a folder of ours alone, so that nobody can lead us elsewhere.
        var folder = Files.createTempDirectory("proa-");
        var link = Files.createSymbolicLink(folder.resolve("d"), file.resolveSibling(""));
        return new SocketPath(link.resolve(file.getFileName()), Optional.of(link));
    }

    UnixDomainSocketAddress address() {
        return address;
    }

    @Override
    public void close() throws IOException {
        if (detour.isPresent()) {
            Files.deleteIfExists(detour.get());
            Files.deleteIfExists(detour.get().resolveSibling(""));
        }
    }
}
