package dev.proa.product;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A development server as bundlers have them: a page with a script in it that opens a WebSocket at
 * the page's own address, over which changes are told. It refuses a Host or Origin not its own.
 */
final class DevServer implements AutoCloseable {
    private static final String PAGE =
            """
            <!doctype html><title>dev</title><h1>first</h1>
            <script>
            const socket = new WebSocket(`ws://${location.host}/?token=x`, 'vite-hmr');
            socket.onmessage = (m) => { document.querySelector('h1').textContent = m.data; };
            document.documentElement.style.color = eval('"green"');
            </script>
            <style>h1 { font-weight: 300 }</style>
            """;

    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<OutputStream> pages = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();

    DevServer(int port) throws IOException {
        server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            sockets.clear(); // it was closed
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.ISO_8859_1));
            for (var first = in.readLine(); first != null; first = in.readLine()) {
                var fields = new TreeMap<String, String>();
                for (var line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                    var colon = line.indexOf(':');
                    fields.put(
                            line.substring(0, colon).toLowerCase(Locale.ROOT),
                            line.substring(colon + 1).strip());
                }
                answer(first, fields, socket.getOutputStream());
                if (fields.containsKey("sec-websocket-key")) {
                    in.transferTo(Writer.nullWriter());
                }
            }
        } catch (IOException e) {
            refused.add("a connection ended: " + e.getMessage());
        }
    }

    private void answer(String first, Map<String, String> fields, OutputStream out)
            throws IOException {
        var own = "127.0.0.1:" + server.getLocalPort();
        if (!own.equals(fields.get("host"))
                || !fields.getOrDefault("origin", "http://" + own).equals("http://" + own)) {
            refused.add(first + " " + fields);
            write(out, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        } else if (fields.containsKey("sec-websocket-key")) {
            write(
                    out,
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                            + "Connection: Upgrade\r\nSec-WebSocket-Protocol: vite-hmr\r\n"
                            + "Sec-WebSocket-Accept: "
                            + accept(fields.get("sec-websocket-key"))
                            + "\r\n\r\n");
            pages.add(out);
        } else {
            var body = PAGE.getBytes(StandardCharsets.UTF_8);
            write(
                    out,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: "
                            + body.length
                            + "\r\n\r\n"
                            + PAGE);
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** RFC 6455 section 4.2.2. */
    private static String accept(String key) {
        try {
            var text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
            return Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-1")
                                    .digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** How many pages listen. */
    int pages() {
        return pages.size();
    }

    /** What had a Host or Origin that is not this server's, and connections that broke. */
    List<String> refused() {
        return List.copyOf(new ArrayList<>(refused));
    }

    /** Sends one text of under 126 bytes to every page. */
    void tell(String text) {
        try {
            for (var page : pages) {
                page.write(new byte[] {(byte) 0x81, (byte) text.length()});
                write(page, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
        server.close();
    }
}
