package dev.proa.supervisor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/** Takes and leaves ports all the time, as a busy machine does. */
final class PortChurn implements AutoCloseable {
    private final int held;
    private final Thread thread = Thread.ofPlatform().name("port-churn").unstarted(this::run);

    PortChurn(int held) {
        this.held = held;
    }

    void begin() {
        thread.start();
    }

    private void run() {
        Queue<ServerSocket> open = new ArrayDeque<>();
        try {
            while (!Thread.interrupted()) {
                open.add(new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1")));
                if (open.size() > held) {
                    open.remove().close();
                    LockSupport.parkNanos(100_000);
                }
            }
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
