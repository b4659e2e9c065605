package dev.proa.eventlog;

import java.util.concurrent.atomic.AtomicReference;

/** The prices in force; safe to read from any thread. */
final class PriceBook {
    private final AtomicReference<Prices> prices;

    PriceBook(Prices first) {
        prices = new AtomicReference<>(first);
    }

    Prices present() {
        return prices.get();
    }

    /** Lets other prices be in force from the next transaction on. */
    void replace(Prices next) {
        prices.set(next);
    }
}
