package dev.proa.runtime;

import java.time.Instant;
import java.util.Optional;

/**
 * One line of a sidecar's output, fit to be shown.
 *
 * @param at when its first byte came; empty if that is not known
 * @param text without secrets, escape sequences and control characters, and of bounded length
 */
public record LogLine(Optional<Instant> at, String text) {}
