package dev.proa.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.core.LoopbackSocket;
import java.io.BufferedReader;
import java.io.StringReader;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeerUserTest {
    /** Posts at once over bash's own sockets; then holds or drops the connection. */
    private static final String POST =
            "exec 3<>/dev/tcp/127.0.0.1/$0; printf 'POST /v1 HTTP/1.1\\r\\n\\r\\n' >&3; ";

    private static boolean root() throws Exception {
        return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue() == 0;
    }

    /** A peer of another user where we may make one, else of our own. */
    private static Process peer(int port, String script) throws Exception {
        var command = new ArrayList<String>();
        if (root()) {
            command.addAll(List.of("setpriv", "--reuid", "65534", "--clear-groups"));
        }
        command.addAll(List.of("bash", "-c", POST + script, Integer.toString(port)));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static ServerSocket listen() throws Exception {
        var server = new ServerSocket(0, 5, Loopback.address(0).getAddress());
        server.setSoTimeout(10_000);
        return server;
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 0100007F:A000, 0100007F:0C45, 01, 1000, 77",
        "0, 0100007F:A000, 0100007F:0C45, 01, 0, 77",
        "1000, 0000000000000000FFFF00000100007F:A000,"
                + " 0000000000000000FFFF00000100007F:0C45, 01, 1000, 77",
        // It has said all it wants to say and waits for the answer.
        "1000, 0100007F:A000, 0100007F:0C45, 05, 1000, 77",
        // Closed by its process; whatever user the kernel shows is nobody's.
        "-1, 0100007F:A000, 0100007F:0C45, 01, 0, 0",
        "-1, 0100007F:A000, 0100007F:0C45, 04, 0, 0",
        "-1, 0100007F:A000, 0100007F:0C45, 05, 1000, 0",
        "-1, 0100007F:A000, 0100007F:0C45, 06, 0, 0",
        "-1, 0100007F:A000, 0100007F:0C45, 06, 0, 77",
        "-1, 0100007F:A000, 0100007F:0C45, 0A, 0, 77",
        // Another connection.
        "-1, 0100007F:A001, 0100007F:0C45, 01, 0, 77",
        "-1, 0100007F:0C45, 0100007F:A000, 01, 0, 77",
        "-1, 0200007F:A000, 0100007F:0C45, 01, 0, 77",
    })
    void believesOnlyARowWhoseSocketIsHeld(
            long user, String local, String remote, String state, long shown, long inode)
            throws Exception {
        var row =
                "   3: %s %s %s 00000000:00000000 00:00000000 00000000 %5d        0 %d 1 0 20 4"
                        .formatted(local, remote, state, shown, inode);
        var table = new BufferedReader(new StringReader("  sl  local_address\n" + row + "\n"));

        assertThat(PeerUser.owner(table, 0xA000, 0x0C45))
                .isEqualTo(user < 0 ? OptionalLong.empty() : OptionalLong.of(user));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void knowsAPeerThatHoldsItsSocket() throws Exception {
        try (var server = listen()) {
            var process = peer(server.getLocalPort(), "read -r -u 0 _");
            try (var accepted = server.accept()) {
                assertThat(PeerUser.of(accepted.getPort(), server.getLocalPort()))
                        .isEqualTo(root() ? Guard.Peer.OTHER_USER : Guard.Peer.OUR_USER);
            } finally {
                process.getOutputStream().close();
                process.waitFor();
            }
        }
    }

    /** Where the kernel does not answer a question about one socket, the tables are read. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void findsTheSameOwnerInTheTables() throws Exception {
        try (var server = listen()) {
            var process = peer(server.getLocalPort(), "read -r -u 0 _");
            try (var accepted = server.accept()) {
                var asked =
                        LoopbackSocket.find(accepted.getPort(), server.getLocalPort())
                                .orElseThrow();

                assertThat(asked.inode()).isPositive();
                assertThat(PeerUser.listedOwner(accepted.getPort(), server.getLocalPort()))
                        .hasValue(asked.user());
            } finally {
                process.getOutputStream().close();
                process.waitFor();
            }
        }
    }

    /** The kernel shows user 0 for it, which we are when run by root. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void doesNotTakeAPeerThatPostedAndLeftForOurUser() throws Exception {
        try (var server = listen()) {
            assertThat(peer(server.getLocalPort(), "").waitFor()).isZero();
            try (var accepted = server.accept()) {
                assertThat(PeerUser.of(accepted.getPort(), server.getLocalPort()))
                        .isEqualTo(Guard.Peer.UNKNOWN);
            }
        }
    }
}
