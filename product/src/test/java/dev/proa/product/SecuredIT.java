package dev.proa.product;

import static org.assertj.core.api.Assertions.assertThat;

import dev.proa.testkit.Await;
import dev.proa.testkit.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** {@code examples/secured} from outside: its walls, its streams, its large files. */
@Timeout(300) // a stream that is kept back would never end
class SecuredIT {
    private static final long MIB = 1 << 20;

    /** 1 GiB in the long form. */
    private static final long SIZE = Fault.isLong() ? 1024 * MIB : 64 * MIB;

    private static final long MOST_GROWTH = 16 * MIB;
    private static final Duration ABORT = Duration.ofMillis(500);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static Home home;
    private static Example app;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        home = new Home(folder);
        app = Example.run(home, Example.SECURED);
        app.proa.ready();
    }

    @AfterAll
    static void nothingIsLeft() {
        app.close();
        home.close();
    }

    @Test
    void eachBackendLetsInItsOwnTokenAndNeitherTheOthersNorThePages() throws Exception {
        var page = app.proa.instance().token().reveal();
        assertThat(app.token("live")).isNotEqualTo(app.token("files")).isNotEqualTo(page);
        for (var backend : new String[] {"live", "files"}) {
            var other = backend.equals("live") ? "files" : "live";

            assertThat(knock(backend, app.token(backend))).isEqualTo(200);
            assertThat(knock(backend, app.token(other))).isEqualTo(401);
            assertThat(knock(backend, page)).isEqualTo(401);
            assertThat(knock(backend, "")).isEqualTo(401);
            assertThat(app.proa.get("/api/" + backend + "/seen").statusCode()).isEqualTo(200);
        }
    }

    /** Past the gateway, straight to the backend's own port. */
    private int knock(String backend, String token) throws IOException {
        var uri =
                "http://127.0.0.1:%d/api/%s/seen"
                        .formatted(app.sidecar(backend).path("port").asInt(), backend);
        var request = HttpRequest.newBuilder(URI.create(uri));
        if (!token.isEmpty()) {
            request.header("X-Proa-Token", token);
        }
        return Proa.send(request).statusCode();
    }

    @Test
    void whatOneSaysInTheRoomAllHear() throws Exception {
        var heard = new CompletableFuture<String>();
        var listener =
                new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(
                            WebSocket from, CharSequence data, boolean last) {
                        heard.complete(data.toString());
                        return CompletableFuture.completedFuture(null);
                    }
                };
        var silent = new WebSocket.Listener() {};
        var listens = room(listener);
        var speaks = room(silent);

        speaks.sendText("good morning", true).join();

        assertThat(heard.get(10, TimeUnit.SECONDS)).contains("good morning");
        listens.abort();
        speaks.abort();
    }

    private WebSocket room(WebSocket.Listener listener) throws IOException {
        var base = app.proa.instance().baseUrl().replace("http:", "ws:");
        return HTTP.newWebSocketBuilder()
                .header("X-Proa-Token", app.proa.instance().token().reveal())
                .buildAsync(URI.create(base + "/api/live/room"), listener)
                .join();
    }

    @Test
    void aLargeDownloadComesWholeAndTheRuntimeDoesNotGrow() throws Exception {
        download(8 * MIB);

        try (var growth = new Growth(app)) {
            assertThat(download(SIZE)).isEqualTo(sumOfSample(SIZE));

            growth.isBelow(MOST_GROWTH);
        }
    }

    @Test
    void aLargeUploadComesWholeAndTheRuntimeDoesNotGrow() throws Exception {
        upload(8 * MIB);

        try (var growth = new Growth(app)) {
            var sent = MessageDigest.getInstance("SHA-256");
            var answer = upload(SIZE, sent);

            assertThat(answer.path("size").asLong()).isEqualTo(SIZE);
            assertThat(answer.path("sha256").asString())
                    .isEqualTo(HexFormat.of().formatHex(sent.digest()));
            growth.isBelow(MOST_GROWTH);
        }
    }

    private String download(long size) throws Exception {
        var request = app.proa.request("/api/files/sample?size=" + size).build();
        var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        var sum = MessageDigest.getInstance("SHA-256");
        try (var body = answer.body()) {
            var piece = new byte[256 * 1024];
            for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
                sum.update(piece, 0, n);
            }
        }
        return HexFormat.of().formatHex(sum.digest());
    }

    private String sumOfSample(long size) throws IOException {
        return app.proa.json("/api/files/sum?size=" + size).path("sha256").asString();
    }

    private void upload(long size) throws Exception {
        upload(size, MessageDigest.getInstance("SHA-256"));
    }

    private JsonNode upload(long size, MessageDigest sum) throws Exception {
        var body = HttpRequest.BodyPublishers.ofInputStream(() -> new Noise(size, sum));
        var request =
                app.proa
                        .request("/api/files/upload")
                        .PUT(HttpRequest.BodyPublishers.fromPublisher(body, size))
                        .build();
        var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void aDownloadThatIsGivenUpInTheMiddleEndsAtTheBackendWithinHalfASecond() throws Exception {
        try (var socket = connect()) {
            send(socket, "GET /api/files/sample?size=" + (1L << 30), "");
            assertThat(socket.getInputStream().readNBytes((int) (4 * MIB))).hasSize(4 << 20);
        }

        endsSoon("download");
    }

    @Test
    void anUploadThatIsGivenUpInTheMiddleEndsAtTheBackendWithinHalfASecond() throws Exception {
        try (var socket = connect()) {
            send(socket, "PUT /api/files/upload", "Content-Length: %d\r\n".formatted(1L << 30));
            socket.getOutputStream().write(new byte[(int) (4 * MIB)]);
            Await.until(
                    "it arrives",
                    () ->
                            newest("upload").path("state").asString("").equals("running")
                                    && newest("upload").path("bytes").asLong(0) > 0);
        }

        endsSoon("upload");
    }

    private void endsSoon(String kind) {
        long begun = System.nanoTime();
        Await.until(
                "the backend sees the end",
                () -> newest(kind).path("state").asString("").equals("aborted"));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(ABORT);
    }

    /** What the backend tells of its last transfer of this kind; missing before there is one. */
    private JsonNode newest(String kind) throws IOException {
        return app.proa
                .json("/api/files/transfers")
                .path("transfers")
                .valueStream()
                .filter(each -> each.path("kind").asString().equals(kind))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    private Socket connect() throws IOException {
        int port = URI.create(app.proa.instance().baseUrl()).getPort();
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private void send(Socket socket, String request, String more) throws IOException {
        var head =
                "%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Proa-Token: %s\r\n%s\r\n"
                        .formatted(
                                request,
                                socket.getPort(),
                                app.proa.instance().token().reveal(),
                                more);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    /** Bytes that differ from block to block, summed up as they are read. */
    private static final class Noise extends InputStream {
        private final MessageDigest sum;
        private long left;
        private long state = 0x9E3779B97F4A7C15L;

        Noise(long size, MessageDigest sum) {
            this.left = size;
            this.sum = sum;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("only whole pieces are read");
        }

        @Override
        public int read(byte[] into, int from, int length) {
            if (left == 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            for (int i = from; i < from + count; i++) {
                state = state * 6364136223846793005L + 1442695040888963407L;
                into[i] = (byte) (state >>> 56);
            }
            left -= count;
            sum.update(into, from, count);
            return count;
        }
    }

    /**
     * How much more memory the runtime takes than when this was made, at most, until it is closed.
     */
    private static final class Growth implements AutoCloseable {
        private final long before;
        private final AtomicBoolean over = new AtomicBoolean();
        private final Thread thread;
        private volatile long most; // written by the thread only

        Growth(Example app) throws IOException {
            before = app.memory();
            most = before;
            thread =
                    Thread.ofPlatform()
                            .start(() -> {
                                while (!over.get()) {
                                    try {
                                        most = Math.max(most, app.memory());
                                    } catch (IOException e) {
                                        return; // it has ended, which the test notices itself
                                    }
                                    LockSupport.parkNanos(10_000_000);
                                }
                            });
        }

        void isBelow(long bytes) {
            close();
            var told =
                    "memory: %.1f MiB before, %.1f MiB at most"
                            .formatted(before / (double) MIB, most / (double) MIB);
            if (Fault.isLong()) {
                System.out.println(told);
            }
            assertThat(most - before).as(told).isLessThan(bytes);
        }

        @Override
        public void close() {
            over.set(true);
            Await.until("the last look at the memory", () -> !thread.isAlive());
        }
    }
}
