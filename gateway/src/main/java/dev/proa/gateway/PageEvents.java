package dev.proa.gateway;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The page channel as an event stream (WHATWG HTML section 9.2), for what cannot open a WebSocket.
 * It cannot acknowledge, so what it leaves unread in its socket holds it back.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class PageEvents implements Exchange, PageSession.Carrier {
    private static final Pattern ID = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

    private final ClientConnection connection;
    private final Head head;
    private final PageChannel channel;
    private @Nullable PageSession session;
    private @Nullable ScheduledFuture<?> heartbeat;

    private PageEvents(ClientConnection connection, Head head, PageChannel channel) {
        this.connection = connection;
        this.head = head;
        this.channel = channel;
    }

    /** Answers GET with the stream, HEAD with its head. */
    static Exchange of(ClientConnection connection, Head head, PageChannel channel) {
        var events = new PageEvents(connection, head, channel);
        return head.method().equals("HEAD") ? ImmediateExchange.of(events::headOnly) : events;
    }

    private void headOnly() {
        begin();
        connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
        connection.finish();
    }

    private void begin() {
        var headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream");
        OwnHeaders.guardAnswer(headers);
        if (connection.http11()) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
        }
        connection.head(
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, headers));
    }

    @Override
    public void start() {
        begin();
        var last = head.headers().get("last-event-id", "");
        var id = ID.matcher(last);
        var joined = channel.join(this, id.matches() ? last : "");
        session = joined;
        if (id.matches()) {
            joined.resume(
                    Long.parseLong(id.group(1)) == channel.generation(),
                    Long.parseLong(id.group(2)));
        } else {
            joined.live();
        }
        var millis = channel.heartbeat().toMillis();
        heartbeat =
                connection
                        .loop()
                        .events()
                        .scheduleAtFixedRate(
                                () -> beat(joined), millis, millis, TimeUnit.MILLISECONDS);
    }

    private void beat(PageSession joined) {
        if (ready()) {
            channel.repeatIntents(joined);
            write(": \n\n".getBytes(StandardCharsets.UTF_8));
            flush();
        }
    }

    private void write(byte[] bytes) {
        connection.write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
    }

    @Override
    public void body(HttpContent content) {
        content.release();
    }

    @Override
    public void readComplete() {
        connection.more();
    }

    @Override
    public void writable() {
        if (session != null) {
            session.pump();
        }
    }

    @Override
    public void gone() {
        if (heartbeat != null) {
            heartbeat.cancel(false);
        }
        if (session != null) {
            channel.left(session);
            session = null;
        }
    }

    @Override
    public boolean ready() {
        return session != null && connection.channel().isWritable();
    }

    @Override
    public void send(PageFrame frame) {
        if (connection.channel().bytesBeforeWritable() > PageSession.MAX_WAITING) {
            connection.abort();
            gone();
        } else {
            write(frame.sse());
        }
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    public boolean acknowledges() {
        return false;
    }

    @Override
    public void later(Runnable action) {
        connection.loop().events().execute(() -> run(action));
    }

    private void run(Runnable action) {
        if (session != null) {
            action.run();
        }
    }

    @Override
    public void end() {
        gone();
        connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
        connection.finish();
    }
}
