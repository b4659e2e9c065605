/** The loopback server: request guard, static page, proxy, page channel, embedded backends. */
module dev.proa.gateway {
    requires static org.jspecify;
    requires transitive dev.proa.core;
    requires transitive dev.proa.journal;
    requires tools.jackson.core;
    requires tools.jackson.databind;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires jdk.net;

    exports dev.proa.gateway;
}
