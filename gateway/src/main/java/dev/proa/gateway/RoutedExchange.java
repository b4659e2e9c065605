package dev.proa.gateway;

import io.netty.handler.codec.http.HttpContent;

/** An exchange with an upstream, and by which routes it found its way there. */
record RoutedExchange(Exchange exchange, Routes routes) implements Exchange {
    @Override
    public void start() {
        exchange.start();
    }

    @Override
    public void body(HttpContent content) {
        exchange.body(content);
    }

    @Override
    public void readComplete() {
        exchange.readComplete();
    }

    @Override
    public void writable() {
        exchange.writable();
    }

    @Override
    public void sweep(long now) {
        exchange.sweep(now);
    }

    @Override
    public void gone() {
        exchange.gone();
    }
}
