package dev.proa.gateway;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The body of a streaming answer. What the client has not taken is queued; a client that leaves
 * more than {@link #MAX_QUEUED} bytes waiting is cut off.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the channel, and that is heard
final class OpenBody implements BodyStream {
    /** How many bytes may wait for one client. */
    static final long MAX_QUEUED = 8 * 1024 * 1024;

    private final ClientConnection connection;
    private final Executor threads;
    private final AtomicLong queued = new AtomicLong();
    private final List<Runnable> actions = new ArrayList<>(); // guarded by this
    private boolean closed; // guarded by this

    OpenBody(ClientConnection connection, Executor threads) {
        this.connection = connection;
        this.threads = threads;
    }

    @Override
    public boolean send(byte[] bytes) {
        if (bytes.length == 0 || isClosed()) {
            return !isClosed() && connection.channel().isWritable();
        }
        var waiting = queued.addAndGet(bytes.length);
        if (waiting > MAX_QUEUED) {
            cutOff();
            return false;
        }
        connection
                .context()
                .writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)))
                .addListener(
                        (ChannelFutureListener)
                                done -> {
                                    queued.addAndGet(-bytes.length);
                                    if (!done.isSuccess()) {
                                        done.channel().close();
                                    }
                                });
        return connection.channel().isWritable();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Ends the answer so that it cannot be taken for complete. */
    void cutOff() {
        connection.loop().events().execute(connection::abort);
        gone();
    }

    @Override
    public void onClosed(Runnable action) {
        synchronized (this) {
            if (!closed) {
                actions.add(action);
                return;
            }
        }
        threads.execute(action);
    }

    @Override
    public void close() {
        if (closedNow()) {
            connection
                    .loop()
                    .events()
                    .execute(() -> {
                        connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
                        connection.finish();
                    });
        }
    }

    /** The client has gone. */
    void gone() {
        closedNow();
    }

    private boolean closedNow() {
        List<Runnable> due;
        synchronized (this) {
            if (closed) {
                return false;
            }
            closed = true;
            due = List.copyOf(actions);
        }
        due.forEach(threads::execute);
        return true;
    }
}
