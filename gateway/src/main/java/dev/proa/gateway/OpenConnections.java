package dev.proa.gateway;

import io.netty.channel.Channel;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Connections that have not yet shown who they are. Only so many are kept; a newcomer makes the
 * oldest one go, so that silent connections never lock out those that speak.
 */
final class OpenConnections {
    private final int limit;
    private final Set<Channel> unknown = new LinkedHashSet<>(); // guarded by this

    OpenConnections(int limit) {
        this.limit = limit;
    }

    /** Takes note of a newcomer; what is returned has to go. */
    synchronized Optional<Channel> opened(Channel channel) {
        unknown.add(channel);
        if (unknown.size() <= limit) {
            return Optional.empty();
        }
        var eldest = unknown.iterator().next();
        unknown.remove(eldest);
        return Optional.of(eldest);
    }

    synchronized boolean knows(Channel channel) {
        return unknown.contains(channel);
    }

    /** It has shown who it is, or is closed. */
    synchronized void forget(Channel channel) {
        unknown.remove(channel);
    }
}
