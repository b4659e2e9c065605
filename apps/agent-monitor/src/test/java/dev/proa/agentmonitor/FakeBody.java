package dev.proa.agentmonitor;

import dev.proa.gateway.BodyStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client of a stream that keeps what it is sent, and can be slow or gone. */
class FakeBody implements BodyStream {
    private final StringBuilder received = new StringBuilder();
    private final List<Runnable> actions = new ArrayList<>();
    private boolean slow;
    private boolean closed;

    @Override
    public synchronized boolean send(byte[] bytes) {
        if (!closed) {
            received.append(new String(bytes, StandardCharsets.UTF_8));
        }
        return !slow;
    }

    @Override
    public synchronized void onClosed(Runnable action) {
        if (closed) {
            action.run();
        } else {
            actions.add(action);
        }
    }

    @Override
    public void close() {
        List<Runnable> due;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            due = List.copyOf(actions);
        }
        due.forEach(Runnable::run);
    }

    synchronized void slow(boolean slow) {
        this.slow = slow;
    }

    synchronized String received() {
        return received.toString();
    }

    synchronized boolean closed() {
        return closed;
    }
}
