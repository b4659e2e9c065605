package dev.proa.product;

import dev.proa.runtime.InstanceFile;
import dev.proa.testkit.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A page's end of the channel. */
final class PageClient implements AutoCloseable {
    private final List<JsonNode> heard = new CopyOnWriteArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;

    PageClient(InstanceFile instance) {
        socket =
                client.newWebSocketBuilder()
                        .header("X-Proa-Token", instance.token().reveal())
                        .subprotocols("proa.v1")
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + instance.port() + "/_proa/channel"),
                                new Listener())
                        .join();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                heard.add(new JsonMapper().readTree(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    /** Waits until there are so many intents, and gives the different ones in their order. */
    List<JsonNode> intents(int count) {
        Await.until(count + " intents among " + heard, () -> intents().size() >= count);
        return intents();
    }

    private List<JsonNode> intents() {
        return heard.stream()
                .filter(each -> each.path("t").asString().equals("intent"))
                .distinct()
                .toList();
    }

    void done(JsonNode intent) {
        socket.sendText("{\"t\":\"done\",\"id\":\"" + intent.path("id").asString() + "\"}", true)
                .join();
    }

    @Override
    public void close() {
        socket.abort();
        client.shutdownNow();
    }
}
