package dev.proa.gateway;

import io.netty.handler.codec.http.HttpContent;

/** One request on its way to its answer; every method is called on the client's event loop. */
interface Exchange {
    /** Called once, before anything else. */
    void start();

    /** A part of the request's body, whose reference passes to the exchange; the last is last. */
    void body(HttpContent content);

    /** No more parts for now. */
    void readComplete();

    /** The client can take more again. */
    void writable();

    /** Called four times a second; {@code now} is in milliseconds of the gateway's clock. */
    default void sweep(long now) {}

    /** The client has gone or broke the rules; nothing is to be written any more. */
    void gone();
}
