package dev.proa.gateway;

import dev.proa.core.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/** Secrets that are each traded once for the page's cookie. */
final class BootNonces {
    private static final int MAX_OPEN = 64;

    private record Nonce(Secret value, Instant until) {}

    private final InstantSource clock;
    private final Deque<Nonce> open = new ArrayDeque<>(); // guarded by this

    BootNonces(InstantSource clock) {
        this.clock = clock;
    }

    /** A new nonce; the oldest one gives way if too many were never used. */
    synchronized Secret issue(Duration validity) {
        var nonce = new Nonce(Secret.random(), clock.instant().plus(validity));
        if (open.size() == MAX_OPEN) {
            open.removeFirst();
        }
        open.addLast(nonce);
        return nonce.value();
    }

    /** Whether {@code candidate} is good; it is not any more afterwards. */
    synchronized boolean redeem(String candidate) {
        var now = clock.instant();
        open.removeIf(nonce -> !now.isBefore(nonce.until()));
        return open.removeIf(nonce -> nonce.value().matches(candidate));
    }
}
