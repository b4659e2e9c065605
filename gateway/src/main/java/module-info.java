/** The loopback server: request guard, static page, proxy, page channel, embedded backends. */
module dev.proa.gateway {
    requires static org.jspecify;
    requires transitive dev.proa.core;
    requires transitive dev.proa.journal;
    requires tools.jackson.core;
    requires transitive tools.jackson.databind;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.codec.http2;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires java.net.http;
    requires jdk.net;

    exports dev.proa.gateway;
}
