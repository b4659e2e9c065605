package dev.proa.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.proa.core.MonotonicTime;
import dev.proa.testkit.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandOverSocketTest {
    private static final HandOver FILES =
            new HandOver(List.of("a b.txt", "--window", "proa://ü/?x=1"), Path.of("/home/x"), true);
    private static final HandOverAnswer TAKEN =
            new HandOverAnswer.Taken(4711, "http://127.0.0.1:1", "http://127.0.0.1:1/x", true);

    private final MonotonicTime clock = new MonotonicTime();
    private final List<HandOver> taken = new CopyOnWriteArrayList<>();

    @TempDir Path folder;

    private HandOverAnswer take(HandOver handOver) {
        taken.add(handOver);
        return TAKEN;
    }

    private HandOverSocket open(Path in) throws IOException {
        return HandOverSocket.open(in, this::take, clock);
    }

    private Instant in(Duration patience) {
        return clock.instant().plus(patience);
    }

    private HandOverAnswer call(Path to) throws IOException {
        return HandOverSocket.call(to, FILES, in(Duration.ofSeconds(10)), clock);
    }

    private SocketChannel connected() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(folder.resolve("hand-over")));
    }

    @Test
    void theFirstGetsWhatTheSecondWasToldAndTheSecondItsAnswer() throws IOException {
        try (var _ = open(folder)) {
            assertThat(call(folder)).isEqualTo(TAKEN);
            assertThat(taken).containsExactly(FILES);
            assertThat(Files.getPosixFilePermissions(folder.resolve("hand-over")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(folder).isEmptyDirectory();
        assertThatThrownBy(() -> call(folder)).isInstanceOf(IOException.class);
    }

    @Test
    void aSocketLeftBehindIsReplaced() throws IOException {
        var left = UnixDomainSocketAddress.of(folder.resolve("hand-over"));
        try (var dead = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(left);
        }
        assertThatThrownBy(() -> call(folder)).isInstanceOf(IOException.class);

        try (var _ = open(folder)) {
            assertThat(call(folder)).isEqualTo(TAKEN);
        }
    }

    @Test
    void aPathOf250CharactersIsNotTooLong() throws IOException {
        var deep = folder.resolve("x".repeat(120)).resolve("y".repeat(120));
        Files.createDirectories(deep);

        try (var _ = open(deep)) {
            assertThat(call(deep)).isEqualTo(TAKEN);
            assertThat(deep.resolve("hand-over")).exists();
        }
        assertThat(deep).isEmptyDirectory();
    }

    @Test
    void aMegabyteWithoutALineEndIsRefusedAndTheNextOneIsHeard() throws IOException {
        var garbage = new byte[1 << 20];
        new Random(5).nextBytes(garbage);
        for (int i = 0; i < garbage.length; i++) {
            garbage[i] = garbage[i] == '\n' ? 0 : garbage[i];
        }
        try (var _ = open(folder)) {
            try (var peer = connected()) {
                var bytes = ByteBuffer.wrap(garbage);
                assertThatThrownBy(
                                () -> {
                                    while (bytes.hasRemaining()) {
                                        peer.write(bytes);
                                    }
                                })
                        .isInstanceOf(IOException.class);
                assertThat(bytes.position()).isBetween(256 << 10, 900 << 10);
            }
            assertThat(call(folder)).isEqualTo(TAKEN);
            assertThat(taken).hasSize(1);
        }
    }

    @Test
    void randomLinesAreRefusedOneByOne() throws IOException {
        var random = new Random(11);
        try (var _ = open(folder)) {
            for (int turn = 0; turn < 300; turn++) {
                var line = mangled(random);
                try (var peer = connected()) {
                    peer.write(ByteBuffer.wrap(line));
                    var answer = new String(input(peer).readAllBytes(), UTF_8);
                    assertThat(answer).as("turn %d", turn).contains("\"hand_over\":1");
                }
            }
            assertThat(call(folder)).isEqualTo(TAKEN);
        }
    }

    private static InputStream input(SocketChannel peer) {
        return Channels.newInputStream(peer);
    }

    /** A valid line with some bytes changed, cut off or doubled. */
    private static byte[] mangled(Random random) {
        var line = HandOverLines.request(FILES);
        for (int i = random.nextInt(6); i >= 0; i--) {
            line[random.nextInt(line.length)] = (byte) random.nextInt(256);
        }
        var text = new String(line, java.nio.charset.StandardCharsets.ISO_8859_1);
        var cut = text.substring(random.nextInt(20), text.length() - random.nextInt(20));
        return (cut + "\n").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @Test
    void silentCallersAreSentAwayAndDoNotKeepOthersOut() throws IOException {
        try (var _ = open(folder)) {
            var silent = new ArrayList<SocketChannel>();
            for (int i = 0; i < 15; i++) {
                silent.add(connected());
            }
            assertThat(call(folder)).isEqualTo(TAKEN);
            for (var each : silent) {
                assertThat(new String(input(each).readAllBytes(), UTF_8)).contains("malformed");
                each.close();
            }
        }
    }

    @Test
    void moreThanSixteenAtOnceAreClosedUnheardAndMayComeAgain() throws IOException {
        try (var _ = open(folder)) {
            var silent = new ArrayList<SocketChannel>();
            for (int i = 0; i < 16; i++) {
                silent.add(connected());
            }
            try (var seventeenth = connected()) {
                assertThat(input(seventeenth).readAllBytes()).isEmpty();
            }
            for (var each : silent) {
                each.close();
            }
            Await.until("a free place", () -> heard());
        }
    }

    private boolean heard() {
        try {
            return call(folder).equals(TAKEN);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aFirstThatDoesNotAnswerIsGivenUpAtTheDeadline() throws IOException {
        var never = new CountDownLatch(1);
        try (var _ =
                HandOverSocket.open(
                        folder,
                        handOver -> {
                            try {
                                never.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            return take(handOver);
                        },
                        clock)) {
            assertThatThrownBy(() ->
                            HandOverSocket.call(folder, FILES, in(Duration.ofMillis(200)), clock))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** As another user where we may be one, else as our own, who is heard. */
    @Test
    void onlyProcessesOfTheSameUserAreHeard() throws Exception {
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        var call =
                """
                import socket, sys
                s = socket.socket(socket.AF_UNIX)
                s.connect(sys.argv[1])
                try:
                    s.sendall(b'{"hand_over":1,"arguments":["x"],"folder":"/"}\\n')
                except BrokenPipeError:
                    pass  # who is told by the connection alone need not be heard out
                print(s.makefile().readline())
                """;
        try (var _ = open(folder)) {
            var socket = folder.resolve("hand-over");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            var words = new ArrayList<String>();
            if (root) {
                words.addAll(List.of("setpriv", "--reuid", "65534", "--clear-groups"));
            }
            words.addAll(List.of("/usr/bin/python3", "-I", "-c", call, socket.toString()));
            var other = new ProcessBuilder(words).redirectErrorStream(true).start();
            var said = new String(other.getInputStream().readAllBytes(), UTF_8);

            assertThat(other.waitFor()).as(said).isZero();
            assertThat(said).contains(root ? "\"cause\":\"user\"" : "\"taken\":true");
            assertThat(taken).hasSize(root ? 0 : 1);
        }
    }

    @Test
    void wordsOfANewerVersionAreUnderstoodAsFarAsTheyAreKnown() throws IOException {
        var request =
                "{\"hand_over\":7,\"arguments\":[\"a\"],\"folder\":\"/\",\"desktop\":{\"x\":1}}";
        assertThat(HandOverLines.request(request.getBytes(UTF_8)))
                .isEqualTo(new HandOver(List.of("a"), Path.of("/"), true));

        var answer = "{\"hand_over\":7,\"taken\":false,\"cause\":\"tired\",\"why\":\"z\"}";
        assertThat(HandOverLines.answer(answer.getBytes(UTF_8)))
                .isEqualTo(new HandOverAnswer.Refused(HandOverAnswer.Cause.OTHER, "z"));
    }
}
