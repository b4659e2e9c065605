package dev.proa.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that answers 204 to whatever comes; of another user where we are root and may make one,
 * else of our own.
 */
final class ListenerProcess implements AutoCloseable {
    /** Prints its port; at the end of its input, how many connections brought a byte. */
    private static final String SERVER =
            """
            import selectors, socket, sys
            six = ':' in sys.argv[1]
            listener = socket.socket(socket.AF_INET6 if six else socket.AF_INET)
            if six:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            listener.bind((sys.argv[1], 0))
            listener.listen(16)
            print(listener.getsockname()[1], flush=True)
            ready = selectors.DefaultSelector()
            ready.register(listener, selectors.EVENT_READ)
            ready.register(sys.stdin, selectors.EVENT_READ)
            heard = 0
            while True:
                files = [key.fileobj for key, _ in ready.select()]
                if listener in files:
                    peer, _ = listener.accept()
                    if peer.recv(65536):
                        heard += 1
                        peer.sendall(b'HTTP/1.1 204 x\\r\\nConnection: close\\r\\n\\r\\n')
                    peer.close()
                elif sys.stdin in files:
                    print(heard, flush=True)
                    break
            """;

    private final Process process;
    private final BufferedReader said;
    private final boolean foreign;
    private final String url;

    ListenerProcess(String address) throws IOException {
        var user = ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
        foreign = user == 0;
        var command = new ArrayList<String>();
        if (foreign) {
            command.addAll(List.of("setpriv", "--reuid", "65534", "--clear-groups"));
        }
        command.addAll(List.of("/usr/bin/python3", "-I", "-c", SERVER, address));
        process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        said = process.inputReader(UTF_8);
        var host = address.equals("::1") ? "[::1]" : "127.0.0.1";
        url = "http://" + host + ":" + number();
    }

    private int number() throws IOException {
        var line = said.readLine();
        if (line == null) {
            throw new AssertionError("the listener ended early");
        }
        return Integer.parseInt(line);
    }

    boolean foreign() {
        return foreign;
    }

    String url() {
        return url;
    }

    /** Ends it; how many connections brought it anything. */
    int heard() throws IOException {
        process.getOutputStream().close();
        return number();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
