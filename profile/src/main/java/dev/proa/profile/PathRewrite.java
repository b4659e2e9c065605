package dev.proa.profile;

/**
 * What happens to a path on its way: first {@code strip} is taken off its start, then {@code
 * prepend} is put there.
 *
 * @param strip the route's prefix, or one above it, on a segment border; empty: nothing
 * @param prepend begins with a slash and does not end with one; empty: nothing
 */
public record PathRewrite(String strip, String prepend) {}
