package dev.proa.gateway;

import java.util.List;

/** Publishes app events to every page. */
@FunctionalInterface
public interface EventSink {
    /**
     * Sends {@code events} as one batch, in order; returns at once, and a page that cannot keep up
     * is told of the gap.
     */
    void publish(List<ChannelEvent> events);
}
