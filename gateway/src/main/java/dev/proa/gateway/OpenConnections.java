package dev.proa.gateway;

import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Connections that have not yet shown who they are. Only so many are kept: a newcomer makes the
 * oldest one go, so that silent connections never lock out those that speak. Each has a moment to
 * speak before it can be driven out, or a crowd would drive out honest newcomers as well.
 */
final class OpenConnections {
    /** How long a newcomer is left alone, in milliseconds. */
    static final long MOMENT = 250;

    /** How many there may be at any moment, newcomers included. */
    static final int CROWD = 1024;

    private final int limit;
    private final Map<Channel, Long> unknown = new LinkedHashMap<>(); // since when; guarded by this

    OpenConnections(int limit) {
        this.limit = limit;
    }

    /** Takes note of a newcomer; those returned have to go. */
    synchronized List<Channel> opened(Channel channel, long now) {
        unknown.put(channel, now);
        return overdue(now);
    }

    /** Those who have to go now; they are forgotten. */
    synchronized List<Channel> overdue(long now) {
        var going = new ArrayList<Channel>();
        var eldest = unknown.entrySet().iterator();
        while (unknown.size() > limit) {
            var next = eldest.next();
            if (now - next.getValue() < MOMENT && unknown.size() <= CROWD) {
                break;
            }
            going.add(next.getKey());
            eldest.remove();
        }
        return going;
    }

    synchronized boolean knows(Channel channel) {
        return unknown.containsKey(channel);
    }

    /** It has shown who it is, or is closed. */
    synchronized void forget(Channel channel) {
        unknown.remove(channel);
    }
}
