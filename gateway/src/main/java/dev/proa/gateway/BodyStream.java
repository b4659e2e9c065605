package dev.proa.gateway;

/** The open body of a streaming answer; safe to use from any thread. */
public interface BodyStream extends AutoCloseable {
    /**
     * Queues bytes for the client.
     *
     * @return false if the client is congested: the bytes were queued, but the caller should hold
     *     back or give up
     */
    boolean send(byte[] bytes);

    /**
     * Runs {@code action} once when the client has gone or the stream was closed; at once if that
     * was before.
     */
    void onClosed(Runnable action);

    @Override
    void close();
}
