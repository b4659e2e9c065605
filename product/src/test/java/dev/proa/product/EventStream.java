package dev.proa.product;

import dev.proa.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A reader of the monitor's stream of server-sent events. */
final class EventStream implements AutoCloseable {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final HttpResponse<InputStream> answer;

    EventStream(Proa proa, String target, String... headers) throws IOException {
        var request = proa.request(target).header("accept", "text/event-stream");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (var reader =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            lines.add("closed"); // by this side
        }
    }

    HttpResponse<InputStream> answer() {
        return answer;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    /** The first line that begins so, when it has come. */
    String line(String beginning) {
        Await.until(
                beginning + " among " + lines,
                () -> lines.stream().anyMatch(line -> line.startsWith(beginning)));
        return lines.stream().filter(line -> line.startsWith(beginning)).findFirst().orElseThrow();
    }

    /** Waits until one of the lines holds a text. */
    void heard(String text) {
        Await.until(text + " among " + lines, () -> lines.stream().anyMatch(l -> l.contains(text)));
    }

    /** The id of the last message that has one. */
    String place() {
        return lines.stream()
                .filter(line -> line.startsWith("id: "))
                .reduce((_, last) -> last)
                .orElseThrow()
                .substring(4);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
