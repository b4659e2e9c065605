package dev.proa.profile;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A D-Bus with a Secret Service on it, written from the two specifications and not from our reader:
 * it answers one caller. Without a secret it hangs up when it is asked for one.
 */
final class FakeKeyring implements AutoCloseable {
    private final Path socket;
    private final ServerSocketChannel server;
    private final ExecutorService serving = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> open;
    private final List<String> locked;
    private final @Nullable String secret;
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private volatile String searched = "";

    FakeKeyring(Path folder, List<String> open, List<String> locked, @Nullable String secret)
            throws IOException {
        this.socket = Files.createTempDirectory(folder, "bus").resolve("s");
        this.open = open;
        this.locked = locked;
        this.secret = secret;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        serving.execute(this::serve);
    }

    Path socket() {
        return socket;
    }

    List<String> calls() {
        return List.copyOf(calls);
    }

    String searched() {
        return searched;
    }

    private void serve() {
        try (server;
                var caller = server.accept()) {
            line(caller, "\0AUTH EXTERNAL\r\n", "DATA\r\n");
            line(caller, "DATA\r\n", "OK 0123456789abcdef\r\n");
            line(caller, "BEGIN\r\n", "");
            while (answer(caller)) {
                // one call after the other, as it does
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            calls.add(e.toString()); // a test that expects calls sees that there was none
        }
    }

    private static void line(SocketChannel caller, String expected, String answer)
            throws IOException {
        var got = StandardCharsets.US_ASCII.decode(read(caller, expected.length())).toString();
        if (!got.equals(expected)) {
            throw new IOException("expected " + expected + ", got " + got);
        }
        caller.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
    }

    private static ByteBuffer read(SocketChannel caller, int count) throws IOException {
        var bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && caller.read(bytes) >= 0) {
            Thread.onSpinWait();
        }
        return bytes.flip();
    }

    private boolean answer(SocketChannel caller) throws IOException {
        var head = read(caller, 16);
        if (head.remaining() < 16) {
            return false;
        }
        var fields = read(caller, (head.getInt(12) + 7) / 8 * 8);
        var body = StandardCharsets.UTF_8.decode(read(caller, head.getInt(4))).toString();
        var names = StandardCharsets.UTF_8.decode(fields).toString();
        var member =
                List.of("Hello", "OpenSession", "SearchItems", "GetSecret").stream()
                        .filter(name -> names.contains(name + "\0"))
                        .findFirst()
                        .orElseThrow();
        calls.add(member);
        searched = member.equals("SearchItems") ? body : searched;
        if (member.equals("GetSecret") && secret == null) {
            return false;
        }
        // A bus sends signals in between, which are nobody's answer.
        send(caller, 4, 0, "s", values().text(":1.1"));
        send(caller, 2, head.getInt(8), signature(member), reply(member));
        return true;
    }

    private static String signature(String member) {
        return switch (member) {
            case "Hello" -> "s";
            case "OpenSession" -> "vo";
            case "SearchItems" -> "aoao";
            default -> "(oayays)";
        };
    }

    private Values reply(String member) {
        return switch (member) {
            case "Hello" -> values().text(":1.1");
            case "OpenSession" -> values().signature("s").text("").text("/session/1");
            case "SearchItems" -> values().texts(open).texts(locked);
            default ->
                    values().text("/session/1")
                            .bytes(new byte[0])
                            .bytes(String.valueOf(secret).getBytes(StandardCharsets.UTF_8))
                            .text("text/plain");
        };
    }

    private static void send(
            SocketChannel caller, int type, int replyTo, String signature, Values body)
            throws IOException {
        var fields = values();
        if (replyTo != 0) {
            fields.raw(5).signature("u").number(replyTo);
        }
        fields.align(8).raw(8).signature("g").signature(signature);
        var head = values();
        head.raw('l').raw(type).raw(0).raw(1).number(body.size()).number(7).number(fields.size());
        caller.write(head.done());
        caller.write(fields.align(8).done());
        caller.write(body.done());
    }

    private static Values values() {
        return new Values();
    }

    /** Values in the D-Bus marshalling. */
    private static final class Values {
        private final ByteBuffer bytes = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

        int size() {
            return bytes.position();
        }

        ByteBuffer done() {
            return bytes.flip();
        }

        Values raw(int value) {
            bytes.put((byte) value);
            return this;
        }

        Values align(int to) {
            while (bytes.position() % to != 0) {
                raw(0);
            }
            return this;
        }

        Values number(int value) {
            align(4);
            bytes.putInt(value);
            return this;
        }

        Values text(String text) {
            var utf8 = text.getBytes(StandardCharsets.UTF_8);
            number(utf8.length);
            bytes.put(utf8);
            return raw(0);
        }

        Values signature(String text) {
            raw(text.length());
            bytes.put(text.getBytes(StandardCharsets.US_ASCII));
            return raw(0);
        }

        Values bytes(byte[] value) {
            number(value.length);
            bytes.put(value);
            return this;
        }

        Values texts(List<String> texts) {
            number(0);
            int at = bytes.position() - 4;
            int start = bytes.position();
            texts.forEach(this::text);
            bytes.putInt(at, bytes.position() - start);
            return this;
        }
    }

    /** Waits until the caller's end was seen, so that no call is cut off and the calls are all. */
    @Override
    public void close() throws IOException {
        server.close(); // in case nobody calls
        serving.close();
    }
}
