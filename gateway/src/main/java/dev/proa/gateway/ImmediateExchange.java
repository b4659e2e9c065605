package dev.proa.gateway;

import io.netty.handler.codec.http.HttpContent;

/** An answer that is given at the start and needs no body. */
abstract class ImmediateExchange implements Exchange {
    /** One whose answer is one action. */
    static Exchange of(Runnable answer) {
        return new ImmediateExchange() {
            @Override
            public void start() {
                answer.run();
            }
        };
    }

    @Override
    public final void body(HttpContent content) {
        content.release();
    }

    @Override
    public final void readComplete() {
        // The answer does not wait for a body.
    }

    @Override
    public final void writable() {
        // The answer has been queued as a whole.
    }

    @Override
    public final void gone() {
        // Nothing is open.
    }
}
