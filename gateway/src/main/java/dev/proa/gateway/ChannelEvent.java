package dev.proa.gateway;

import java.util.Optional;

/**
 * One app event on its way to the page.
 *
 * @param id the app's own id, if it has one
 * @param scope what it belongs to, such as a session; empty for all
 * @param data a JSON value as UTF-8 text, sent as it is
 */
public record ChannelEvent(Optional<String> id, Optional<String> scope, String type, byte[] data) {}
